using System.Text;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Chatter.App.Markup;

/// <summary>What a message says without its marks: for lines that quote or list it.</summary>
internal static class PlainMessage
{
    /// <summary>A text as it is read, its parts separated by line breaks.</summary>
    public static string Of(string text)
    {
        if (MessageMarkdown.Read(text) is not { } parts) return text;
        var plain = new StringBuilder(text.Length);
        Blocks(parts.Document, plain);
        return plain.ToString();
    }

    private static void Blocks(ContainerBlock container, StringBuilder plain)
    {
        foreach (var block in container)
        {
            switch (block)
            {
                case ContainerBlock inner: Blocks(inner, plain); break;
                case FencedCodeBlock code: plain.Append(code.Lines.ToString()); break;
                case LeafBlock { Inline: { } inlines }: Inlines(inlines, plain); break;
            }
            plain.Append('\n');
        }
    }

    private static void Inlines(ContainerInline container, StringBuilder plain)
    {
        foreach (var inline in container)
        {
            switch (inline)
            {
                case LiteralInline literal: plain.Append(literal.Content.AsSpan()); break;
                case CodeInline code: plain.Append(code.Content); break;
                case MessageLink { Bare: true } link: plain.Append(link.Text); break;
                case MessageLink link: Inlines(MessageMarkdown.Label(link.Text) ?? new ContainerInline(), plain); break;
                case MentionInline mention: plain.Append(mention.Typed); break;
                case LineBreakInline: plain.Append('\n'); break;
                case ContainerInline inner: Inlines(inner, plain); break;
            }
        }
    }
}
