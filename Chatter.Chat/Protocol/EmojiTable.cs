using System.Collections.Frozen;
using System.Text;

namespace Chatter.Chat.Protocol;

/// <summary>
/// The emoji that reactions and statuses may be: those that the web app offers, in all skin tones. The table is made by <c>tools/emoji.mjs</c>, together with the
/// app's (<c>wwwroot/emoji/en.json</c>).
/// </summary>
public static class EmojiTable
{
    private const string Selector = "\uFE0F";
    private const int FirstTone = 0x1F3FB;

    private static readonly Lazy<FrozenDictionary<string, string>> Known = new(Read);

    /// <summary>
    /// The form of an emoji that the table has, or null if it isn't exactly one emoji of the table. With and without variation selectors (U+FE0F) it is the same
    /// emoji; with another skin tone it is another one.
    /// </summary>
    public static string? Find(string? emoji) =>
        emoji is { Length: >= 1 and <= Text.MaxEmoji } ? Known.Value.GetValueOrDefault(WithoutSelectors(emoji)) : null;

    /// <summary>An emoji and the forms in which reactions to older messages may have it: before there was a table, each form was an emoji of its own.</summary>
    internal static IEnumerable<string> Forms(string emoji)
    {
        var bare = WithoutSelectors(emoji);
        return new[] { emoji, bare, bare + Selector }.Distinct(StringComparer.Ordinal);
    }

    /// <summary>The emoji as they stand in the table, without those that only differ in skin tones.</summary>
    internal static IEnumerable<(string Emoji, int Tones)> Bases() => TextResource.Lines("emoji.txt").Where(static line => line[0] != '+').Select(Parse);

    private static FrozenDictionary<string, string> Read()
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (emoji, tones) in Bases())
        {
            Add(emoji);
            if (tones == 1) foreach (var tone in Tones()) Add(Toned(emoji, tone, null));
            if (tones == 2) foreach (var first in Tones()) foreach (var last in Tones()) Add(Toned(emoji, first, last));
        }
        foreach (var line in TextResource.Lines("emoji.txt")) if (line[0] == '+') Add(line[1..]);
        return known.ToFrozenDictionary(StringComparer.Ordinal);

        void Add(string emoji) => known.TryAdd(WithoutSelectors(emoji), emoji);
    }

    private static (string Emoji, int Tones) Parse(string line)
    {
        var tab = line.IndexOf('\t', StringComparison.Ordinal);
        return tab < 0 ? (line, 0) : (line[..tab], line[tab + 1] - '0');
    }

    private static IEnumerable<Rune> Tones() => Enumerable.Range(FirstTone, 5).Select(static value => new Rune(value));

    /// <summary>As the app's <c>toned</c> has it: a tone behind the first code point, and behind the last if there are two people; it takes the place of a selector.</summary>
    private static string Toned(string emoji, Rune first, Rune? last)
    {
        Rune[] runes = [.. emoji.EnumerateRunes()];
        var toned = new StringBuilder();
        for (var i = 0; i < runes.Length; i++)
        {
            toned.Append(runes[i].ToString());
            if (i == 0) toned.Append(first.ToString());
            else if (i == runes.Length - 1 && last is { } other) toned.Append(other.ToString());
        }
        return toned.ToString().Replace(first + Selector, first.ToString(), StringComparison.Ordinal);
    }

    private static string WithoutSelectors(string emoji) => emoji.Replace(Selector, "", StringComparison.Ordinal);
}
