using Markdig.Parsers;
using Markdig.Syntax;

namespace Chatter.App.Markup;

/// <summary>How deep quotes and lists may stand in each other. What would go deeper is text, so that nobody's message is a tower of 8,000 elements.</summary>
internal static class Nesting
{
    public const int Limit = 8;

    public static bool IsFull(BlockProcessor processor)
    {
        var depth = 0;
        for (Block? block = processor.CurrentContainer; block is not null; block = block.Parent)
        {
            // Those that don't go on in this line are still there, but closed before anything new is opened.
            if (block is QuoteBlock or ListItemBlock && block.IsOpen) depth++;
        }
        return depth >= Limit;
    }
}
