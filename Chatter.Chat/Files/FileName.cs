using System.Globalization;
using System.Text;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Files;

/// <summary>
/// What a file is called, of what its sender's system called it. A name is for people to read and for their systems to save under: it is no path, shows what
/// it is (no marks that turn its end around), and breaks no header.
/// </summary>
internal static class FileName
{
    /// <summary>Most UTF-16 code units.</summary>
    public const int MaxLength = 200;

    private const string Nameless = "file";
    private const int LongestExtension = 20;

    /// <summary>A name that is fit, whatever came.</summary>
    public static string Clean(string? name)
    {
        var normal = (Text.HasLoneSurrogate(name) ? new string([.. name!.Select(static c => char.IsSurrogate(c) ? '_' : c)]) : name ?? "").Normalize(NormalizationForm.FormC);
        var last = normal[(normal.LastIndexOfAny(['/', '\\']) + 1)..];
        var clean = new StringBuilder(last.Length);
        foreach (var rune in last.EnumerateRunes())
        {
            if (IsUnseen(rune)) continue;
            if (rune.Value is '"' or '<' or '>' or ':' or '|' or '?' or '*' || !rune.IsBmp && Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherNotAssigned) clean.Append('_');
            else clean.Append(Rune.IsWhiteSpace(rune) ? " " : rune.ToString());
        }
        // Dots in front hide a file, and behind, as spaces do, Windows leaves them out, and with them what was before.
        var result = Shorten(clean.ToString().Trim(' ', '.'));
        return result.Length == 0 ? Nameless : result;
    }

    /// <summary>What stands behind the last dot, in lower case; empty where there is none.</summary>
    public static string Extension(string name) => name.LastIndexOf('.') is > 0 and var dot ? name[(dot + 1)..].ToLowerInvariant() : "";

    /// <summary>Control characters, and those that show nothing but turn, join or hide others. Two are letters' business (ZWNJ and ZWJ) and stay.</summary>
    private static bool IsUnseen(Rune rune) => rune.Value is not (0x200C or 0x200D) && Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate;

    private static string Shorten(string name)
    {
        if (name.Length <= MaxLength) return name;
        var extension = Extension(name) is { Length: > 0 and <= LongestExtension } end ? name[^(end.Length + 1)..] : "";
        var kept = name[..(MaxLength - extension.Length)];
        if (char.IsHighSurrogate(kept[^1])) kept = kept[..^1];
        return kept.TrimEnd(' ', '.') + extension;
    }
}
