using Chatter.App.Languages;
using Chatter.App.Session;
using Xunit;

namespace Chatter.App.Tests.Languages;

public sealed class SpeechTests
{
    private static readonly DateTimeOffset Evening = new(2026, 11, 24, 19, 5, 9, TimeSpan.Zero);

    [Theory]
    [InlineData("en", "Tuesday, 24 November 2026, 19:05:09", "24 Nov")]
    [InlineData("de", "Dienstag, 24. November 2026, 19:05:09", "24. Nov.")]
    [InlineData("ar", "الثلاثاء، 24 نوفمبر 2026، 19:05:09", "24 نوفمبر")]
    public void Times_are_said_as_the_language_says_them(string language, string full, string brief)
    {
        using var speaking = Speaking.In(language);
        Assert.Equal(full, Times.Full(Evening, TimeZoneInfo.Utc));
        Assert.Equal(brief, Times.Short(Evening, TimeZoneInfo.Utc, Evening.AddDays(3)));
    }

    [Theory]
    [InlineData("en", "1,234 members", "1 member")]
    [InlineData("de", "1.234 Mitglieder", "1 Mitglied")]
    [InlineData("ar", "1,234 عضوًا", "عضو واحد")]
    public void Counts_have_the_form_and_the_separators_of_the_language(string language, string many, string one)
    {
        using var speaking = Speaking.In(language);
        Assert.Equal(many, Counted.Members(1_234));
        Assert.Equal(one, Counted.Members(1));
    }

    [Theory]
    [InlineData("fr-FR", "en")]
    [InlineData("de-AT", "de")]
    [InlineData("ar-EG", "ar")]
    [InlineData("", "en")]
    public void Who_speaks_a_dialect_is_understood_and_any_other_language_is_answered_in_English(string culture, string language)
    {
        var before = System.Globalization.CultureInfo.CurrentUICulture;
        try
        {
            System.Globalization.CultureInfo.CurrentUICulture = System.Globalization.CultureInfo.GetCultureInfo(culture);
            Assert.Equal(language, Language.Current.Code);
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentUICulture = before;
        }
    }

    [Theory]
    [InlineData("en", "ada", "ada")]
    [InlineData("en", "سارة", "\u2068سارة\u2069")]
    [InlineData("en", "ada\u202Eben", "\u2068ada\u202Eben\u2069")]
    [InlineData("ar", "ada", "\u2068ada\u2069")]
    [InlineData("ar", "", "")]
    [InlineData("en", "❤️", "❤️")]
    public void A_name_is_isolated_where_it_could_turn_the_sentence_around(string language, string name, string kept)
    {
        using var speaking = Speaking.In(language);
        Assert.Equal(kept, BetweenOthers.Keep(name));
    }

    [Theory]
    [InlineData("en", "ada, ben and cleo")]
    [InlineData("de", "ada, ben und cleo")]
    [InlineData("ar", "\u2068ada\u2069، \u2068ben\u2069 و\u2068cleo\u2069")]
    public void A_list_of_names_ends_as_the_language_ends_it(string language, string said)
    {
        using var speaking = Speaking.In(language);
        Assert.Equal(said, Words.List(["ada", "ben", "cleo"]));
    }
}
