using System.Text;

namespace Chatter.Chat.Search;

/// <summary>Words that stand one behind the other.</summary>
/// <param name="Words">The words, folded.</param>
/// <param name="IsPrefix">Whether the last is only the beginning of one.</param>
internal sealed record SearchPhrase(IReadOnlyList<string> Words, bool IsPrefix)
{
    /// <summary>Fewer letters are no beginning of anything in particular, and of everything in general.</summary>
    private const int LeastBeginning = 3;

    /// <summary>Whether it is one character of a script without spaces, for which the index has marks.</summary>
    public bool IsCharacter { get; private init; }

    /// <summary>The phrase of a text, or null where it has no words.</summary>
    public static SearchPhrase? Of(string text, bool isPrefix)
    {
        var words = SearchWords.Of(text);
        if (words.Count == 0) return null;
        var last = words[^1];
        // In a text without spaces more may follow: what is sought ends with its last pair, and a single character begins one.
        var goesOn = last.IsRunEnd && words.Count > 1 && words[^2] is { IsPair: true, IsRunEnd: false };
        var kept = goesOn ? words[..^1] : words;
        return new SearchPhrase([.. kept.Select(static word => word.Text)], last.IsRunEnd ? !goesOn : isPrefix && last.Text.EnumerateRunes().Count() >= LeastBeginning)
        {
            IsCharacter = last.IsRunEnd && words.Count == 1,
        };
    }

    /// <summary>In the language of the index, for a room: words have no character that means anything there, and are quoted all the same.</summary>
    public void Write(StringBuilder match, string room)
    {
        match.Append(IsCharacter ? "marks : \"" : "{words names} : \"").AppendJoin(' ', Words.Select(word => room + word)).Append('"');
        if (IsPrefix && !IsCharacter) match.Append('*');
    }

    /// <summary>Where the phrase stands in a text.</summary>
    public IEnumerable<(int Start, int End)> Find(IReadOnlyList<SearchWord> words)
    {
        for (var i = 0; i + Words.Count <= words.Count; i++)
        {
            if (!StandsAt(words, i)) continue;
            var last = words[i + Words.Count - 1];
            yield return (words[i].Start, IsPrefix && last.IsPair ? last.FirstEnd : last.End);
        }
    }

    private bool StandsAt(IReadOnlyList<SearchWord> words, int at)
    {
        for (var i = 0; i < Words.Count; i++)
        {
            var word = words[at + i].Text;
            var isBeginning = IsPrefix && i == Words.Count - 1;
            if (isBeginning ? !word.StartsWith(Words[i], StringComparison.Ordinal) : word != Words[i]) return false;
        }
        return true;
    }
}
