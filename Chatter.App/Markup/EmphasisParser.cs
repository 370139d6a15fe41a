using System.Globalization;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Parsers.Inlines;

namespace Chatter.App.Markup;

/// <summary>Bold, italic and struck text, never from marks inside words: <c>2*3*4</c> and <c>snake_case_name</c> stay.</summary>
internal sealed class EmphasisParser : EmphasisInlineParser
{
    /// <summary>
    /// The marks of a paragraph that may mean something, further ones are text: Markdig keeps each open until the end, one within the other, and looks for
    /// partners in all of them.
    /// </summary>
    private const int MaxMarks = 500;

    public EmphasisParser()
    {
        EmphasisDescriptors.Clear();
        // Within words for the sake of scripts that have no blanks between words; for the others see below.
        EmphasisDescriptors.Add(new EmphasisDescriptor('*', 1, 2, enableWithinWord: true));
        EmphasisDescriptors.Add(new EmphasisDescriptor('_', 1, 2, enableWithinWord: false));
        EmphasisDescriptors.Add(new EmphasisDescriptor('~', 2, 2, enableWithinWord: true));
        CjkFriendlyEmphasis = true;
    }

    public override bool Match(InlineProcessor processor, ref StringSlice slice)
    {
        var marks = processor.GetParserState<Marks>(this);
        if (marks.Count >= MaxMarks || IsInWord(slice) || !base.Match(processor, ref slice)) return false;
        marks.Count++;
        return true;
    }

    private static bool IsInWord(StringSlice slice)
    {
        if (!IsOfWord(slice.PeekCharExtra(-1))) return false;
        var after = slice.AsSpan().TrimStart(slice.CurrentChar);
        return !after.IsEmpty && IsOfWord(after[0]);
    }

    // "Other letters" are those of scripts without capitals, among them all that set no blanks between words.
    private static bool IsOfWord(char c) => char.IsLetterOrDigit(c) && CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.OtherLetter;

    private sealed class Marks
    {
        public int Count { get; set; }
    }
}
