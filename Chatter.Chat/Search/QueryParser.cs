using System.Globalization;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Search;

/// <summary>
/// Reads what people type into a search box. Nothing in it is anybody's query language: <c>"…"</c> is a phrase, a minus excludes, <c>name:value</c> is a filter where
/// the name is one, and all else is words.
/// </summary>
internal sealed class QueryParser
{
    private const int MostPhrases = 20;

    private readonly List<SearchPhrase> _wanted = [];
    private readonly List<SearchPhrase> _unwanted = [];
    private readonly List<SearchFilter> _from = [];
    private readonly List<SearchFilter> _in = [];
    private readonly List<SearchFilter> _has = [];
    private DateTimeOffset? _since;
    private DateTimeOffset? _until;

    public static Outcome<SearchQuery> Parse(string text)
    {
        if (Text.HasLoneSurrogate(text)) return SearchRequest.Invalid("q has half of a surrogate pair.");
        var parser = new QueryParser();
        return parser.Read(text.TrimEnd()) ?? parser.Query();
    }

    private Refusal? Read(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }
            var isNot = text[at] == '-' && at + 1 < text.Length && !char.IsWhiteSpace(text[at + 1]);
            if (isNot) at++;
            var name = FilterName(text, at);
            if (name is not null) at += name.Length + 1;
            var (value, isQuoted) = Value(text, ref at);
            var isLast = at >= text.Length;
            var refusal = name is null ? Phrase(value, isNot, isLast && !isQuoted) : Filter(name, value, isNot);
            if (refusal is not null) return refusal;
        }
        return null;
    }

    private Outcome<SearchQuery> Query()
    {
        if (_wanted.Count + _unwanted.Count + _from.Count + _in.Count + _has.Count == 0 && _since is null && _until is null)
            return SearchRequest.Invalid("q needs a word or a filter to search for.");
        return new SearchQuery { Wanted = _wanted, Unwanted = _unwanted, From = _from, In = _in, Has = _has, Since = _since, Until = _until };
    }

    private Refusal? Phrase(string value, bool isNot, bool isPrefix)
    {
        if (_wanted.Count + _unwanted.Count >= MostPhrases) return SearchRequest.Invalid($"q may have at most {MostPhrases} words and phrases.");
        // What has no letter, digit or emoji is nothing that could be found.
        if (SearchPhrase.Of(value, isPrefix && !isNot) is { } phrase) (isNot ? _unwanted : _wanted).Add(phrase);
        return null;
    }

    private Refusal? Filter(string name, string value, bool isNot)
    {
        if (_from.Count + _in.Count + _has.Count >= MostPhrases) return SearchRequest.Invalid($"q may have at most {MostPhrases} filters.");
        if (value.Trim() is not { Length: > 0 } wanted) return SearchRequest.Invalid($"{name}: needs a value right behind it.");
        switch (name)
        {
            case "from":
                _from.Add(new SearchFilter(wanted.TrimStart('@'), isNot));
                return null;
            case "in":
                _in.Add(new SearchFilter(wanted, isNot));
                return null;
            case "has":
                if (MessageMarks.Has(wanted) is not { } mark) return SearchRequest.Invalid("has: knows file and link.");
                _has.Add(new SearchFilter(mark, isNot));
                return null;
            default:
                return isNot ? SearchRequest.Invalid($"{name}: can't be excluded. Use the other one of before: and after:.") : Date(name, wanted);
        }
    }

    /// <summary>Days are those of UTC, whoever asks: <c>before:</c> and <c>after:</c> leave their own day out, as they do elsewhere.</summary>
    private Refusal? Date(string name, string value)
    {
        if (!DateTimeOffset.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day) || day.Year is < 1970 or > 2200)
            return SearchRequest.Invalid($"{name}: needs a day such as 2026-11-24.");
        if (name is "before" or "on") _until = Least(_until, name == "on" ? day.AddDays(1) : day);
        if (name is "after" or "on") _since = Most(_since, name == "on" ? day : day.AddDays(1));
        return null;
    }

    private static DateTimeOffset Least(DateTimeOffset? one, DateTimeOffset other) => one < other ? one.Value : other;

    private static DateTimeOffset Most(DateTimeOffset? one, DateTimeOffset other) => one > other ? one.Value : other;

    /// <summary>The filter that begins here, or null: a colon is no filter behind any other word.</summary>
    private static string? FilterName(string text, int at)
    {
        foreach (var name in (ReadOnlySpan<string>)["from", "in", "has", "before", "after", "on"])
            if (text.AsSpan(at).StartsWith(name, StringComparison.OrdinalIgnoreCase) && at + name.Length < text.Length && text[at + name.Length] == ':') return name;
        return null;
    }

    /// <summary>Up to the next white space, or what is in quotes. A quote that isn't closed is closed by the end.</summary>
    private static (string Value, bool IsQuoted) Value(string text, ref int at)
    {
        if (at < text.Length && text[at] == '"')
        {
            var end = text.IndexOf('"', at + 1);
            var quoted = text[(at + 1)..(end < 0 ? text.Length : end)];
            at = end < 0 ? text.Length : end + 1;
            return (quoted, true);
        }
        var start = at;
        while (at < text.Length && !char.IsWhiteSpace(text[at])) at++;
        return (text[start..at], false);
    }
}
