using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Syntax.Inlines;

namespace Chatter.App.Markup;

/// <summary>
/// A backslash takes the meaning from the mark after it and stays: in a chat it is part of a path, of an expression or of ¯\_(ツ)_/¯ more often than it is
/// there for Markdown, and nothing that was typed may be missing.
/// </summary>
internal sealed class EscapeParser : InlineParser
{
    public EscapeParser() => OpeningCharacters = ['\\'];

    public override bool Match(InlineProcessor processor, ref StringSlice slice)
    {
        if (slice.PeekChar() is not ('\\' or '*' or '_' or '~' or '`' or '[')) return false;
        processor.Inline = new LiteralInline { Content = new StringSlice(slice.Text, slice.Start, slice.Start + 1), IsClosed = true };
        slice.Start += 2;
        return true;
    }
}
