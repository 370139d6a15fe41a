using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Chatter.Chat.Protocol;

/// <summary>
/// What a name looks like, after the skeletons of UTS 39 §4: two names with the same skeleton are hard to tell apart. Other than there, a plain letter, digit or
/// sign of ASCII always stands for itself, so that <c>room-1</c> and <c>room-l</c>, or <c>modern</c> and <c>modem</c>, stay two names. Only characters of other
/// scripts, and characters that show nothing, make two names one.
/// <para>The table is made by <c>tools/confusables.mjs</c>. Skeletons are stored (<c>rooms.skeleton</c>): a change of this class or of the table needs a migration.</para>
/// </summary>
public static class NameSkeleton
{
    private static readonly Lazy<FrozenDictionary<int, string>> Prototypes = new(Read);

    /// <summary>The skeleton of a name. Never throws.</summary>
    public static string Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var seen = new StringBuilder(name.Length);
        foreach (var rune in NormalForm.Normalize(name, NormalizationForm.FormKD).EnumerateRunes())
        {
            if (rune.Value == 0x2800 || Rune.IsWhiteSpace(rune)) AppendBlank(seen);
            else if (rune.IsAscii) seen.Append((char)rune.Value);
            else if (!Invisible.Is(rune)) seen.Append(Prototype(rune));
        }
        var folded = seen.ToString().Trim().Replace("ß", "ss", StringComparison.Ordinal).Replace("ẞ", "ss", StringComparison.Ordinal).ToUpperInvariant().ToLowerInvariant();
        return NormalForm.Normalize(folded, NormalizationForm.FormD);
    }

    private static string Prototype(Rune rune)
    {
        var found = Prototypes.Value.GetValueOrDefault(rune.Value);
        // I, l, 1 and | have one prototype; what is a capital letter was meant to be the capital.
        return found == "l" && Rune.GetUnicodeCategory(rune) == UnicodeCategory.UppercaseLetter ? "I" : found ?? rune.ToString();
    }

    // Pages show any number of blanks as one.
    private static void AppendBlank(StringBuilder seen)
    {
        if (seen.Length > 0 && seen[^1] != ' ') seen.Append(' ');
    }

    private static FrozenDictionary<int, string> Read()
    {
        var prototypes = new Dictionary<int, string>();
        foreach (var line in TextResource.Lines("confusables.txt"))
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            foreach (var rune in line[(tab + 1)..].EnumerateRunes()) prototypes.Add(rune.Value, line[..tab]);
        }
        return prototypes.ToFrozenDictionary();
    }
}
