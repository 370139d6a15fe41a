using Xunit;

namespace Chatter.App.Tests.Markup;

public sealed class HostileTextTests
{
    [Fact]
    public void There_are_many_of_them() => Assert.True(HostileTexts.All.Distinct().Count() >= 300);

    [Theory]
    [InlineData("{0}")]
    [InlineData("**{0}**")]
    [InlineData("*a* {0} `b`")]
    [InlineData("- {0}")]
    [InlineData("> 1. {0}")]
    [InlineData("`{0}`")]
    [InlineData("```{0}\nx\n```")]
    [InlineData("```\n{0}\n```")]
    [InlineData("[{0}](https://example.org)")]
    [InlineData("[a]({0})")]
    [InlineData("[a](<{0}>)")]
    [InlineData("[a](https://example.org/{0})")]
    [InlineData("[a](https://example.org \"{0}\")")]
    [InlineData("![{0}]({0})")]
    [InlineData("<{0}>")]
    [InlineData("[a]: {0}\n\n[a] *b*")]
    [InlineData("https://example.org/{0}")]
    [InlineData("mailto:a@example.org?body={0}")]
    [InlineData("{0}{0}")]
    public void No_text_becomes_anything_but_harmless_markup_wherever_it_stands(string place)
    {
        using var shown = new ShownMessage();
        foreach (var text in HostileTexts.All) Harmless.Assert(shown.Render(place.Replace("{0}", text, StringComparison.Ordinal)).Nodes);
    }

    [Fact]
    public void Elements_are_shown_as_typed()
    {
        using var shown = new ShownMessage();
        // NUL isn't taken by the server; a browser gets none either way.
        foreach (var text in HostileTexts.Elements.Where(static text => !text.Contains('\0') && !text.Contains('`') && !text.Contains("/*", StringComparison.Ordinal) && !text.StartsWith('+')))
        {
            Assert.Equal(text.TrimEnd(), shown.Parsed(text).TextContent.TrimEnd());
        }
    }

    [Fact]
    public void Only_what_begins_as_a_web_or_mail_address_can_be_opened()
    {
        using var shown = new ShownMessage();
        string[] ours = ["https://", "http://", "mailto:"];
        foreach (var address in HostileTexts.Addresses)
        {
            var links = shown.Text($"[a]({address})").QuerySelectorAll("a").Where(static link => link.TextContent == "a").ToList();
            if (!ours.Any(address.StartsWith)) Assert.Empty(links);
        }
    }
}
