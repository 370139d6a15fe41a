using System.Text.RegularExpressions;
using Xunit;

namespace Chatter.App.Tests.Languages;

/// <summary>Nothing that people read stands in markup or code: docs/ui.md, Languages, says how a word gets in.</summary>
public sealed partial class LiteralTests
{
    /// <summary>What is the same in every language.</summary>
    private static readonly HashSet<string> SameEverywhere =
    [
        "Chatter",           // the product's name
        "GIF",               // the format's name
        "from:ada", "in:garden", "before:2026-11-24", "has:link",   // what is typed into the search
        "Alt Shift ↓", "Shift Enter",   // keys, which KeysDialog names one by one
        "Samsung Internet",  // a browser's name
        "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji", "Roboto Variable",   // fonts
    ];

    [Fact]
    public void Markup_says_nothing_by_itself()
    {
        Assert.Empty(
            from source in WordFiles.Sources(".razor")
            from text in Razor.Texts(source.Text)
            where HasWord(text) && !SameEverywhere.Contains(text.Trim(' ', '·', Razor.Computed))
            select $"{source.Path}: {text}");
    }

    [Fact]
    public void Attributes_that_are_read_say_nothing_by_themselves()
    {
        Assert.Empty(
            from source in WordFiles.Sources(".razor")
            from attribute in Razor.Attributes(source.Text)
            where HasWord(attribute.Value) && !SameEverywhere.Contains(attribute.Value)
            select $"{source.Path}: {attribute.Name}=\"{attribute.Value}\"");
    }

    [Fact]
    public void Code_of_pages_and_session_has_no_sentence_in_it()
    {
        // What is logged is for the operator, what is thrown for whoever repairs it, and a refusal is translated where it is shown.
        string[] forOthers = ["LoggerMessage(", "Exception(", "new Refusal(", "// "];
        Assert.Empty(
            from source in WordFiles.Sources(".razor", ".cs")
            where source.Path.StartsWith("Components/", StringComparison.Ordinal) || source.Path.StartsWith("Session/", StringComparison.Ordinal) || source.Path.StartsWith("Markup/", StringComparison.Ordinal)
            from line in source.Text.Split('\n')
            where !forOthers.Any(line.Contains)
            from said in Sentence().Matches(line)
            where !SameEverywhere.Contains(said.Value.Trim('"'))
            select $"{source.Path}: {said.Value}");
    }

    [Fact]
    public void Scripts_have_no_sentence_in_them()
    {
        Assert.Empty(
            from source in WordFiles.Sources(".js")
                // Stands alone where there is no page: it has its own words, in all languages.
            where source.Path != "wwwroot/sw.js"
            from line in source.Text.Split('\n')
            where !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && !line.Contains("new Error(", StringComparison.Ordinal)
            from said in ScriptSentence().Matches(line)
            where !SameEverywhere.Contains(said.Value.Trim('"'))
            select $"{source.Path}: {said.Value}");
    }

    [Theory]
    [InlineData("<p>Nothing here</p>")]
    [InlineData("<p>@count new</p>")]
    [InlineData("<button title=\"Close\"></button>")]
    [InlineData("@if (open)\n{\n  <b>Open</b>\n}")]
    [InlineData("<label>Name @(required ? \"*\" : null)</label>")]
    public void What_is_looked_for_is_found(string markup) => Assert.True(Razor.Texts(markup).Any(HasWord) || Razor.Attributes(markup).Any(static attribute => HasWord(attribute.Value)));

    [Theory]
    [InlineData("<p>@Words.Of(\"Nothing\")</p>")]
    [InlineData("<a title=\"@Words.Of(\"Close\")\" class=\"button plain\" @onclick=\"() => Close(\"x y\")\">×</a>")]
    [InlineData("@if (open is { } one)\n{\n  var name = one.Name;\n  <b>@name</b>\n}\nelse if (other)\n{\n  <i>@other.Name!.Length</i>\n}")]
    public void What_is_computed_is_let_be(string markup)
    {
        Assert.DoesNotContain(Razor.Texts(markup), HasWord);
        Assert.DoesNotContain(Razor.Attributes(markup), static attribute => HasWord(attribute.Value));
    }

    private static bool HasWord(string text) => Word().IsMatch(text);

    [GeneratedRegex(@"\p{L}{2,}")]
    private static partial Regex Word();

    // A capital and a second word, or a full stop at the end.
    [GeneratedRegex("""(?<!Words\.(Of|Count)\()\$?"[A-Z][a-z’']+[ ,][^"]*[a-z][^"]*"|"[^"]*[a-z] [a-z][^"]*[.?…]"|\? "[A-Z][a-z]+"|: "[A-Z][a-z]+"\)|(ShowAsync<\w+>|Snackbar\.Add|ShowMessageBoxAsync)\(\$?"[A-Z][^"]*\b""")]
    private static partial Regex Sentence();

    [GeneratedRegex("""(['`"])[A-Z“][a-z’']+ [^'`"]*[a-z.…?]\1|(textContent|title|ariaLabel|placeholder) = (['`"])[A-Za-z][^'`"]*\3|'(aria-label|title|placeholder|alt)', (['`"])[A-Z][^'`"]*\5""")]
    private static partial Regex ScriptSentence();
}
