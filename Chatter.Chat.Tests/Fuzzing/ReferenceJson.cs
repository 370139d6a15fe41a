using System.Globalization;
using System.Text;

namespace Chatter.Chat.Tests.Fuzzing;

/// <summary>
/// docs/protocol.md §2 read once more, letter by letter and without a library: what is one JSON object in UTF-8, of at most 16 levels, with no name
/// twice and no half surrogate. Slow, and simple enough to be right.
/// </summary>
internal sealed class ReferenceJson
{
    private const int MaxLevels = 16;

    private readonly string _text;
    private int _at;

    private ReferenceJson(string text) => _text = text;

    /// <summary>The <c>type</c>, where it is a string; null also where the bytes are no such object.</summary>
    public string? Type { get; private set; }

    /// <summary>Reads an object; null where the bytes are none.</summary>
    public static ReferenceJson? Read(byte[] bytes)
    {
        try
        {
            var json = new ReferenceJson(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes));
            json.Space();
            if (json.Peek() != '{') return null;
            json.Value(1);
            json.Space();
            return json._at == json._text.Length ? json : null;
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            return null;
        }
    }

    private void Value(int level)
    {
        switch (Peek())
        {
            case '{':
                Object(level);
                break;
            case '[':
                Array(level);
                break;
            case '"':
                Text();
                break;
            case 't':
                Word("true");
                break;
            case 'f':
                Word("false");
                break;
            case 'n':
                Word("null");
                break;
            default:
                Number();
                break;
        }
    }

    private void Object(int level)
    {
        if (level > MaxLevels) throw new FormatException();
        var names = new HashSet<string>(StringComparer.Ordinal);
        _at++;
        Space();
        if (Take('}')) return;
        do
        {
            Space();
            var name = Text();
            if (!names.Add(name)) throw new FormatException();
            Space();
            Need(':');
            Space();
            var start = _at;
            Value(level + 1);
            if (level == 1 && name == "type" && _text[start] == '"') Type = new ReferenceJson(_text[start.._at]).Text();
            Space();
        }
        while (Take(','));
        Need('}');
    }

    private void Array(int level)
    {
        if (level > MaxLevels) throw new FormatException();
        _at++;
        Space();
        if (Take(']')) return;
        do
        {
            Space();
            Value(level + 1);
            Space();
        }
        while (Take(','));
        Need(']');
    }

    private string Text()
    {
        Need('"');
        var text = new StringBuilder();
        while (Peek() != '"') text.Append(Character());
        _at++;
        var result = text.ToString();
        for (var i = 0; i < result.Length; i++)
        {
            if (char.IsHighSurrogate(result[i]) && i + 1 < result.Length && char.IsLowSurrogate(result[i + 1])) i++;
            else if (char.IsSurrogate(result[i])) throw new FormatException();
        }
        return result;
    }

    private char Character()
    {
        var letter = Peek();
        if (letter < ' ') throw new FormatException();
        _at++;
        if (letter != '\\') return letter;
        var escape = Peek();
        _at++;
        switch (escape)
        {
            case '"' or '\\' or '/':
                return escape;
            case 'b' or 'f' or 'n' or 'r' or 't':
                return "\b\f\n\r\t"["bfnrt".IndexOf(escape, StringComparison.Ordinal)];
            case 'u' when _at + 4 <= _text.Length && _text[_at..(_at + 4)].All(char.IsAsciiHexDigit):
                _at += 4;
                return (char)int.Parse(_text.AsSpan(_at - 4, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            default:
                throw new FormatException();
        }
    }

    private void Number()
    {
        Take('-');
        if (!Take('0')) Digits();
        if (Take('.')) Digits();
        if (!Take('e') && !Take('E')) return;
        if (!Take('+')) Take('-');
        Digits();
    }

    private void Digits()
    {
        if (!char.IsAsciiDigit(Peek())) throw new FormatException();
        while (char.IsAsciiDigit(Peek())) _at++;
    }

    private void Word(string word)
    {
        foreach (var letter in word) Need(letter);
    }

    private void Space()
    {
        while (Peek() is ' ' or '\t' or '\n' or '\r') _at++;
    }

    private bool Take(char letter)
    {
        if (_at >= _text.Length || _text[_at] != letter) return false;
        _at++;
        return true;
    }

    private void Need(char letter)
    {
        if (!Take(letter)) throw new FormatException();
    }

    /// <summary>NUL at the end: nowhere in JSON is it allowed, so it ends whatever is being read.</summary>
    private char Peek() => _at < _text.Length ? _text[_at] : '\0';
}
