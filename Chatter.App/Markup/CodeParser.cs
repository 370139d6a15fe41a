using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Parsers.Inlines;
using Markdig.Syntax.Inlines;

namespace Chatter.App.Markup;

/// <summary>Code within a line. Where it spans lines it keeps them, while Markdown makes blanks of their ends.</summary>
internal sealed class CodeParser : CodeInlineParser
{
    public override bool Match(InlineProcessor processor, ref StringSlice slice)
    {
        var start = slice.Start;
        if (!base.Match(processor, ref slice)) return false;
        var code = (CodeInline)processor.Inline!;
        var typed = slice.Text.AsSpan(start + code.DelimiterCount, slice.Start - start - 2 * code.DelimiterCount);
        if (typed.Contains('\n')) code.Content = WithoutPadding(typed).ToString();
        return true;
    }

    // As Markdown has it: one blank on each side is there for code that begins or ends with a backtick.
    private static ReadOnlySpan<char> WithoutPadding(ReadOnlySpan<char> typed) =>
        typed.Length > 2 && typed[0] is ' ' or '\n' && typed[^1] is ' ' or '\n' && !typed.IsWhiteSpace() ? typed[1..^1] : typed;
}
