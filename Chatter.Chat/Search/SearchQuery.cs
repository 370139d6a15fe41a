using Chatter.Chat.Protocol;

namespace Chatter.Chat.Search;

/// <summary>What somebody searches for: all of the wanted phrases and none of the others, in messages that pass all filters.</summary>
internal sealed record SearchQuery
{
    public IReadOnlyList<SearchPhrase> Wanted { get; init; } = [];

    public IReadOnlyList<SearchPhrase> Unwanted { get; init; } = [];

    /// <summary><c>from:</c>, by name; any of them.</summary>
    public IReadOnlyList<SearchFilter> From { get; init; } = [];

    /// <summary><c>in:</c>, by name or id; any of them.</summary>
    public IReadOnlyList<SearchFilter> In { get; init; } = [];

    /// <summary><c>has:</c>, as the index marks it; all of them.</summary>
    public IReadOnlyList<SearchFilter> Has { get; init; } = [];

    /// <summary>From this time on, or null.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Before this time, or null.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether a message with these words is one that is sought, as far as words go.</summary>
    public bool Accepts(IndexedMessage message)
    {
        var texts = message.Texts.Select(SearchWords.Of).ToList();
        return Wanted.All(phrase => texts.Exists(words => phrase.Find(words).Any())) && !Unwanted.Any(phrase => texts.Exists(words => phrase.Find(words).Any()));
    }
}

/// <summary>A filter's value.</summary>
/// <param name="Value">What stands behind the colon.</param>
/// <param name="IsNot">Whether there is a minus before it.</param>
internal sealed record SearchFilter(string Value, bool IsNot);

/// <summary>A search, as it is asked for.</summary>
/// <param name="Text">Words and filters.</param>
internal sealed record SearchRequest(string Text)
{
    public Guid? Room { get; init; }

    public string? After { get; init; }

    public int Limit { get; init; } = 20;

    /// <summary>Longest text of a search, in UTF-16 code units.</summary>
    public const int MaxText = 500;

    /// <summary>Most hits of a page.</summary>
    public const int MaxLimit = 50;

    public static Refusal Invalid(string message) => Refusal.InvalidField("q", message);
}
