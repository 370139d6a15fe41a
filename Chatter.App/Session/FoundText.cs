using Chatter.App.Markup;
using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>The part of a message by which it was found, as the message is read: without the marks of Markdown.</summary>
internal static class FoundText
{
    private const int MostLength = 200;

    /// <summary>What is shown before the first word found.</summary>
    private const int Before = 60;

    /// <summary>The scripts from here on are written without spaces.</summary>
    private const char Unspaced = '\u2E80';

    private const string Cut = "…";

    /// <summary>The words found, in what is shown of the message; where they stand in nothing that is shown, as in an address or a file's name, the server's snippet.</summary>
    public static IReadOnlyList<SnippetPart> Of(SearchHit hit)
    {
        var plain = string.Join(' ', PlainMessage.Of(hit.Event.CurrentText()).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var words = hit.Snippet.Where(static part => part.Hit).Select(static part => part.Text).ToHashSet(StringComparer.Ordinal);
        var found = Places(plain, words);
        return found.Count == 0 && (words.Count > 0 || plain.Length == 0) ? hit.Snippet : Parts(plain, found);
    }

    /// <summary>Where whole words stand, in order and without overlaps.</summary>
    private static List<(int Start, int End)> Places(string text, IEnumerable<string> words)
    {
        var places = new List<(int Start, int End)>();
        foreach (var word in words)
        {
            for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + word.Length, StringComparison.Ordinal))
                if (IsWhole(text, at, at + word.Length)) places.Add((at, at + word.Length));
        }
        places.Sort();
        for (var i = places.Count - 1; i > 0; i--)
        {
            if (places[i].Start >= places[i - 1].End) continue;
            places[i - 1] = (places[i - 1].Start, Math.Max(places[i - 1].End, places[i].End));
            places.RemoveAt(i);
        }
        return places;
    }

    private static bool IsWhole(string text, int start, int end) => (start == 0 || !Joins(text[start - 1], text[start])) && (end == text.Length || !Joins(text[end - 1], text[end]));

    private static bool Joins(char left, char right) => char.IsLetterOrDigit(left) && char.IsLetterOrDigit(right) && left < Unspaced && right < Unspaced;

    private static List<SnippetPart> Parts(string text, List<(int Start, int End)> found)
    {
        var (from, to) = Window(text, found.Count > 0 ? found[0].Start : 0);
        var parts = new List<SnippetPart>();
        var at = from;
        Add(from > 0 ? Cut : "", isHit: false);
        foreach (var (start, end) in found.TakeWhile(place => place.Start < to))
        {
            Add(text[at..start], isHit: false);
            Add(text[start..Math.Min(end, to)], isHit: true);
            at = Math.Min(end, to);
        }
        Add(text[at..to], isHit: false);
        Add(to < text.Length ? Cut : "", isHit: false);
        return parts;

        void Add(string piece, bool isHit)
        {
            if (piece.Length == 0) return;
            if (parts is [.., { } last] && last.Hit == isHit) parts[^1] = last with { Text = last.Text + piece };
            else parts.Add(new SnippetPart(piece, isHit));
        }
    }

    /// <summary>Which part is shown, cut at spaces where there are any.</summary>
    private static (int From, int To) Window(string text, int first)
    {
        if (text.Length <= MostLength) return (0, text.Length);
        var from = first <= Before ? 0 : text.IndexOf(' ', first - Before, Before) is >= 0 and var space ? space + 1 : first;
        if (from + MostLength >= text.Length) return (from, text.Length);
        var to = text.LastIndexOf(' ', from + MostLength, MostLength / 4) is >= 0 and var end ? end : from + MostLength;
        return (from, char.IsLowSurrogate(text[to]) ? to - 1 : to);
    }
}
