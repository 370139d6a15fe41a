namespace Chatter.App.Languages;

/// <summary>
/// Keeps a name within a sentence from turning the sentence around, where no element (<c>bdi</c>) can: in attributes, titles and whatever else is only text. By the
/// isolates of the Unicode bidirectional algorithm (UAX #9 §2.5), which show nothing.
/// </summary>
public static class BetweenOthers
{
    private const char FirstStrongIsolate = '\u2068';
    private const char PopIsolate = '\u2069';

    /// <summary>The text, isolated where it could do harm: anything in a sentence from right to left, in one from left to right what has characters of the other direction.</summary>
    public static string Keep(string text) =>
        text.Length > 0 && (Language.Current.IsRightToLeft || text.AsSpan().ContainsAnyInRange('\u0590', '\u08FF') || HasDirection(text)) ? FirstStrongIsolate + text + PopIsolate : text;

    // Marks, embeddings and isolates; presentation forms; and the scripts beyond the first plane.
    private static bool HasDirection(ReadOnlySpan<char> text) =>
        text.IndexOfAnyInRange('\u200E', '\u200F') >= 0 || text.IndexOfAnyInRange('\u202A', '\u202E') >= 0 || text.IndexOfAnyInRange('\u2066', '\u2069') >= 0
        || text.IndexOfAnyInRange('\uFB1D', '\uFDFF') >= 0 || text.IndexOfAnyInRange('\uFE70', '\uFEFC') >= 0 || text.IndexOfAnyInRange('\uD802', '\uD803') >= 0 || text.IndexOfAnyInRange('\uD83A', '\uD83B') >= 0;
}
