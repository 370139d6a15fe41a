using Markdig.Parsers;

namespace Chatter.App.Markup;

/// <summary>Quotes, which need a blank after their mark and something to quote: <c>&gt;:(</c>, <c>&gt;_&lt;</c> and <c>&gt;5</c> are no quotes.</summary>
internal sealed class QuoteParser : QuoteBlockParser
{
    public override BlockState TryOpen(BlockProcessor processor) =>
        Quotes(processor.Line.AsSpan()) && !Nesting.IsFull(processor) ? base.TryOpen(processor) : BlockState.None;

    private static bool Quotes(ReadOnlySpan<char> line)
    {
        var marked = line.TrimStart('>');
        return marked.Length > 0 && marked[0] is ' ' or '\t' && !marked.TrimStart("> \t").IsEmpty;
    }
}
