using System.Diagnostics;
using AngleSharp.Dom;
using Chatter.App.Markup;
using Chatter.Chat.Protocol;
using Microsoft.AspNetCore.Components.Rendering;
using Xunit;

namespace Chatter.App.Tests.Markup;

/// <summary>Texts that are as expensive as the longest message can be.</summary>
public sealed class PathologicalTextTests
{
    // They take up to a few milliseconds; what grows with the square of the length would take seconds.
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(200);

    public static TheoryData<string> Repeated =>
    [
        "*", "_", "~", "`", "[", "]", "(", ">", "-", "+", "\\", "!", "<", "#", "|", "&", "\n", "\t", " ", "*_", "*_~~", "*a ", "a* ", "*a*", "**a *b ", "a** b* ", "_a ", "~~a ", "a~~ ", "* ", "*a_b ", "**x", "x**",
        "> ", ">> ", "- ", "+ a ", "1. ", "1) a ", "- a\n", "- a\n  ", "-\n", "> a\n", "> a\n\n", "> - ", "- > 1. ", "1.\n", "* a\n\n", ">\n", "> ```\n", "- ```\n", "```\n", "```\na\n", "~~~\n", "`a``b", "` `` ", "a`", "``a ",
        "[a", "[a]", "[a](", "[a](https://a.b", "[a](https://a.b)", "[a](http://", "[](", "![", "![a](b)", "[[a](https://a.b)](", "[a]: b\n", "](", "(((", "[a](https://(", "<a", "<a ", "<!--", "<?", "</", "<![CDATA[", "&#", "&amp;",
        "h", "http://", "https://", "https://a", "https://a.b", "https://a.b)", "https://a.b](", "https://]", "https://*", "mailto:", "mailto:a@", "Hm", "https://a ", "https://[", "a\n\n", "a\n", " a\n", "    a\n", "\ta\n", "\u2028", "é", "🌱", "太*", "*太*太",
    ];

    [Theory]
    [MemberData(nameof(Repeated))]
    public void The_longest_message_is_shown_in_no_time(string piece)
    {
        using var shown = new ShownMessage();
        var text = string.Concat(Enumerable.Repeat(piece, Limits.MaxText / piece.Length));
        Read(shown, piece);

        var body = Read(shown, text);
        var again = Read(shown, text);   // what has to be compiled isn't the text's fault

        Assert.InRange(new[] { body.Time, again.Time }.Min(), TimeSpan.Zero, Limit);
        Assert.InRange(body.Depth, 0, 40);
    }

    [Theory]
    [InlineData("a.")]
    [InlineData("1.")]
    [InlineData("1.1.1.")]
    [InlineData("a.bc ")]
    [InlineData("a.bc")]
    [InlineData("a@")]
    [InlineData("@")]
    [InlineData("a@b.cd ")]
    [InlineData("example.org ")]
    [InlineData("-a")]
    [InlineData("e\u0301.")]
    [InlineData("а.рф ")]
    [InlineData("\u2044")]
    [InlineData("http:")]
    public void Labels_as_long_as_they_may_be_are_judged_in_no_time(string piece)
    {
        using var shown = new ShownMessage();
        const string End = "](https://example.org/)";
        var link = $"[{string.Concat(Enumerable.Repeat(piece, LinkLabel.MaxLength / piece.Length))}{End}";
        var text = string.Concat(Enumerable.Repeat(link, Limits.MaxText / link.Length));
        Read(shown, $"[{piece}{End}");

        var times = new[] { Read(shown, text).Time, Read(shown, text).Time };

        Assert.InRange(times.Min(), TimeSpan.Zero, Limit);
    }

    [Fact]
    public void Emphasis_in_emphasis_ends_somewhere()
    {
        using var shown = new ShownMessage();
        var text = string.Concat(Enumerable.Repeat("*a **b ", 100)) + string.Concat(Enumerable.Repeat("c** d* ", 100));

        var body = shown.Text(text);

        Assert.InRange(Depth(body), 2, 12);
        Assert.Equal(text.Count(static c => c is 'a' or 'b' or 'c' or 'd'), body.TextContent.Count(static c => c is 'a' or 'b' or 'c' or 'd'));
    }

    [Theory]
    [InlineData("> ", "blockquote")]
    [InlineData("- ", "ul")]
    [InlineData("1. ", "ol")]
    public void Deeper_than_eight_levels_is_text(string mark, string element)
    {
        using var shown = new ShownMessage();

        var body = shown.Text(string.Concat(Enumerable.Repeat(mark, 20)) + "end");

        Assert.Equal(8, body.QuerySelectorAll(element).Length);
        Assert.EndsWith(string.Concat(Enumerable.Repeat(mark, 12)) + "end", body.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_deep_quote_that_ended_leaves_room_for_others()
    {
        using var shown = new ShownMessage();

        var body = shown.Text($"{new string('>', 9)} deep\n> again");

        Assert.Equal("again", body.QuerySelector(".text > blockquote")!.LastChild!.TextContent);
    }

    private static (TimeSpan Time, int Depth) Read(ShownMessage shown, string text)
    {
        var started = Stopwatch.GetTimestamp();
        using (var tree = new RenderTreeBuilder()) MessageWriter.Write(tree, MessageMarkdown.Parse(text), "text");
        var time = Stopwatch.GetElapsedTime(started);
        return (time, Depth(shown.Text(text)));
    }

    private static int Depth(IElement element) => 1 + element.Children.Select(Depth).DefaultIfEmpty(0).Max();
}
