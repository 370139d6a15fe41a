using System.Text;
using AngleSharp.Dom;
using Chatter.App.Markup;
using CsCheck;
using Xunit;

namespace Chatter.App.Tests.Markup;

/// <summary>What holds for every text, whatever Markdown makes of it.</summary>
public sealed class MarkupPropertyTests
{
    private static readonly Gen<string> Words = Gen.OneOf("frost", "a", "b1", "2", "10", "é", "太字", "שלום", "🌱", "x_y", "C:\\", "Q");

    private static readonly Gen<string> Marks = Gen.OneOf(
        "*", "**", "***", "_", "__", "~", "~~", "`", "``", "```", "```sh\n", "\n```\n", "~~~", ">", "> ", "\n> ", "- ", "\n- ", "\n  - ", "* ", "+ ", "1. ", "\n2. ", "\n3) ", "#", "# ", "\n## ",
        "----", "\n---\n", "===", "|", "[", "]", "](", "(", ")", "!", "![", "[a](https://a.example/b)", "[a](javascript:b)", "https://a.example", "http://", "mailto:a@b.example", "\\", "\\*", "&amp;", "&#42;",
        "<b>", "</b>", "<!--", "<script>", "\"", "'", ":", ".", ",", " ", "  ", "    ", "\t", "\n", "\n\n", "\r\n", "\n    ");

    private static readonly Gen<string> Texts = Gen.Frequency((3, Marks), (2, Words), (1, Gen.Char[' ', '\u00ff'].Select(static c => c.ToString()))).Array[1, 24].Select(string.Concat);

    [Fact]
    public void No_letter_and_no_digit_is_lost_or_moved() => Check(static (shown, text) =>
        Assert.Equal(LettersAndDigits(text), LettersAndDigits(WithAddresses(shown.Parsed(text)))));

    [Fact]
    public void What_is_plain_at_a_glance_is_the_same_when_it_is_parsed() => Check(static (shown, text) =>
    {
        if (!MessageMarkdown.IsPlain(text) || string.IsNullOrWhiteSpace(text)) return;
        var parsed = shown.Parsed(text);
        Assert.Equal("p", parsed.LocalName);
        Assert.Empty(parsed.Children);
        Assert.Equal(Lines(text), Lines(parsed.TextContent));
    });

    [Fact]
    public void Every_element_and_attribute_is_one_of_those_that_are_meant() => Check(static (shown, text) => Harmless.Assert(shown.Render(text).Nodes));

    private static void Check(Action<ShownMessage, string> law)
    {
        // Rendering isn't for several threads, and a context keeps all that it rendered.
        Texts.Array[20].Sample(
            texts =>
            {
                using var shown = new ShownMessage();
                foreach (var text in texts) law(shown, text);
            },
            iter: 150,
            threads: 1);
    }

    /// <summary>The text of a message, with the address of a link where its label hides it.</summary>
    private static string WithAddresses(IElement message)
    {
        var text = new StringBuilder();
        Read(message);
        return text.ToString();

        void Read(INode node)
        {
            if (node is IElement { LocalName: "button" } or IElement { ClassName: "target" }) return;
            if (node is IText) text.Append(node.TextContent).Append(' ');
            foreach (var child in node.ChildNodes) Read(child);
            if (node is not IElement { LocalName: "a" } link) return;
            // A bare address is its own text.
            if (!MessageAddress.Begins(link.TextContent)) text.Append(Uri.UnescapeDataString(link.GetAttribute("href")!));
        }
    }

    private static string LettersAndDigits(string text) => string.Concat(text.EnumerateRunes().Where(Rune.IsLetterOrDigit).Select(Rune.ToLowerInvariant));

    private static List<string> Lines(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n').Select(static line => line.TrimEnd()).SkipWhile(static line => line.Length == 0).ToList();
        while (lines is [.., ""]) lines.RemoveAt(lines.Count - 1);
        return lines;
    }
}
