using Markdig.Parsers;
using Markdig.Syntax;

namespace Chatter.App.Markup;

/// <summary>
/// Text, as it was typed: with the blanks at the beginnings of its lines, without headings by underlining and without definitions of references. In a quote or
/// an item it ends where a line doesn't belong to these any more, while Markdown would take the answer below a quote for a part of it.
/// </summary>
internal sealed class ParagraphParser : ParagraphBlockParser
{
    public ParagraphParser() => ParseSetextHeadings = false;

    /// <summary>Begins a paragraph where <see cref="TryContinue"/> refused to go on with the last one; has to come next in the pipeline.</summary>
    public BlockParser Next => new NextParagraphParser(this);

    public override BlockState TryOpen(BlockProcessor processor)
    {
        if (processor.IsBlankLine) return BlockState.None;
        KeepIndent(processor);
        return base.TryOpen(processor);
    }

    public override BlockState TryContinue(BlockProcessor processor, Block block)
    {
        if (!processor.IsBlankLine)
        {
            for (Block? container = block.Parent; container is not null; container = container.Parent)
            {
                if (container is QuoteBlock or ListItemBlock && !container.IsOpen) return BlockState.None;
            }
            KeepIndent(processor);
        }
        return base.TryContinue(processor, block);
    }

    public override bool Close(BlockProcessor processor, Block block) => true;

    private static void KeepIndent(BlockProcessor processor) => processor.GoToColumn(processor.ColumnBeforeIndent);

    private sealed class NextParagraphParser(ParagraphParser paragraphs) : BlockParser
    {
        public override BlockState TryOpen(BlockProcessor processor) => paragraphs.TryOpen(processor);
    }
}
