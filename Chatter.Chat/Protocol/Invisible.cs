using System.Globalization;
using System.Text;

namespace Chatter.Chat.Protocol;

/// <summary>
/// The characters that show nothing. In names they make two that look the same, or one that looks like none; a few of them have work to do between others
/// (joiners, variation selectors, tags) and stay only there.
/// </summary>
internal static class Invisible
{
    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;
    private const int BlackFlag = 0x1F3F4;

    /// <summary>Whether a code point shows nothing by itself: Unicode's Default_Ignorable_Code_Point, and the blanks that aren't white space to Unicode.</summary>
    public static bool Is(Rune rune) => IsIgnorable(rune.Value) || IsBlank(rune.Value);

    /// <summary>Default_Ignorable_Code_Point of Unicode 17 (DerivedCoreProperties.txt).</summary>
    public static bool IsIgnorable(int c) =>
        c is 0x00AD or 0x034F or 0x061C or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or (>= 0x200B and <= 0x200F) or (>= 0x202A and <= 0x202E)
            or (>= 0x2060 and <= 0x206F) or 0x3164 or (>= 0xFE00 and <= 0xFE0F) or 0xFEFF or 0xFFA0 or (>= 0xFFF0 and <= 0xFFF8) or (>= 0x1BCA0 and <= 0x1BCA3)
            or (>= 0x1D173 and <= 0x1D17A) or (>= 0xE0000 and <= 0xE0FFF);

    /// <summary>The empty pattern of Braille, the null notehead of music, and the marks of interlinear annotation.</summary>
    private static bool IsBlank(int c) => c is 0x2800 or 0x1D159 or (>= 0xFFF9 and <= 0xFFFB);

    /// <summary>A text without the ignorable characters that have nothing to do where they stand.</summary>
    public static string Strip(string text)
    {
        var isClean = true;
        foreach (var rune in text.EnumerateRunes()) isClean &= !IsIgnorable(rune.Value);
        if (isClean) return text;

        Rune[] runes = [.. text.EnumerateRunes()];
        var kept = new StringBuilder(text.Length);
        var last = new Rune('\0'); // the last one kept that shows something
        var inFlag = false;
        for (var i = 0; i < runes.Length; i++)
        {
            var rune = runes[i];
            if (!IsIgnorable(rune.Value))
            {
                last = rune;
                inFlag = rune.Value == BlackFlag;
                kept.Append(rune.ToString());
            }
            else if (Works(rune.Value, last.Value, i + 1 < runes.Length ? runes[i + 1] : null, inFlag, kept))
            {
                kept.Append(rune.ToString());
            }
        }
        return kept.ToString();
    }

    private static bool Works(int c, int before, Rune? after, bool inFlag, StringBuilder kept) => c switch
    {
        // One joiner at a time.
        _ when kept.Length > 0 && kept[^1] is '\u200C' or '\u200D' => false,
        ZeroWidthNonJoiner => after is { } next && Joins(before) && Joins(next.Value),
        ZeroWidthJoiner => after is { } next && ((Joins(before) && Joins(next.Value)) || (IsPictograph(before) && IsPictograph(next.Value))),
        0xFE0E or 0xFE0F => (IsPictograph(before) || IsKeycap(before)) && !EndsWithSelector(kept),
        >= 0xE0020 and <= 0xE007F => inFlag,
        >= 0xFE00 and <= 0xFE0D or >= 0xE0100 and <= 0xE01EF => IsIdeograph(before) && !EndsWithSelector(kept),
        >= 0x180B and <= 0x180D or 0x180F => before is >= 0x1800 and <= 0x18AF && !EndsWithSelector(kept),
        _ => false,
    };

    private static bool EndsWithSelector(StringBuilder kept)
    {
        if (kept.Length == 0) return false;
        if (kept[^1] is (>= '\uFE00' and <= '\uFE0F') or (>= '\u180B' and <= '\u180D') or '\u180F') return true;
        return kept.Length > 1 && char.IsSurrogatePair(kept[^2], kept[^1]) && char.ConvertToUtf32(kept[^2], kept[^1]) is >= 0xE0100 and <= 0xE01EF;
    }

    /// <summary>Letters and marks of the scripts in which joiners change what is read: Arabic and its kin, the scripts of India and South-East Asia, Mongolian.</summary>
    private static bool Joins(int c) =>
        c is (>= 0x0600 and <= 0x07FF) or (>= 0x0840 and <= 0x0DFF) or (>= 0x1000 and <= 0x109F) or (>= 0x1700 and <= 0x18AF) or (>= 0x1900 and <= 0x1CFF) or (>= 0xA800 and <= 0xABFF)
            or (>= 0xFB50 and <= 0xFDCF) or (>= 0xFDF0 and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFC) or (>= 0x10A00 and <= 0x10FFF) or (>= 0x11000 and <= 0x11FFF) or (>= 0x1E900 and <= 0x1E95F)
        && Rune.GetUnicodeCategory(new Rune(c)) is UnicodeCategory.OtherLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter
            or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.OtherNotAssigned;

    private static bool IsPictograph(int c) =>
        c is 0x00A9 or 0x00AE or 0x203C or 0x2049 or (>= 0x2100 and <= 0x2BFF and not 0x2800) or 0x3030 or 0x303D or 0x3297 or 0x3299 or (>= 0x1F000 and <= 0x1FAFF);

    private static bool IsKeycap(int c) => c is '#' or '*' or (>= '0' and <= '9');

    private static bool IsIdeograph(int c) => c is (>= 0x3400 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFD);
}
