using Chatter.App.Languages;
using CsCheck;
using Xunit;

namespace Chatter.App.Tests.Languages;

public sealed class PluralsTests
{
    [Theory]
    // The samples of the CLDR's own tables.
    [InlineData("en", "one", 1)]
    [InlineData("en", "other", 0, 2, 16, 100, 1_000, 1_000_000)]
    [InlineData("de", "one", 1)]
    [InlineData("de", "other", 0, 2, 16, 100, 1_000, 1_000_000)]
    [InlineData("ar", "zero", 0)]
    [InlineData("ar", "one", 1)]
    [InlineData("ar", "two", 2)]
    [InlineData("ar", "few", 3, 10, 103, 110, 1_003)]
    [InlineData("ar", "many", 11, 26, 99, 111, 1_011)]
    [InlineData("ar", "other", 100, 102, 200, 202, 1_000, 10_000, 1_000_000)]
    public void A_number_has_the_form_that_the_CLDR_gives_it(string language, string form, params int[] numbers) =>
        Assert.All(numbers, number => Assert.Equal(form, Plurals.Form(language, number)));

    [Fact]
    public void Every_number_has_one_of_its_languages_forms() =>
        Gen.Select(Gen.Int[0, Language.All.Count - 1].Select(static i => Language.All[i].Code), Gen.Long[0, long.MaxValue])
            .Sample(static (language, number) => Plurals.Forms(language).Contains(Plurals.Form(language, number)), iter: 10_000);

    [Fact]
    public void In_Arabic_the_form_goes_by_the_last_two_digits_alone_from_a_hundred_on() =>
        Gen.Select(Gen.Long[1, 1_000_000], Gen.Long[0, 99])
            .Sample(static (hundreds, rest) => Plurals.Form("ar", hundreds * 100 + rest) == Plurals.Form("ar", 100 + rest), iter: 10_000);
}
