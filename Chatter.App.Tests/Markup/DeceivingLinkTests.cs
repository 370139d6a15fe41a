using Chatter.App.Markup;
using Xunit;

namespace Chatter.App.Tests.Markup;

/// <summary>A label that looks like a host or an address is that of its target, and every other label has the target's host beside it.</summary>
public sealed class DeceivingLinkTests
{
    [Theory]
    [InlineData("[bank.example](https://evil.example/x)")]
    [InlineData("[www.bank.example](https://evil.example/)")]
    [InlineData("[WWW.BANK.EXAMPLE](https://evil.example/)")]
    [InlineData("[bank.example/login](https://evil.example/x)")]
    [InlineData("[www.bank.example/login](https://evil.example/x)")]
    [InlineData("[log in at bank.example now](https://evil.example/x)")]
    [InlineData("[bank\u200B.example](https://evil.example/x)")]
    [InlineData("[bank.\u200Bexample](https://evil.example/x)")]
    [InlineData("[bank\u00AD.exam\u2060ple](https://evil.example/x)")]
    [InlineData("[https\uFF1A//bank.example](https://evil.example/x)")]
    [InlineData("[https:\u2215\u2215bank.example](https://evil.example/x)")]
    [InlineData("[https:\u2044\u2044bank.example](https://evil.example/x)")]
    [InlineData("[https:\uFF0F\uFF0Fbank.example](https://evil.example/x)")]
    [InlineData("[https:\u29F8\u29F8bank](https://evil.example/x)")]
    [InlineData("[bank\u3002example](https://evil.example/x)")]
    [InlineData("[bank\uFF0Eexample](https://evil.example/x)")]
    [InlineData("[bank\u2024example](https://evil.example/x)")]
    [InlineData("[\u202Eelpmaxe.knab](https://evil.example/x)")]
    [InlineData("[the \u202Ebank](https://evil.example/x)")]
    [InlineData("[\u2066bank\u2069](https://evil.example/x)")]
    [InlineData("[ceo@bank.example](https://evil.example/x)")]
    [InlineData("[ceo@bank.example](https://bank.example/x)")]
    [InlineData("[ceo\uFF20bank.example](https://evil.example/x)")]
    [InlineData("[mailto:ceo@bank.example](mailto:evil@evil.example)")]
    [InlineData("[ceo@bank.example](mailto:evil@bank.example)")]
    [InlineData("[bаnk.example](https://evil.example/x)")] // Cyrillic а
    [InlineData("[bank.example](https://bаnk.example/x)")]
    [InlineData("[**bank**.example](https://evil.example/x)")]
    [InlineData("[`bank.example`](https://evil.example/x)")]
    [InlineData("[bank.example](https://bank.example.evil.example/)")]
    [InlineData("[bank.example](https://evil-bank.example/)")]
    [InlineData("[example.org](https://evil.example.org/)")]
    [InlineData("[192.0.2.1](https://evil.example/x)")]
    [InlineData("[bank.xn--p1ai](https://evil.example/x)")]
    [InlineData("[пример.рф](https://evil.example/x)")]
    [InlineData("[a](https://bank.example@evil.example/)")]
    [InlineData("[a](https://bank.example\u2044login@evil.example/)")]
    [InlineData("[a](https://bank.example\u2044login.evil.example/)")]
    [InlineData("[a](https://bank.example\u202E/x)")]
    public void A_label_that_deceives_is_shown_as_typed(string text)
    {
        using var shown = new ShownMessage();
        var message = shown.Text(text);

        Assert.Equal(text.Replace("**", "", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal), message.TextContent.Replace("**", "", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal));
        // What is left of it may be an address by itself, which then leads where it says.
        Assert.All(message.QuerySelectorAll("a"), static link => Assert.True(MessageAddress.TryCreate(link.TextContent, out var said) && said == link.GetAttribute("href"), link.OuterHtml));
        Assert.Empty(message.QuerySelectorAll(".target"));
    }

    [Theory]
    [InlineData("https://bank.example@evil.example/")]
    [InlineData("https://user:pass@bank.example/")]
    [InlineData("https://bank.example\u2044login@evil.example/")]
    [InlineData("https://bank.example\u2215evil.example/")]
    [InlineData("https://bank\u200B.example/")]
    [InlineData("https://bank.example/\u202Eexe.txt")]
    [InlineData("https://bank.example\uFFFE/")]
    [InlineData("https://bank.example/\uFFFF")]
    public void A_bare_address_that_deceives_is_text(string text)
    {
        using var shown = new ShownMessage();
        Assert.Empty(shown.Text(text).QuerySelectorAll("a"));
        Assert.Equal(text, shown.Text(text).TextContent);
    }

    [Theory]
    [InlineData("[the plan](https://example.org/plan)", "example.org")]
    [InlineData("[see **this**](https://www.example.org:8443/a)", "www.example.org")]
    [InlineData("[report.pdf](https://files.example/report.pdf)", "files.example")]
    [InlineData("[Program.cs](https://git.example/Program.cs)", "git.example")]
    [InlineData("[version 1.2.3](https://example.org/)", "example.org")]
    [InlineData("[e.g. this](https://example.org/)", "example.org")]
    [InlineData("[Dr. Frost…](https://example.org/)", "example.org")]
    [InlineData("[thanks @ben](https://example.org/)", "example.org")]
    [InlineData("[这里](https://example.org/)", "example.org")]
    [InlineData("[вот план](https://example.org/)", "example.org")]
    [InlineData("[example.org/plan](https://example.org/other)", "example.org")]
    [InlineData("[www.example.org/plan](https://example.org/other)", "example.org")]
    [InlineData("[write](mailto:ada@example.org)", "ada@example.org")]
    [InlineData("[a](https://bаnk.example/)", "xn--bnk-6cd.example")]
    public void Every_other_label_has_where_it_leads_beside_it(string text, string target)
    {
        using var shown = new ShownMessage();
        var message = shown.Text(text);

        Assert.Single(message.QuerySelectorAll("a"));
        Assert.Equal($" ({target})", Assert.Single(message.QuerySelectorAll(".target")).TextContent);
    }

    [Theory]
    [InlineData("[example.org](https://example.org/)")]
    [InlineData("[https://example.org/](https://example.org)")]
    [InlineData("[ada@example.org](mailto:ada@example.org)")]
    [InlineData("[müller.example](https://müller.example/)")]
    [InlineData("[пример.рф](https://пример.рф/)")]
    public void A_label_that_says_where_it_leads_needs_nothing_beside_it(string text)
    {
        using var shown = new ShownMessage();
        var message = shown.Text(text);

        Assert.Equal(text[1..text.IndexOf(']', StringComparison.Ordinal)], Assert.Single(message.QuerySelectorAll("a")).TextContent);
        Assert.True(message.QuerySelectorAll(".target").Length == 0 || !message.QuerySelector("a")!.TextContent.All(char.IsAscii));
    }
}
