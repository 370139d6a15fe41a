using Chatter.Chat.Protocol;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Syntax.Inlines;

namespace Chatter.App.Markup;

/// <summary>Names with an <c>@</c>, before emphasis: <c>@young_ada_</c> is one.</summary>
internal sealed class MentionParser : InlineParser
{
    public MentionParser() => OpeningCharacters = ['@'];

    public override bool Match(InlineProcessor processor, ref StringSlice slice)
    {
        var length = Mention.Length(slice.Text.AsSpan(0, slice.End + 1), slice.Start);
        if (length == 0) return false;
        processor.Inline = new MentionInline(slice.Text.Substring(slice.Start, length));
        slice.Start += length;
        return true;
    }
}

/// <summary>A name as it was typed, with its <c>@</c>.</summary>
internal sealed class MentionInline : LeafInline
{
    public MentionInline(string typed)
    {
        Typed = typed;
        IsClosed = true;
    }

    public string Typed { get; }
}
