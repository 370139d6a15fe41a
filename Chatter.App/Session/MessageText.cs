using System.Text.RegularExpressions;

namespace Chatter.App.Session;

/// <summary>A piece of a message: text, or an address that can be opened.</summary>
public readonly record struct TextPart(string Text, string? Address);

/// <summary>Finds the web addresses in a message. Nothing else in it has a meaning; Blazor writes it as text.</summary>
public static partial class MessageText
{
    private static readonly char[] Punctuation = ['.', ',', ';', ':', '!', '?', '\'', '"'];

    public static IEnumerable<TextPart> Parts(string text)
    {
        var from = 0;
        foreach (Match match in Address().Matches(text))
        {
            var found = match.Value.TrimEnd(Punctuation);
            // "(see https://example.org/a_(b).)": a closing bracket belongs to the address only where it has an opening one.
            while (found.EndsWith(')') && found.Count(')') > found.Count('(')) found = found[..^1].TrimEnd(Punctuation);
            if (!Uri.TryCreate(found, UriKind.Absolute, out var address)) continue;
            if (match.Index > from) yield return new TextPart(text[from..match.Index], null);
            yield return new TextPart(found, address.AbsoluteUri);
            from = match.Index + found.Length;
        }
        if (from < text.Length) yield return new TextPart(text[from..], null);
    }

    private static int Count(this string text, char wanted) => text.AsSpan().Count(wanted);

    [GeneratedRegex(@"\bhttps?://[^\s<>""]+", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Address();
}
