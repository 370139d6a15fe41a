namespace Chatter.Chat.Protocol;

/// <summary>Names in messages: <c>@ada</c>, <c>@here</c>, <c>@all</c> (docs/protocol.md §5). What is written as code, or quoted, mentions nobody.</summary>
public static class Mention
{
    /// <summary>Whoever is there, and everybody in the room.</summary>
    public static readonly IReadOnlyList<string> Everybody = ["here", "all"];

    /// <summary>The length of the mention that begins at an <c>@</c>, that sign included; 0 where there is none, as in <c>ada@example.org</c>.</summary>
    public static int Length(ReadOnlySpan<char> text, int at)
    {
        if (at > 0 && (char.IsLetterOrDigit(text[at - 1]) || text[at - 1] is '@' or '_' or '-' or '.' or '/')) return 0;
        var end = at + 1;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '-' or '.')) end++;
        // Names may have these, but at the end of one they are the sentence's.
        while (end > at + 1 && text[end - 1] is '.' or '-') end--;
        return end - at is >= 3 and <= 33 ? end - at : 0;
    }

    /// <summary>Whether a name stands for everybody.</summary>
    public static bool IsEverybody(ReadOnlySpan<char> name)
    {
        foreach (var all in Everybody)
            if (name.Equals(all, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    /// <summary>Whether a text mentions somebody, by name or with everybody.</summary>
    public static bool Names(string text, string user)
    {
        foreach (var name in new Reader(text))
            if (name.Equals(user, StringComparison.OrdinalIgnoreCase) || IsEverybody(name)) return true;
        return false;
    }

    /// <summary>The names that a text mentions, without their <c>@</c>, in the order in which they stand there.</summary>
    public static Reader In(string text) => new(text);

    /// <summary>Goes through a text from mention to mention, and past code and quotes.</summary>
    public ref struct Reader(ReadOnlySpan<char> text)
    {
        private readonly ReadOnlySpan<char> _text = text;
        private int _at;

        /// <summary>The mention at hand, without its <c>@</c>.</summary>
        public ReadOnlySpan<char> Current { get; private set; }

        /// <summary>For <c>foreach</c>.</summary>
        public readonly Reader GetEnumerator() => this;

        /// <summary>Goes to the next mention.</summary>
        public bool MoveNext()
        {
            while (_at < _text.Length)
            {
                var found = _text[_at..].IndexOfAny('@', '`', '>');
                if (found < 0) break;
                _at += found;
                if (_text[_at] != '@')
                {
                    _at = _text[_at] == '`' ? AfterCode(_text, _at) : AfterQuote(_text, _at);
                    continue;
                }
                var length = Length(_text, _at);
                Current = _text.Slice(_at + 1, Math.Max(0, length - 1));
                _at += Math.Max(1, length);
                if (length > 0) return true;
            }
            _at = _text.Length;
            return false;
        }

        /// <summary>Behind the line that a <c>></c> begins as a quote (CommonMark 0.31 §5.1), or behind that sign where it begins none.</summary>
        private static int AfterQuote(ReadOnlySpan<char> text, int at)
        {
            var begin = text[..at].LastIndexOf('\n') + 1;
            if (at - begin > 3 || text[begin..at].ContainsAnyExcept(' ')) return at + 1;
            var end = text[at..].IndexOf('\n');
            return end < 0 ? text.Length : at + end + 1;
        }

        /// <summary>Behind the code that begins at a backtick, or behind its backticks where no equal run ends it (CommonMark 0.31 §6.1; a fence, §4.5, may stay open).</summary>
        private static int AfterCode(ReadOnlySpan<char> text, int at)
        {
            var run = Run(text, at);
            for (var end = at + run; end < text.Length;)
            {
                var next = text[end..].IndexOf('`');
                if (next < 0) break;
                end += next;
                var other = Run(text, end);
                end += other;
                if (other == run) return end;
            }
            var isFence = run >= 3 && (at == 0 || text[at - 1] == '\n');
            return isFence ? text.Length : at + run;
        }

        private static int Run(ReadOnlySpan<char> text, int at)
        {
            var length = text[at..].IndexOfAnyExcept('`');
            return length < 0 ? text.Length - at : length;
        }
    }
}
