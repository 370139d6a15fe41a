using System.Globalization;

namespace Chatter.Chat.Search;

/// <summary>
/// Words of a column of their own, by which filters are a part of the search itself.
/// </summary>
internal static class MessageMarks
{
    public const string File = "hasfile";
    public const string Link = "haslink";

    /// <summary>Of each message: what is looked for where nothing in particular is.</summary>
    public const string Any = "any";

    public static string Author(long number) => string.Create(CultureInfo.InvariantCulture, $"u{number}");

    /// <summary>The mark behind a value of <c>has:</c>, or null.</summary>
    public static string? Has(string value) => value.ToUpperInvariant() switch
    {
        "FILE" or "FILES" => File,
        "LINK" or "LINKS" => Link,
        _ => null,
    };

    /// <summary>All marks of a message. Single characters of scripts without spaces are among them: as beginnings of words, frequent ones would take long.</summary>
    public static string Of(long author, IndexedMessage message)
    {
        var marks = new List<string> { Any, Author(author) };
        if (message.HasFile) marks.Add(File);
        if (message.HasLink) marks.Add(Link);
        marks.AddRange(message.Texts.SelectMany(SearchWords.Of).Where(static word => word.IsPair).SelectMany(Characters).Distinct());
        return string.Join(' ', marks);
    }

    private static IEnumerable<string> Characters(SearchWord word) => word.Text.EnumerateRunes().Select(static rune => rune.ToString());
}
