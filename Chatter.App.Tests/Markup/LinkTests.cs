using AngleSharp.Dom;
using Xunit;

namespace Chatter.App.Tests.Markup;

public sealed class LinkTests
{
    [Theory]
    [InlineData("see https://example.org/frost for more", "https://example.org/frost")]
    [InlineData("HTTPS://EXAMPLE.ORG", "https://example.org/")]
    [InlineData("https://example.org/a?b=c&d=%20#e.", "https://example.org/a?b=c&d=%20#e")]
    [InlineData("(https://example.org/frost)", "https://example.org/frost")]
    [InlineData("(see https://example.org/frost.)", "https://example.org/frost")]
    [InlineData("[see https://example.org/frost]", "https://example.org/frost")]
    [InlineData("https://example.org/a_(b)", "https://example.org/a_(b)")]
    [InlineData("https://example.org/a_b_c*d*", "https://example.org/a_b_c*d")]
    [InlineData("\"https://example.org\"!", "https://example.org/")]
    [InlineData("“https://example.org/frost”…", "https://example.org/frost")]
    [InlineData("https://example.org/frost。", "https://example.org/frost")]
    [InlineData("http://localhost:8080/x,", "http://localhost:8080/x")]
    [InlineData("<https://example.org/frost>", "https://example.org/frost")]
    [InlineData("**https://example.org/frost**", "https://example.org/frost")]
    [InlineData("_see https://example.org/frost_", "https://example.org/frost")]
    [InlineData("- https://example.org/frost", "https://example.org/frost")]
    [InlineData("> https://example.org/frost", "https://example.org/frost")]
    [InlineData("[1]: https://example.org/frost", "https://example.org/frost")]
    [InlineData("\\[a](https://example.org/frost)", "https://example.org/frost")]
    [InlineData("mailto:ada@example.org?subject=Frost.", "mailto:ada@example.org?subject=Frost")]
    public void A_bare_address_can_be_opened_without_the_punctuation_around_it(string text, string address)
    {
        using var shown = new ShownMessage();

        Assert.Equal(address, Assert.Single(Links(shown, text)).GetAttribute("href"));
    }

    [Theory]
    [InlineData("[frost](https://example.org/frost)", "frost", "https://example.org/frost")]
    [InlineData("see [the frost report](https://example.org/a_(b)), Ben", "the frost report", "https://example.org/a_(b)")]
    [InlineData("[a **b** `c`](HTTP://EXAMPLE.org)", "a b c", "http://example.org/")]
    [InlineData("**[frost](https://example.org)**", "frost", "https://example.org/")]
    [InlineData("[write](mailto:ada@example.org)", "write", "mailto:ada@example.org")]
    [InlineData("[https://example.org/](https://example.org)", "https://example.org/", "https://example.org/")]
    [InlineData("[[1](https://example.org)]", "1", "https://example.org/")]
    public void A_label_stands_for_its_address(string text, string label, string address)
    {
        using var shown = new ShownMessage();

        var link = Assert.Single(Links(shown, text));

        Assert.Equal((label, address), (link.TextContent, link.GetAttribute("href")));
        Assert.DoesNotContain(address, shown.Text(text).TextContent.Replace(label, "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_link_opens_elsewhere_and_tells_nobody_where_it_was_found()
    {
        using var shown = new ShownMessage();

        var links = Links(shown, "https://a.example [b](https://b.example)\n- https://c.example mailto:d@d.example");

        Assert.Equal(4, links.Count);
        Assert.All(links, static link => Assert.Equal(("_blank", "noopener noreferrer nofollow"), (link.GetAttribute("target"), link.GetAttribute("rel"))));
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("ftp://example.org")]
    [InlineData("xhttps://example.org")]
    [InlineData("https://")]
    [InlineData("example.org")]
    [InlineData("mailto:")]
    [InlineData("mailto:ada")]
    [InlineData("`https://example.org`")]
    [InlineData("```\nhttps://example.org\n```")]
    [InlineData("[a](ftp://example.org)")]
    [InlineData("[a](/rooms)")]
    [InlineData("[a](//example.org)")]
    [InlineData("[a](example.org)")]
    [InlineData("[a](https://)")]
    [InlineData("[a](javascript:alert(1))")]
    [InlineData("")]
    public void Nothing_else_can(string text)
    {
        using var shown = new ShownMessage();

        Assert.Empty(Links(shown, text));
    }

    [Theory]
    [InlineData("[https://bank.example](https://elsewhere.example)", "https://bank.example/", "https://elsewhere.example/")]
    [InlineData("[to https://bank.example/login](https://elsewhere.example/x)", "https://bank.example/login", "https://elsewhere.example/x")]
    [InlineData("[a](https://example.org \"https://bank.example\")", "https://example.org/", "https://bank.example/")]
    public void A_label_that_claims_another_address_is_no_link(string text, params string[] addresses)
    {
        using var shown = new ShownMessage();

        Assert.Equal(text, shown.Text(text).TextContent);
        Assert.Equal(addresses, Links(shown, text).Select(static link => link.GetAttribute("href")));
    }

    [Fact]
    public void Several_addresses_stand_between_their_text()
    {
        using var shown = new ShownMessage();

        var nodes = shown.Text("a https://b.example, http://c.example/d.").ChildNodes;

        Assert.Equal(["a ", "https://b.example", ", ", "http://c.example/d", "."], nodes.Select(static node => node.TextContent));
    }

    private static IReadOnlyList<IElement> Links(ShownMessage shown, string text) => [.. shown.Text(text).QuerySelectorAll("a")];
}
