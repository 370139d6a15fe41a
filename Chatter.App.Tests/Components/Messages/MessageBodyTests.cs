using Bunit;
using Chatter.App.Tests.Markup;
using Xunit;

namespace Chatter.App.Tests.Components.Messages;

/// <summary>What has a meaning in a message, what hasn't, and how long ones are folded.</summary>
public sealed class MessageBodyTests
{
    [Theory]
    [InlineData("Frost tonight?", "Frost tonight?")]
    [InlineData("a **bold** word", "a <strong>bold</strong> word")]
    [InlineData("__bold__", "<strong>bold</strong>")]
    [InlineData("an *italic* and an _italic_ word", "an <em>italic</em> and an <em>italic</em> word")]
    [InlineData("***both***", "<em><strong>both</strong></em>")]
    [InlineData("~~not~~ now", "<del>not</del> now")]
    [InlineData("**bold *and* ~~struck~~**", "<strong>bold <em>and</em> <del>struck</del></strong>")]
    [InlineData("\"**bold**\", (*italic*)!", "\"<strong>bold</strong>\", (<em>italic</em>)!")]
    [InlineData("*over\ntwo lines*", "<em>over\ntwo lines</em>")]
    [InlineData("これは**太字**です", "これは<strong>太字</strong>です")]
    [InlineData("run `dotnet test` now", "run <code>dotnet test</code> now")]
    [InlineData("``a ` b``", "<code>a ` b</code>")]
    [InlineData("`<b>*x*</b>`", "<code>&lt;b&gt;*x*&lt;/b&gt;</code>")]
    [InlineData("`one\n  two`", "<code>one\n  two</code>")]
    [InlineData("**`code`** and `**code**`", "<strong><code>code</code></strong> and <code>**code**</code>")]
    public void Words_are_emphasised_struck_or_code(string text, string markup) =>
        Assert.Equal($"<p class=\"text\" dir=\"auto\">{markup}</p>", ShownMessage.Markup(text));

    [Theory]
    [InlineData("snake_case_name")]
    [InlineData("2*3*4 = 24")]
    [InlineData("2**3**4")]
    [InlineData("un*frigging*believable")]
    [InlineData("5 * 3 and 4 * 2")]
    [InlineData("*open")]
    [InlineData("a~b~c, ~d~ and e~~f~~g")]
    [InlineData("`open")]
    [InlineData("¯\\_(ツ)_/¯")]
    [InlineData("\\*stars\\* and C:\\_temp\\_x")]
    [InlineData("# garden")]
    [InlineData("## garden ##\n*")]
    [InlineData("*\ngarden\n======")]
    [InlineData("garden_\n---")]
    [InlineData("----")]
    [InlineData("***")]
    [InlineData("* * *")]
    [InlineData("_ _ _\n- - -")]
    [InlineData("-")]
    [InlineData("1.")]
    [InlineData("- \n* ")]
    [InlineData(">")]
    [InlineData("> >")]
    [InlineData(">:( and >_<")]
    [InlineData(">5 people")]
    [InlineData("-5 degrees")]
    [InlineData("    four blanks *")]
    [InlineData("a *\n      b\n\tc")]
    [InlineData("a *\n\n\n\n\nb")]
    [InlineData("| a | b |\n|---|---|\n| * | 2 |")]
    [InlineData("[garden]: <>\n*[garden]")]
    [InlineData("[garden][1] and [1]: * x")]
    [InlineData("[](x) [garden]() *")]
    [InlineData("&amp; &lt;b&gt; &#42; *")]
    [InlineData("<b>bold</b> <!-- * --> <br/> <?x?>")]
    [InlineData("<div>\n*\n</div>")]
    [InlineData("```")]
    [InlineData("```\n```")]
    [InlineData("```csharp")]
    [InlineData("~~~~ hm ~~~~\n*")]
    [InlineData("``` sh")]
    [InlineData("see ```")]
    public void What_has_no_meaning_stays_as_typed(string text)
    {
        using var shown = new ShownMessage();

        var body = shown.Text(text);

        Assert.Equal(text.TrimEnd(), body.TextContent.TrimEnd());
        Assert.Empty(body.Children);
    }

    [Fact]
    public void An_image_stays_as_typed_and_its_address_can_be_opened()
    {
        using var shown = new ShownMessage();

        var body = shown.Text("![a frog](https://example.org/frog.png)");

        Assert.Equal("![a frog](https://example.org/frog.png)", body.TextContent);
        Assert.Equal(["https://example.org/frog.png"], body.QuerySelectorAll("a").Select(static a => a.TextContent));
        Assert.Empty(body.QuerySelectorAll("img"));
    }

    [Fact]
    public void A_code_block_says_its_language_and_has_a_button_that_copies()
    {
        using var shown = new ShownMessage();

        var body = shown.Text("Try:\n```csharp\nif (a < b)\n{\n    **go**();\n\n}\n```\nand see");

        Assert.Equal(["p", "div", "p"], body.Children.Select(static child => child.LocalName));
        Assert.Equal("if (a < b)\n{\n    **go**();\n\n}", body.QuerySelector("pre > code")!.TextContent);
        Assert.Equal("csharp", body.QuerySelector(".code-name")!.TextContent);
        var button = body.QuerySelector(".code button.copy")!;
        Assert.Equal(("Copy", "Copy code", "button"), (button.TextContent, button.GetAttribute("aria-label"), button.GetAttribute("type")));
        Assert.Equal("ltr", body.QuerySelector("pre")!.GetAttribute("dir"));
    }

    [Theory]
    [InlineData("```\na\n```", "a", "")]
    [InlineData("```\nnever closed", "never closed", "")]
    [InlineData("~~~sh\na\n```\n~~~", "a\n```", "sh")]
    [InlineData("````md\n```\na\n```\n````", "```\na\n```", "md")]
    [InlineData("```C# title=\"a&amp;b\"\na\n```", "a", "C# title=\"a&amp;b\"")]
    [InlineData("```\r\na\r\n\tb\r\n```", "a\n\tb", "")]
    public void Code_is_what_stands_between_the_fences(string text, string code, string name)
    {
        using var shown = new ShownMessage();

        var body = shown.Text(text);

        Assert.Equal(code, body.QuerySelector("pre > code")!.TextContent);
        Assert.Equal(name, body.QuerySelector(".code-name")!.TextContent);
    }

    [Theory]
    [InlineData("> Frost tonight?", "<blockquote dir=\"auto\">Frost tonight?</blockquote>")]
    [InlineData("> one\n> two", "<blockquote dir=\"auto\">one\ntwo</blockquote>")]
    [InlineData("> one\n>\n> two", "<blockquote dir=\"auto\">one\n\ntwo</blockquote>")]
    [InlineData("> *Frost*?\nNo.", "<blockquote dir=\"auto\"><em>Frost</em>?</blockquote><p dir=\"auto\">No.</p>")]
    [InlineData("He said\n> Frost", "<p dir=\"auto\">He said</p><blockquote dir=\"auto\">Frost</blockquote>")]
    [InlineData("> one\n>> two", "<blockquote dir=\"auto\">one<blockquote dir=\"auto\">two</blockquote></blockquote>")]
    public void Quotes_end_with_their_marks(string text, string markup) => Assert.Equal($"<div class=\"text\">{markup}</div>", ShownMessage.Markup(text));

    [Theory]
    [InlineData("- milk\n- eggs", "ul(• milk|• eggs)")]
    [InlineData("* milk\n+ eggs", "ul(• milk)ul(• eggs)")]
    [InlineData("1. one\n2. two", "ol(1. one|2. two)")]
    [InlineData("3) three\n7) seven", "ol(3) three|7) seven)")]
    [InlineData("26. November", "ol(26. November)")]
    [InlineData("007. Bond", "ol(007. Bond)")]
    [InlineData("- milk\nthanks!", "ul(• milk)p(thanks!)")]
    [InlineData("- milk\n  and cream\n\n  today", "ul(• milk\nand cream\n\ntoday)")]
    [InlineData("- milk\n\n- eggs", "ul(• milk|• eggs)")]
    [InlineData("Buy\n- milk", "p(Buy)ul(• milk)")]
    [InlineData("In\n2026. was", "In\n2026. was")]
    public void Lists_have_the_numbers_that_were_typed(string text, string expected)
    {
        using var shown = new ShownMessage();

        var body = shown.Text(text);

        var blocks = body.Children.Select(static block => $"{block.LocalName}({string.Join('|', block.LocalName == "p" ? [block.TextContent] : block.Children.Select(static item => item.TextContent))})");
        Assert.Equal(expected, body.LocalName == "p" ? body.TextContent : string.Concat(blocks));
    }

    [Fact]
    public void Lists_stand_in_lists()
    {
        using var shown = new ShownMessage();

        var body = shown.Text("- fruit\n  - apples\n    1. red\n  - pears\n- nuts");

        Assert.Equal(2, body.QuerySelectorAll(".text > ul > li").Length);
        Assert.Equal(["• apples1. red", "• pears"], body.QuerySelectorAll(".text > ul > li > ul > li").Select(static item => item.TextContent));
        Assert.Equal("1. red", body.QuerySelector("ul ul ol > li")!.TextContent);
    }

    [Fact]
    public void Code_and_lists_stand_in_quotes_and_lists()
    {
        using var shown = new ShownMessage();

        var body = shown.Text("> - milk\n>   ```sh\n>   git  pull\n>     x\n>   ```\n> - eggs");

        Assert.Equal("git  pull\n  x", body.QuerySelector("blockquote > ul > li pre > code")!.TextContent);
        Assert.Equal(2, body.QuerySelectorAll("blockquote > ul > li").Length);
    }

    [Fact]
    public void Each_block_has_the_direction_of_its_words()
    {
        using var shown = new ShownMessage();

        var body = shown.Text("one\n- two\n> three\n\nfour");

        Assert.All(body.QuerySelectorAll("p, li, blockquote"), static block => Assert.Equal("auto", block.GetAttribute("dir")));
        Assert.Equal(4, body.QuerySelectorAll("[dir]").Length);
    }

    [Theory]
    [InlineData(1_600, 1, false)]
    [InlineData(1_601, 1, true)]
    [InlineData(1, 24, false)]
    [InlineData(1, 25, true)]
    public void A_long_message_is_folded(int characters, int lines, bool folded)
    {
        using var shown = new ShownMessage();
        foreach (var piece in new[] { "x", "*" })
        {
            var body = shown.Render(string.Join('\n', Enumerable.Repeat(string.Concat(Enumerable.Repeat(piece, characters)), lines)));

            Assert.Equal(folded ? ["Show more"] : [], body.FindAll("button").Select(static button => button.TextContent));
            Assert.Equal(folded, body.Find(".text").ClassList.Contains("folded"));
        }
    }

    [Fact]
    public void What_is_folded_can_be_shown_and_folded_again()
    {
        using var shown = new ShownMessage();
        var body = shown.Render(string.Concat(Enumerable.Repeat("**word** ", 200)));
        Assert.Equal("false", body.Find("button").GetAttribute("aria-expanded"));

        body.Find("button").Click();
        Assert.Equal(("Show less", "true"), (body.Find("button").TextContent, body.Find("button").GetAttribute("aria-expanded")));
        Assert.False(body.Find(".text").ClassList.Contains("folded"));
        Assert.Equal(200, body.FindAll("strong").Count);

        body.Find("button").Click();
        Assert.Equal("Show more", body.Find("button").TextContent);
        Assert.True(body.Find(".text").ClassList.Contains("folded"));
    }

    [Fact]
    public void A_message_that_is_edited_is_shown_anew()
    {
        using var shown = new ShownMessage();
        var body = shown.Render("- *one*");

        body.Render(parameters => parameters.Add(b => b.Text, "> two"));
        Assert.Equal("<div class=\"text\"><blockquote dir=\"auto\">two</blockquote></div>", body.Markup);

        body.Render(parameters => parameters.Add(b => b.Text, "three"));
        Assert.Equal("<p class=\"text\" dir=\"auto\">three</p>", body.Markup);
    }
}
