using Markdig.Parsers;

namespace Chatter.App.Markup;

/// <summary>
/// Lists. A mark with nothing after it opens none, and a line of nothing but marks (<c>----</c>, <c>* * *</c>) isn't the break that Markdown makes of it: both
/// stay as typed.
/// </summary>
internal sealed class ListParser : ListBlockParser
{
    public override BlockState TryOpen(BlockProcessor processor) =>
        Lists(processor.Line.AsSpan()) && !Nesting.IsFull(processor) ? base.TryOpen(processor) : BlockState.None;

    private static bool Lists(ReadOnlySpan<char> line)
    {
        if (!char.IsAsciiDigit(line[0])) return line.ContainsAnyExcept(line[0], ' ', '\t');
        var number = line.IndexOfAnyExceptInRange('0', '9');
        return number > 0 && !line[(number + 1)..].IsWhiteSpace();
    }
}
