using System.Text.RegularExpressions;
using Xunit;

namespace Chatter.App.Tests.Languages;

/// <summary>
/// Nothing is left or right in a style sheet: where one reads from right to left it would be on the wrong side. And nothing that is read has a size of its own.
/// </summary>
public sealed partial class StyleSheetTests
{
    /// <summary>The picker of emoji stands where js/emoji-picker.js measured, which knows sides.</summary>
    private const string Measured = "left: var(--left)";

    /// <summary>Of less than that, phones enlarge the page.</summary>
    private const string TouchedField = "font-size: max(1rem, 16px)";

    [Fact]
    public void No_style_names_a_side() =>
        Assert.Empty(
            from sheet in WordFiles.Sources(".css")
            from side in Side().Matches(sheet.Text)
            where side.Value != Measured
            select $"{sheet.Path}: {side.Value}");

    [Fact]
    public void No_style_gives_its_sides_different_measures_in_a_row() =>
        Assert.Empty(
            from sheet in WordFiles.Sources(".css")
            from sides in FourSides().Matches(sheet.Text)
            where sides.Groups["right"].Value != sides.Groups["left"].Value
            select $"{sheet.Path}: {sides.Value}");

    [Fact]
    public void Letters_and_lines_are_measured_by_those_that_the_browser_has() =>
        Assert.Empty(
            from sheet in WordFiles.Sources(".css", ".html")
            from size in Pixels().Matches(sheet.Text)
            where size.Value != TouchedField
            select $"{sheet.Path}: {size.Value}");

    [GeneratedRegex(@"(?:font|font-size|line-height): [^;]*\dpx[^;]*")]
    private static partial Regex Pixels();

    [GeneratedRegex(@"(?<![-\w])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)[\w-]*|left|right): [^;]*|(?:text-align|float|clear): (?:left|right)")]
    private static partial Regex Side();

    [GeneratedRegex(@"(?:margin|padding|inset): (?<top>[^\s;()]+|\w+\([^;]*?\)) (?<right>[^\s;()]+) (?<bottom>[^\s;()]+|\w+\([^;]*?\)) (?<left>[^\s;()]+);")]
    private static partial Regex FourSides();
}
