using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Chatter.Chat.Protocol;

namespace Chatter.App.Markup;

/// <summary>Which addresses can be opened, and where one ends that stands in a sentence.</summary>
internal static class MessageAddress
{
    /// <summary>What browsers and servers agree to take. Anything longer is text, and isn't looked at twice.</summary>
    public const int MaxLength = 2048;

    private static readonly string[] Beginnings = ["https://", "http://", "mailto:"];

    private static readonly SearchValues<char> Ends = SearchValues.Create("<>\"`");

    /// <summary>What ends the sentence or the emphasis rather than the address.</summary>
    private static readonly SearchValues<char> Punctuation = SearchValues.Create(".,;:!?'*_~…’”»。，、");

    /// <summary>What shows an address other than it is: marks of direction, characters that show nothing, and slashes that are none.</summary>
    private static readonly SearchValues<char> Deceptive = SearchValues.Create(
        "\u00AD\u034F\u061C\u115F\u1160\u180E\u200B\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u2800\u3164\uFEFF\uFFA0"
        + "\u2044\u2215\u2571\u29F8\uFF0F\uFF3C\uFF20\uFE6B");

    /// <summary>Where an address leads, for people: the host, or whom a mail goes to. A host that could be taken for another is shown in its ASCII form.</summary>
    public static string Target(string address)
    {
        var uri = new Uri(address);
        var host = uri.Host.EnumerateRunes().Any(static rune => !rune.IsAscii && NameSkeleton.Of(rune.ToString()).All(char.IsAscii)) ? uri.IdnHost : uri.Host;
        return uri.Scheme == Uri.UriSchemeMailto ? $"{Uri.UnescapeDataString(uri.UserInfo)}@{host}" : host;
    }

    /// <summary>Whether an address that may be opened could begin here. Cheap: asked at every h and m.</summary>
    public static bool Begins(ReadOnlySpan<char> text)
    {
        foreach (var beginning in Beginnings)
        {
            if (text.StartsWith(beginning, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }

    /// <summary>The length of the bare address at the beginning of a text, without the punctuation and the brackets of the sentence around it.</summary>
    public static int Length(ReadOnlySpan<char> text)
    {
        var end = 0;
        while (end < text.Length && end <= MaxLength && !EndsAt(text, end)) end++;
        return Trimmed(text[..end]);
    }

    /// <summary>
    /// The address as a browser takes it, if it is one that may be opened. The scheme is looked at twice, as typed and as parsed: what only becomes
    /// <c>javascript:</c> by decoding, by blanks or by control characters doesn't begin as one of ours.
    /// </summary>
    public static bool TryCreate(ReadOnlySpan<char> typed, [NotNullWhen(true)] out string? address)
    {
        address = null;
        if (typed.Length > MaxLength || !Begins(typed) || Text.HasLoneSurrogate(typed) || NormalForm.HasNonCharacter(typed) || typed.ContainsAny(Deceptive)) return false;
        if (!Uri.TryCreate(typed.ToString(), UriKind.Absolute, out var uri)) return false;
        // With user info, https://bank.example@evil.example leads to evil.example.
        var opens = uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps ? uri.Host.Length > 0 && uri.UserInfo.Length == 0
            : uri.Scheme == Uri.UriSchemeMailto && uri.UserInfo.Length > 0 && uri.Host.Length > 0;
        if (opens) address = uri.AbsoluteUri;
        return opens;
    }

    // "[https://example.org](https://example.org)": a label ends, too.
    private static bool EndsAt(ReadOnlySpan<char> text, int index) =>
        char.IsWhiteSpace(text[index]) || char.IsControl(text[index]) || Ends.Contains(text[index]) || text[index..].StartsWith("](");

    // "(see https://example.org/a_(b).)": a closing bracket belongs to the address only where it has an opening one.
    private static int Trimmed(ReadOnlySpan<char> found)
    {
        var round = found.Count(')') - found.Count('(');
        var square = found.Count(']') - found.Count('[');
        var end = found.Length;
        for (; end > 0; end--)
        {
            var last = found[end - 1];
            if (last == ')' && round > 0) round--;
            else if (last == ']' && square > 0) square--;
            else if (!Punctuation.Contains(last)) break;
        }
        return end;
    }
}
