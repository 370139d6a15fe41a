using Chatter.Chat.Protocol;

namespace Chatter.Chat.Search;

/// <summary>The part of a message by which it was found.</summary>
internal static class Snippet
{
    private const int MostLength = 200;

    /// <summary>What is shown before the first word found.</summary>
    private const int Before = 60;

    private const string Cut = "…";

    /// <summary>Cuts a message to what was found in it, in one line; its beginning where nothing in particular was sought.</summary>
    public static IReadOnlyList<SnippetPart> Of(IndexedMessage message, IReadOnlyList<SearchPhrase> wanted)
    {
        // What was found in a file's name is shown there; otherwise in the text.
        foreach (var text in message.Texts)
            if (Hits(text, wanted) is { Count: > 0 } hits) return Parts(text, hits);
        return Parts(message.Texts.FirstOrDefault(static text => text.Length > 0) ?? "", []);
    }

    /// <summary>Where the phrases stand, in order and without overlaps.</summary>
    private static List<(int Start, int End)> Hits(string text, IReadOnlyList<SearchPhrase> wanted)
    {
        var words = SearchWords.Of(text);
        var merged = new List<(int Start, int End)>();
        foreach (var hit in wanted.SelectMany(phrase => phrase.Find(words)).Order())
        {
            if (merged.Count > 0 && hit.Start <= merged[^1].End) merged[^1] = (merged[^1].Start, Math.Max(merged[^1].End, hit.End));
            else merged.Add(hit);
        }
        return merged;
    }

    private static List<SnippetPart> Parts(string text, List<(int Start, int End)> hits)
    {
        var (from, to) = Window(text, hits.Count > 0 ? hits[0].Start : 0);
        var parts = new List<SnippetPart>();
        var at = from;
        foreach (var (start, end) in hits)
        {
            if (start >= to) break;
            Add(parts, text[at..Math.Max(at, start)], hit: false);
            Add(parts, text[Math.Max(at, start)..Math.Min(end, to)], hit: true);
            at = Math.Min(end, to);
        }
        Add(parts, text[at..to], hit: false);
        if (from > 0) parts.Insert(0, new SnippetPart(Cut, false));
        if (to < text.Length) parts.Add(new SnippetPart(Cut, false));
        return Joined(parts);
    }

    private static (int From, int To) Window(string text, int wanted)
    {
        if (text.Length <= MostLength) return (0, text.Length);
        var from = wanted <= Before ? 0 : AtSpace(text, wanted - Before, wanted);
        var to = Math.Min(text.Length, from + MostLength);
        if (to < text.Length)
        {
            var space = text.LastIndexOfAny([' ', '\n', '\t'], to - 1, MostLength / 4);
            if (space > from) to = space;
            else if (char.IsLowSurrogate(text[to])) to--;
        }
        return (from, to);
    }

    /// <summary>Behind the first white space from there on, or there.</summary>
    private static int AtSpace(string text, int from, int until)
    {
        for (var i = from; i < until; i++)
            if (char.IsWhiteSpace(text[i])) return i + 1;
        return char.IsLowSurrogate(text[from]) ? from + 1 : from;
    }

    private static void Add(List<SnippetPart> parts, string text, bool hit)
    {
        if (text.Length > 0) parts.Add(new SnippetPart(text.ReplaceLineEndings(" ").Replace('\t', ' '), hit));
    }

    private static List<SnippetPart> Joined(List<SnippetPart> parts)
    {
        for (var i = parts.Count - 1; i > 0; i--)
        {
            if (parts[i].Hit != parts[i - 1].Hit) continue;
            parts[i - 1] = parts[i - 1] with { Text = parts[i - 1].Text + parts[i].Text };
            parts.RemoveAt(i);
        }
        return parts;
    }
}
