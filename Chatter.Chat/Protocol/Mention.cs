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

        // What is known of the text up to _at, so that no sign makes the reader go back over it: a text of such signs alone would take quadratic time.
        private int _line;
        private int _lineKnownTo;
        private ulong _unclosed;

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
                    _at = _text[_at] == '`' ? AfterCode() : AfterQuote();
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
        private int AfterQuote()
        {
            var newest = _text[_lineKnownTo.._at].LastIndexOf('\n');
            if (newest >= 0) _line = _lineKnownTo + newest + 1;
            _lineKnownTo = _at;
            if (_at - _line > 3 || _text[_line.._at].ContainsAnyExcept(' ')) return _at + 1;
            var end = _text[_at..].IndexOf('\n');
            return end < 0 ? _text.Length : _at + end + 1;
        }

        /// <summary>Behind the code that begins at a backtick, or behind its backticks where no equal run ends it (CommonMark 0.31 §6.1; a fence, §4.5, may stay open).</summary>
        private int AfterCode()
        {
            var run = Run(_text, _at);
            if (!IsUnclosed(run))
            {
                for (var end = _at + run; end < _text.Length;)
                {
                    var next = _text[end..].IndexOf('`');
                    if (next < 0) break;
                    end += next;
                    var other = Run(_text, end);
                    end += other;
                    if (other == run) return end;
                }
                // None of this length ends it, and so none will end a later one.
                if (run < 64) _unclosed |= 1UL << run;
            }
            var isFence = run >= 3 && (_at == 0 || _text[_at - 1] == '\n');
            return isFence ? _text.Length : _at + run;
        }

        private readonly bool IsUnclosed(int run) => run < 64 && (_unclosed >> run & 1) == 1;

        private static int Run(ReadOnlySpan<char> text, int at)
        {
            var length = text[at..].IndexOfAnyExcept('`');
            return length < 0 ? text.Length - at : length;
        }
    }
}
