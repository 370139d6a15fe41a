using System.Text;

namespace Chatter.Chat.Protocol;

/// <summary>The rules for names, texts and nonces (docs/protocol.md §2), each in one place for server and client.</summary>
public static class Text
{
    /// <summary>Most UTF-16 code units of a reaction: families and flags of regions are long.</summary>
    public const int MaxEmoji = 32;

    /// <summary>User names: 2 to 32 of ASCII letters, digits, <c>_</c>, <c>-</c>, <c>.</c>.</summary>
    public static bool IsUserName(string? name) => name is { Length: >= 2 and <= 32 } && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    /// <summary>Nonces: 1 to 64 of <c>A–Z a–z 0–9 . _ -</c>.</summary>
    public static bool IsNonce(string? nonce) => nonce is { Length: >= 1 and <= 64 } && nonce.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    /// <summary>User names as people type them: keyboards of phones and pastes put a blank behind, which is no part of the name.</summary>
    public static string? TrimUserName(string? name) => name?.Trim();

    /// <summary>
    /// Trims a display or room name, makes it NFC, takes invisible characters away that have nothing to do where they stand, and checks it: 1 to
    /// <paramref name="maxCodePoints"/>, something to be seen, no control characters, no bidirectional controls, no non-characters.
    /// </summary>
    /// <returns>The name, or null if it breaks a rule.</returns>
    public static string? NormalizeName(string? name, int maxCodePoints)
    {
        if (name is null || !NormalForm.TryNormalize(name, NormalizationForm.FormC, out var normal) || HasControl(normal)) return null;
        // What is taken away may have kept others apart that compose.
        var result = NormalForm.Normalize(TrimBlank(Invisible.Strip(normal)), NormalizationForm.FormC);
        return IsSeen(result) && result.EnumerateRunes().Count() <= maxCodePoints ? result : null;
    }

    /// <summary>
    /// Whether a name in the store is one by the rules that hold for all of them, of whatever version: invisible characters, which were taken away only later, may be
    /// in older ones.
    /// </summary>
    internal static bool IsStoredName(string name, int maxCodePoints) =>
        name.Trim() == name && NormalForm.Normalize(name, NormalizationForm.FormC) == name && name.Length > 0 && !HasControl(name) && name.EnumerateRunes().Count() <= maxCodePoints;

    private static bool HasControl(string text) => text.Any(static c => char.IsControl(c) || IsBidiControl(c));

    /// <summary>A name that shows as nothing is no name: format characters, fillers and blanks alone don't do.</summary>
    private static bool IsSeen(string text) =>
        text.EnumerateRunes().Any(static r => !Invisible.Is(r) && (Rune.IsLetterOrDigit(r) || Rune.IsPunctuation(r) || Rune.IsSymbol(r)));

    private static string TrimBlank(string text)
    {
        for (var trimmed = text.Trim(); ; text = trimmed, trimmed = text.Trim('\u2800').Trim())
            if (trimmed.Length == text.Length && !trimmed.StartsWith('\u2800') && !trimmed.EndsWith('\u2800')) return trimmed;
    }

    /// <summary>
    /// By what room names are unique: NFKC and case folding. Decomposed first (Unicode D147), since a fold may concern a mark alone, as in ᾳ, which is αι.
    /// Never throws, whatever was typed. Names that only look the same are <see cref="NameSkeleton"/>'s business.
    /// </summary>
    public static string RoomNameKey(string name) =>
        NormalForm.Normalize(
            NormalForm.Normalize(name, NormalizationForm.FormKD).Replace("ß", "ss", StringComparison.Ordinal).Replace("ẞ", "ss", StringComparison.Ordinal).ToUpperInvariant().ToLowerInvariant(),
            NormalizationForm.FormKC);

    /// <summary>A message's text: trailing white space trimmed, 1 to <see cref="Limits.MaxText"/> UTF-16 code units, no NUL and no lone surrogate.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="mayBeEmpty">Whether something else says enough.</param>
    public static Outcome<string> Message(string text, bool mayBeEmpty = false)
    {
        var trimmed = text.TrimEnd();
        if (trimmed.Length == 0 && !mayBeEmpty) return Refusal.InvalidField("text", "The text is empty.");
        if (trimmed.Length > Limits.MaxText) return Refusal.InvalidField("text", $"The text has {trimmed.Length} characters; at most {Limits.MaxText} are allowed.", ErrorCodes.TooLong);
        if (trimmed.Contains('\0', StringComparison.Ordinal)) return Refusal.InvalidField("text", "The text has a NUL character.");
        if (HasLoneSurrogate(trimmed)) return Refusal.InvalidField("text", "The text has half of a surrogate pair.");
        return trimmed;
    }

    /// <summary>A reaction, or the emoji of a status: exactly one emoji of the table that the web app offers.</summary>
    public static bool IsEmoji(string? emoji) => EmojiTable.Find(emoji) is not null;

    /// <summary>What a reaction could be before there was a table; who gave such a one can take it back.</summary>
    internal static bool WasEmoji(string? emoji) =>
        emoji is { Length: >= 1 and <= MaxEmoji } && !HasLoneSurrogate(emoji)
        && emoji.EnumerateRunes().All(static r => !Rune.IsWhiteSpace(r) && !Rune.IsControl(r) && !Rune.IsLetter(r) && !(r.IsBmp && IsBidiControl((char)r.Value)))
        && emoji.EnumerateRunes().Any(static r => r.Value >= 0x80);

    /// <summary>A text's beginning, with an ellipsis where it goes on; no surrogate pair is cut.</summary>
    public static string Cut(string text, int length)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= length) return text;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length), "…");
    }

    /// <summary>
    /// A topic, reason or device: trimmed, NFC, at most <paramref name="maxLength"/> UTF-16 code units, no control characters but tab and line feed, no non-characters.
    /// </summary>
    /// <returns>The text (empty where there was none), or null where it breaks a rule.</returns>
    public static string? NormalizeLine(string? text, int maxLength)
    {
        if (text is null) return "";
        if (!NormalForm.TryNormalize(text.Trim(), NormalizationForm.FormC, out var result)) return null;
        return result.Length <= maxLength && !result.Any(static c => char.IsControl(c) && c is not ('\n' or '\t')) ? result : null;
    }

    /// <summary>Whether a string has half of a surrogate pair, which UTF-8 can't carry.</summary>
    public static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        for (var i = text.IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1])) return true;
            i++;
        }
        return false;
    }

    internal static bool IsBidiControl(char c) => c is '\u061C' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
