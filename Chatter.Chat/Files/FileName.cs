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
        var normal = Text.HasLoneSurrogate(name) ? new string([.. name!.Select(static c => char.IsSurrogate(c) ? '_' : c)]) : name ?? "";
        normal = NormalForm.Normalize(Invisible.Strip(normal), NormalizationForm.FormC);
        var last = normal[(normal.LastIndexOfAny(['/', '\\']) + 1)..];
        var clean = new StringBuilder(last.Length);
        foreach (var rune in last.EnumerateRunes())
        {
            if (IsUnseen(rune)) continue;
            if (rune.Value is '"' or '<' or '>' or ':' or '|' or '?' or '*' || IsUnassigned(rune)) clean.Append('_');
            else clean.Append(Rune.IsWhiteSpace(rune) ? " " : rune.ToString());
        }
        // Dots in front hide a file, and behind, as spaces do, Windows leaves them out, and with them what was before.
        var result = Shorten(clean.ToString().Trim(' ', '.', '\u2800'));
        return result.Length == 0 ? Nameless : result;
    }

    /// <summary>What stands behind the last dot, in lower case; empty where there is none.</summary>
    public static string Extension(string name) => name.LastIndexOf('.') is > 0 and var dot ? name[(dot + 1)..].ToLowerInvariant() : "";

    /// <summary>Code points that no system knows to show, non-characters among them.</summary>
    private static bool IsUnassigned(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherNotAssigned && (!rune.IsBmp || NormalForm.HasNonCharacter(rune.ToString()));

    /// <summary>Control characters, and those that show nothing but turn or hide others. Those that <see cref="Invisible.Strip"/> left have work to do.</summary>
    private static bool IsUnseen(Rune rune) => !Invisible.IsIgnorable(rune.Value) && Rune.GetUnicodeCategory(rune) is
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
