using System.Globalization;
using System.Text;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Search;

/// <summary>
/// What the words of a text are. The index, the query and the marks in snippets all ask here, so that what is found is what is marked, whatever the version of
/// SQLite takes for a letter: the index is given words, not texts.
/// <para>Words are runs of letters and digits, without case and accents (é is e, ß is ss, ﬁ is fi). An emoji is a word. Scripts without spaces (Chinese, Japanese, Thai …)
/// have no words to be found by, so each two neighbours are one, and the last of a run another: any part of a text is then a sequence of words.</para>
/// </summary>
internal static class SearchWords
{
    public static List<SearchWord> Of(string text)
    {
        var words = new List<SearchWord>();
        var word = new StringBuilder();
        var run = new List<SearchWord>();
        var start = 0;
        for (var at = 0; at < text.Length;)
        {
            var c = text[at];
            if (char.IsAscii(c))
            {
                if (run.Count > 0) EndRun(words, run);
                if (char.IsAsciiLetterOrDigit(c))
                {
                    if (word.Length == 0) start = at;
                    word.Append(char.ToLowerInvariant(c));
                }
                else
                {
                    EndWord(words, word, start, at);
                }
                at++;
                continue;
            }
            if (Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length) != System.Buffers.OperationStatus.Done)
            {
                EndWord(words, word, start, at);
                EndRun(words, run);
                at += length;
                continue;
            }
            var kind = KindOf(rune);
            if (kind is Kind.Unspaced or Kind.Sign)
            {
                EndWord(words, word, start, at);
                if (kind == Kind.Sign)
                {
                    EndRun(words, run);
                    words.Add(new SearchWord(rune.ToString(), at, at + length));
                }
                else
                {
                    run.Add(new SearchWord(Fold(rune), at, at + length));
                }
            }
            else if (kind == Kind.Word)
            {
                EndRun(words, run);
                if (word.Length == 0) start = at;
                word.Append(Fold(rune));
            }
            else if (kind == Kind.Between)
            {
                EndWord(words, word, start, at);
                EndRun(words, run);
            }
            at += length;
        }
        EndWord(words, word, start, text.Length);
        EndRun(words, run);
        return words;
    }

    private enum Kind
    {
        /// <summary>Between words.</summary>
        Between,

        /// <summary>Of a word.</summary>
        Word,

        /// <summary>Of no account: accents and the like, wherever they are.</summary>
        Nothing,

        /// <summary>Of a script without spaces.</summary>
        Unspaced,

        /// <summary>A word by itself.</summary>
        Sign,
    }

    private static Kind KindOf(Rune rune)
    {
        if (IsAccent(rune.Value)) return Kind.Nothing;
        switch (Rune.GetUnicodeCategory(rune))
        {
            case UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
                or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark:
                return IsUnspaced(rune.Value) ? Kind.Unspaced : Fold(rune).Length > 0 ? Kind.Word : Kind.Nothing;
            case UnicodeCategory.OtherSymbol:
                return rune.Value >= 0x2190 ? Kind.Sign : Kind.Between;
            case UnicodeCategory.Format or UnicodeCategory.EnclosingMark:
                return Kind.Nothing;
            case UnicodeCategory.ModifierSymbol:
                // The tones of an emoji's skin.
                return rune.Value is >= 0x1F3FB and <= 0x1F3FF ? Kind.Nothing : Kind.Between;
            default:
                return Kind.Between;
        }
    }

    /// <summary>Marks without which people write the same word: accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic, and what chooses how an emoji is drawn. Those of other scripts are their vowels.</summary>
    private static bool IsAccent(int c) =>
        c is (>= 0x0300 and <= 0x036F) or (>= 0x0591 and <= 0x05C7) or (>= 0x064B and <= 0x065F) or 0x0670 or (>= 0x1AB0 and <= 0x1AFF) or (>= 0x1DC0 and <= 0x1DFF) or (>= 0xFE00 and <= 0xFE0F);

    private static bool IsUnspaced(int c) =>
        c is (>= 0x0E00 and <= 0x0EFF) or (>= 0x1000 and <= 0x109F) or (>= 0x1780 and <= 0x17FF) or (>= 0x3005 and <= 0x3007) or (>= 0x3040 and <= 0x30FF) or (>= 0x31F0 and <= 0x31FF)
            or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFF66 and <= 0xFF9D) or (>= 0x20000 and <= 0x3FFFF);

    /// <summary>A character without case, accents and compatibility forms. Upper case first, so that ς is σ.</summary>
    private static string Fold(Rune rune)
    {
        var decomposed = NormalForm.Normalize(rune.ToString().ToUpperInvariant().ToLowerInvariant(), NormalizationForm.FormKD);
        var kept = new StringBuilder(decomposed.Length);
        foreach (var part in decomposed.EnumerateRunes())
        {
            if (IsAccent(part.Value)) continue;
            if (part.Value == 'ß') kept.Append("ss");
            else if (Rune.IsLetterOrDigit(part) || Rune.GetUnicodeCategory(part) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.LetterNumber)
                kept.Append(Rune.ToLowerInvariant(part).ToString());
        }
        return NormalForm.Normalize(kept.ToString(), NormalizationForm.FormC);
    }

    private static void EndWord(List<SearchWord> words, StringBuilder word, int start, int end)
    {
        if (word.Length == 0) return;
        words.Add(new SearchWord(word.ToString(), start, end));
        word.Clear();
    }

    private static void EndRun(List<SearchWord> words, List<SearchWord> run)
    {
        for (var i = 0; i < run.Count; i++)
        {
            var isLast = i == run.Count - 1;
            words.Add(isLast
                ? run[i] with { IsPair = true, IsRunEnd = true }
                : new SearchWord(run[i].Text + run[i + 1].Text, run[i].Start, run[i + 1].End) { FirstEnd = run[i].End, IsPair = true });
        }
        run.Clear();
    }
}
