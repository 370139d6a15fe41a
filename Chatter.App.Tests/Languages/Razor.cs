using System.Text;
using System.Text.RegularExpressions;

namespace Chatter.App.Tests.Languages;

/// <summary>What a Razor file says in so many words, apart from what it computes.</summary>
internal static partial class Razor
{
    /// <summary>Stands where an expression was.</summary>
    public const char Computed = '\0';

    /// <summary>The texts between tags, a line each.</summary>
    public static IEnumerable<string> Texts(string file) =>
        Tag().Replace(Literally(file), "\n").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(static line => !Code().IsMatch(line));

    /// <summary>The attributes that people read or hear, with their values.</summary>
    public static IEnumerable<(string Name, string Value)> Attributes(string file) =>
        Tag().Matches(Literally(file)).SelectMany(static tag => Heard().Matches(tag.Value)).Select(static heard => (heard.Groups[1].Value, heard.Groups[2].Value));

    /// <summary>The markup without comments, directives and expressions.</summary>
    private static string Literally(string file)
    {
        var markup = Script().Replace(Comment().Replace(file, ""), "");
        if (markup.IndexOf("@code {", StringComparison.Ordinal) is >= 0 and var code) markup = markup[..code];
        markup = Directive().Replace(markup, "");
        var left = new StringBuilder(markup.Length);
        for (var i = 0; i < markup.Length; i++)
        {
            if (markup[i] != '@') left.Append(markup[i]);
            // Two are one that is shown; one within an attribute's name is Blazor's.
            else if (i + 1 < markup.Length && markup[i + 1] == '@') i++;
            else if (i > 0 && (markup[i - 1] is '"' or '>' or '(' or '\n' or ' ' or '}' or '\'' || !char.IsLetterOrDigit(markup[i - 1])) && EndOfExpression(markup, i + 1) is var end && end > i + 1 && !(end < markup.Length && markup[end] == '='))
            {
                left.Append(Computed);
                i = end - 1;
            }
        }
        return left.ToString();
    }

    private static int EndOfExpression(string text, int at)
    {
        if (at < text.Length && text[at] is '(' or '{') return EndOfBrackets(text, at);
        var start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_')) at++;
        if (text[start..at] is "if" or "foreach" or "switch" or "for" or "while") return EndOfBrackets(text, text.IndexOf('(', at));
        while (at < text.Length)
        {
            if (text[at] is '(' or '[') at = EndOfBrackets(text, at);
            else if (text[at] is '.' or '?' or '!' && at + 1 < text.Length && (char.IsLetter(text[at + 1]) || text[at + 1] is '.' or '_')) at++;
            else if (char.IsLetterOrDigit(text[at]) || text[at] is '_' or ':' && at > 0 && text[at - 1] != ' ' && at + 1 < text.Length && char.IsLetter(text[at + 1])) at++;
            else break;
        }
        return at;
    }

    private static int EndOfBrackets(string text, int at)
    {
        var (depth, quoted) = (0, false);
        for (; at < text.Length; at++)
        {
            if (text[at] == '"' && text[at - 1] != '\\') quoted = !quoted;
            else if (!quoted && text[at] is '(' or '[' or '{') depth++;
            else if (!quoted && text[at] is ')' or ']' or '}' && --depth == 0) return at + 1;
        }
        return at;
    }

    [GeneratedRegex("<script[ >].*?</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex(@"@\*.*?\*@", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^@(using|page|layout|attribute|inherits|implements|inject|typeparam).*$", RegexOptions.Multiline)]
    private static partial Regex Directive();

    [GeneratedRegex("""<[A-Za-z/!](?:"[^"]*"|'[^']*'|[^>"'])*>""")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\b(title|aria-label|placeholder|alt|label|Title|Label|AriaLabel|HelperText|Placeholder)=""([^""]*)""")]
    private static partial Regex Heard();

    // What stands in markup and is none: branches, declarations, braces.
    [GeneratedRegex(@"^[{}\0]*(else\b|case\b|default:|var\b|if \(|foreach \(|switch \(|\(*[\w.]+,? |return\b).*[;:{)]$|^[{}\0]*(else|break;)$|^[^A-Za-z]*$|^\w+( \w+)* = .*;$")]
    private static partial Regex Code();
}
