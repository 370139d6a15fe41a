using System.Buffers;
using Chatter.Chat.Protocol;
using Markdig;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Chatter.App.Markup;

/// <summary>
/// The Markdown of messages: emphasis, code, quotes, lists, links and names. Nothing else has a meaning, and HTML least of all: there is no parser for it, so it is
/// text like any other. What is read here is written by <see cref="MessageWriter"/>.
/// </summary>
internal static class MessageMarkdown
{
    private static readonly SearchValues<string> InlineMarks = SearchValues.Create(["*", "_", "~~", "`", "@", "://", "mailto:"], StringComparison.OrdinalIgnoreCase);

    private static readonly ParagraphParser Paragraphs = new();

    // The order decides: what a line may begin with before what it is otherwise.
    private static readonly MarkdownPipeline Messages = Pipeline(
        [new QuoteParser(), new ListParser(), new FencedCodeBlockParser { InfoPrefix = null, InfoParser = KeepInfo }, Paragraphs, Paragraphs.Next],
        [new EscapeParser(), new CodeParser(), new LinkParser(), new AddressParser(), new MentionParser(), new EmphasisParser()]);

    private static readonly MarkdownPipeline Labels = Pipeline([new ParagraphParser()], [new EscapeParser(), new CodeParser(), new EmphasisParser()]);

    /// <summary>The message in its parts, or <c>null</c> where it is one piece of text as it stands.</summary>
    public static MessageParts? Read(string text)
    {
        if (IsPlain(text) || text.Length > Limits.MaxText) return null;
        try
        {
            var parts = Parse(text);
            return parts.Document.Count == 0 ? null : parts;
        }
        catch (Exception)
        {
            // A message that the parser stumbles over would take down the page of everybody in the room, again and again.
            return null;
        }
    }

    /// <summary>
    /// Whether nothing in a text can have a meaning, seen at a glance: most messages are a line or two, and a log has 150 of them. May say no where
    /// <see cref="Parse"/> finds nothing either.
    /// </summary>
    public static bool IsPlain(string text)
    {
        if (text.AsSpan().ContainsAny(InlineMarks)) return false;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (MayOpenBlock(line.TrimStart(" \t"))) return false;
        }
        return true;
    }

    public static MessageParts Parse(string text)
    {
        if (text.Contains('\r')) text = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        return new MessageParts(MarkdownParser.Parse(text, Messages), text);
    }

    /// <summary>The label of a link, where emphasis and code have their meaning and links haven't.</summary>
    public static ContainerInline? Label(string label) => MarkdownParser.Parse(label, Labels) is [ParagraphBlock paragraph, ..] ? paragraph.Inline : null;

    private static bool MayOpenBlock(ReadOnlySpan<char> line)
    {
        if (line.Length < 2) return false;
        if (line[0] is '>') return true;
        var mark = line[0] is '-' or '+' ? 0 : line.IndexOfAnyExceptInRange('0', '9');
        if (mark < 0 || mark + 1 >= line.Length || line[mark + 1] is not (' ' or '\t')) return false;
        return mark == 0 ? line[0] is '-' or '+' : line[mark] is '.' or ')';
    }

    private static MarkdownPipeline Pipeline(BlockParser[] blocks, InlineParser[] inlines)
    {
        var builder = new MarkdownPipelineBuilder();
        builder.BlockParsers.Clear();
        builder.BlockParsers.AddRange(blocks);
        builder.InlineParsers.Clear();
        builder.InlineParsers.AddRange(inlines);
        return builder.Build();
    }

    // Kept as typed, all of it; Markdig would decode entities and cut it at the first blank. With further marks it is an ornament: "~~~ hello ~~~".
    private static bool KeepInfo(BlockProcessor processor, ref StringSlice line, IFencedBlock fence, char mark)
    {
        if (line.AsSpan().Contains(mark)) return false;
        var start = line.Start;
        while (line.Text[start - 1] != mark) start--;
        fence.UnescapedInfo = new StringSlice(line.Text, start, line.End);
        fence.Arguments = line.AsSpan().Trim().ToString();
        return true;
    }
}

/// <summary>A message as it was read, and the text that the places in it refer to.</summary>
internal sealed record MessageParts(MarkdownDocument Document, string Text);
