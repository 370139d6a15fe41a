using System.Text;
using Chatter.App.Languages;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Microsoft.AspNetCore.Components.Rendering;

namespace Chatter.App.Markup;

/// <summary>
/// Writes a message into Blazor's render tree: elements and attributes are those that stand here, everything that was typed is text or the address of a link.
/// That is why no HTML has to be cleaned.
/// </summary>
internal sealed class MessageWriter
{
    /// <summary>Emphasis in emphasis, beyond which its marks are text.</summary>
    private const int MaxEmphasis = 6;

    private readonly RenderTreeBuilder _tree;
    private readonly string _typed;
    // Text that isn't written yet: a text node for all that stands together.
    private readonly StringBuilder _text = new();

    private MessageWriter(RenderTreeBuilder tree, string typed)
    {
        _tree = tree;
        _typed = typed;
    }

    /// <summary>Writes one element of this class, a paragraph where the message is only text.</summary>
    public static void Write(RenderTreeBuilder tree, MessageParts message, string css)
    {
        var (writer, blocks) = (new MessageWriter(tree, message.Text), message.Document);
        var end = EndOfText(blocks, 0);
        if (end == blocks.Count)
        {
            tree.OpenElement(0, "p");
            tree.AddAttribute(1, "class", css);
            tree.AddAttribute(2, "dir", "auto");
            writer.Text(blocks, 0, end);
        }
        else
        {
            tree.OpenElement(3, "div");
            tree.AddAttribute(4, "class", css);
            writer.Blocks(blocks, 0);
        }
        tree.CloseElement();
    }

    private void Blocks(ContainerBlock container, int from)
    {
        while (from < container.Count)
        {
            var end = EndOfText(container, from);
            if (end > from)
            {
                _tree.OpenElement(5, "p");
                _tree.AddAttribute(6, "dir", "auto");
                Text(container, from, end);
                _tree.CloseElement();
                from = end;
                continue;
            }
            switch (container[from++])
            {
                case QuoteBlock quote: Quote(quote); break;
                case ListBlock list: List(list); break;
                case FencedCodeBlock code: Code(code); break;
            }
        }
    }

    private void Quote(QuoteBlock quote)
    {
        _tree.OpenElement(7, "blockquote");
        _tree.AddAttribute(8, "dir", "auto");
        Content(quote);
        _tree.CloseElement();
    }

    private void List(ListBlock list)
    {
        _tree.OpenElement(9, list.IsOrdered ? "ol" : "ul");
        // Safari takes a list whose marks aren't the browser's for none.
        _tree.AddAttribute(10, "role", "list");
        foreach (var block in list)
        {
            var item = (ListItemBlock)block;
            _tree.OpenElement(11, "li");
            _tree.AddAttribute(12, "dir", "auto");
            // Text rather than the browser's mark: so it is the number that was typed, and copied with the rest.
            _tree.OpenElement(13, "span");
            _tree.AddAttribute(14, "class", "mark");
            _tree.AddContent(15, list.IsOrdered ? Number(item) + " " : "• ");
            _tree.CloseElement();
            Content(item);
            _tree.CloseElement();
        }
        _tree.CloseElement();
    }

    private void Code(FencedCodeBlock code)
    {
        _tree.OpenElement(16, "div");
        _tree.AddAttribute(17, "class", "code");
        _tree.OpenElement(18, "div");
        _tree.AddAttribute(19, "class", "code-bar");
        _tree.OpenElement(20, "span");
        _tree.AddAttribute(21, "class", "code-name");
        _tree.AddContent(22, code.Arguments);
        _tree.CloseElement();
        // Without a handler: js/start.js copies, with or without a circuit.
        _tree.OpenElement(23, "button");
        _tree.AddAttribute(24, "type", "button");
        _tree.AddAttribute(25, "class", "copy");
        _tree.AddAttribute(26, "aria-label", Words.Of("CopyCode"));
        _tree.AddContent(27, Words.Of("Copy"));
        _tree.CloseElement();
        _tree.CloseElement();
        _tree.OpenElement(28, "pre");
        // It scrolls, so the keyboard has to reach it; and code runs from left to right whatever language its comments are in.
        _tree.AddAttribute(29, "tabindex", "0");
        _tree.AddAttribute(30, "dir", "ltr");
        _tree.OpenElement(31, "code");
        _tree.AddContent(32, code.Lines.ToString());
        _tree.CloseElement();
        _tree.CloseElement();
        _tree.CloseElement();
    }

    // What is in a quote or an item: its first text belongs to the element itself, which takes its direction from it.
    private void Content(ContainerBlock container)
    {
        var end = EndOfText(container, 0);
        Text(container, 0, end);
        Blocks(container, end);
    }

    private static int EndOfText(ContainerBlock container, int from)
    {
        while (from < container.Count && container[from] is not (QuoteBlock or ListBlock or FencedCodeBlock { Lines.Count: > 0 })) from++;
        return from;
    }

    private void Text(ContainerBlock container, int from, int end)
    {
        for (var i = from; i < end; i++)
        {
            if (i > from) _text.Append('\n', LinesBetween(container[i - 1], container[i]));
            switch (container[i])
            {
                case ParagraphBlock paragraph: Inlines(paragraph.Inline, 0); break;
                case FencedCodeBlock fence: Fence(fence); break;
            }
        }
        EndText();
    }

    // Paragraphs are one text with the empty lines between them that were typed.
    private int LinesBetween(Block block, Block next)
    {
        var start = Math.Min(block.Span.End + 1, _typed.Length);
        return next.Span.Start > start ? Math.Max(1, _typed.AsSpan(start, next.Span.Start - start).Count('\n')) : 1;
    }

    // A fence with nothing in it is shown as typed.
    private void Fence(FencedCodeBlock fence)
    {
        _text.Append(fence.FencedChar, fence.OpeningFencedCharCount).Append(fence.UnescapedInfo.AsSpan());
        if (fence.ClosingFencedCharCount > 0) _text.Append('\n').Append(fence.FencedChar, fence.ClosingFencedCharCount);
    }

    private void Inlines(ContainerInline? container, int depth)
    {
        for (var inline = container?.FirstChild; inline is not null; inline = inline.NextSibling)
        {
            switch (inline)
            {
                case LiteralInline literal: _text.Append(literal.Content.AsSpan()); break;
                case CodeInline code: Element("code", code.Content); break;
                case MessageLink link: Link(link); break;
                case MentionInline mention: Mentioned(mention); break;
                case EmphasisInline emphasis: Emphasis(emphasis, depth + 1); break;
                case ContainerInline other: Inlines(other, depth); break;
            }
        }
    }

    private void Emphasis(EmphasisInline emphasis, int depth)
    {
        if (depth > MaxEmphasis)
        {
            _text.Append(emphasis.DelimiterChar, emphasis.DelimiterCount);
            Inlines(emphasis, depth);
            _text.Append(emphasis.DelimiterChar, emphasis.DelimiterCount);
            return;
        }
        EndText();
        _tree.OpenElement(33, emphasis.DelimiterChar == '~' ? "del" : emphasis.DelimiterCount == 2 ? "strong" : "em");
        Inlines(emphasis, depth);
        EndText();
        _tree.CloseElement();
    }

    private void Link(MessageLink link)
    {
        EndText();
        _tree.OpenElement(34, "a");
        _tree.AddAttribute(35, "href", link.Address);
        _tree.AddAttribute(36, "target", "_blank");
        _tree.AddAttribute(37, "rel", "noopener noreferrer nofollow");
        if (link.Bare) _text.Append(link.Text);
        else Inlines(MessageMarkdown.Label(link.Text), 0);
        EndText();
        _tree.CloseElement();
        if (link.Bare || link.NamesTarget) return;
        // A label says what its writer likes; where it leads is always seen.
        _tree.OpenElement(44, "span");
        _tree.AddAttribute(45, "class", "target");
        _tree.AddContent(46, $" ({MessageAddress.Target(link.Address)})");
        _tree.CloseElement();
    }

    private void Mentioned(MentionInline mention)
    {
        EndText();
        _tree.OpenElement(41, "span");
        _tree.AddAttribute(42, "class", "mention");
        _tree.AddContent(43, mention.Typed);
        _tree.CloseElement();
    }

    private void Element(string name, string text)
    {
        EndText();
        _tree.OpenElement(38, name);
        _tree.AddContent(39, text);
        _tree.CloseElement();
    }

    private void EndText()
    {
        if (_text.Length == 0) return;
        _tree.AddContent(40, _text.ToString());
        _text.Clear();
    }

    private string Number(ListItemBlock item)
    {
        var typed = _typed.AsSpan(item.Span.Start);
        return typed[..(typed.IndexOfAny('.', ')') + 1)].ToString();
    }
}
