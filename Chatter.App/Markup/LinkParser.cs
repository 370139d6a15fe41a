using Markdig.Helpers;
using Markdig.Parsers;

namespace Chatter.App.Markup;

/// <summary>
/// <c>[text](address)</c>, in one piece. Markdig's own parser also knows images, references, titles and addresses that are written in entities, none of which
/// mean anything here, and leaves every bracket open until the end: 8,000 of them would be 8,000 levels. A link whose label misleads is shown as typed.
/// </summary>
internal sealed class LinkParser : InlineParser
{
    public LinkParser() => OpeningCharacters = ['['];

    public override bool Match(InlineProcessor processor, ref StringSlice slice)
    {
        if (slice.PeekCharExtra(-1) == '!') return false;   // an image
        var text = slice.AsSpan();
        // A label has no brackets, so that each piece of a text is looked at once.
        var close = text[1..].IndexOfAny('[', ']', '\n') + 1;
        if (close < 2 || text[close] != ']' || !text[(close + 1)..].StartsWith('(')) return false;
        var label = text[1..close];
        var typed = text[(close + 2)..];
        var length = MessageAddress.Begins(typed) ? TargetLength(typed) : -1;
        if (length < 0 || label.IsWhiteSpace() || label.Length > LinkLabel.MaxLength || !MessageAddress.TryCreate(typed[..length], out var address) || LinkLabel.Misleads(label, address)) return false;
        processor.Inline = MessageLink.Labelled(label.ToString(), address);
        slice.Start += close + 2 + length + 1;
        return true;
    }

    /// <summary>Up to the bracket that closes the address, or -1. An address has no blanks: <c>(https://… "title")</c> is none.</summary>
    private static int TargetLength(ReadOnlySpan<char> typed)
    {
        var open = 0;
        for (var i = 0; i < typed.Length && i <= MessageAddress.MaxLength; i++)
        {
            var c = typed[i];
            if (c == ')' && open-- == 0) return i;
            if (c == '(') open++;
            if (char.IsWhiteSpace(c) || char.IsControl(c) || c is '<' or '>') return -1;
        }
        return -1;
    }
}
