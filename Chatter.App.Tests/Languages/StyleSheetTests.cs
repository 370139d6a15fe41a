using System.Text.RegularExpressions;
using Xunit;

namespace Chatter.App.Tests.Languages;

/// <summary>Nothing is left or right in a style sheet: where one reads from right to left it would be on the wrong side.</summary>
public sealed partial class StyleSheetTests
{
    /// <summary>The picker of emoji stands where js/emoji-picker.js measured, which knows sides.</summary>
    private const string Measured = "left: var(--left)";

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

    [GeneratedRegex(@"(?<![-\w])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)[\w-]*|left|right): [^;]*|(?:text-align|float|clear): (?:left|right)")]
    private static partial Regex Side();

    [GeneratedRegex(@"(?:margin|padding|inset): (?<top>[^\s;()]+|\w+\([^;]*?\)) (?<right>[^\s;()]+) (?<bottom>[^\s;()]+|\w+\([^;]*?\)) (?<left>[^\s;()]+);")]
    private static partial Regex FourSides();
}
