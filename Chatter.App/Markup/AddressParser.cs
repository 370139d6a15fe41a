using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Syntax.Inlines;

namespace Chatter.App.Markup;

/// <summary>
/// Bare addresses. Markdig has a parser for these, which takes more schemes than we open, writes <c>mailto:</c> away, and knows neither capitals nor hosts
/// without a dot.
/// </summary>
internal sealed class AddressParser : InlineParser
{
    public AddressParser() => OpeningCharacters = ['h', 'H', 'm', 'M'];

    public override bool Match(InlineProcessor processor, ref StringSlice slice)
    {
        var text = slice.AsSpan();
        if (!MessageAddress.Begins(text) || char.IsLetterOrDigit(slice.PeekCharExtra(-1))) return false;
        var length = MessageAddress.Length(text);
        if (length == 0) return false;
        // What only looks like one is text as a whole, or a row of those would be read from each of its beginnings to the end.
        processor.Inline = MessageAddress.TryCreate(text[..length], out var address)
            ? MessageLink.To(text[..length].ToString(), address)
            : new LiteralInline { Content = new StringSlice(slice.Text, slice.Start, slice.Start + length - 1), IsClosed = true };
        slice.Start += length;
        return true;
    }
}
