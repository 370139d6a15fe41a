namespace Chatter.App.Languages;

/// <summary>Which form of a word goes with a number, by the rules of the Unicode CLDR for whole numbers (Language Plural Rules).</summary>
public static class Plurals
{
    private static readonly string[] OneAndOther = ["one", "other"];
    private static readonly string[] AllSix = ["zero", "one", "two", "few", "many", "other"];

    /// <summary>The forms that a language has.</summary>
    public static IReadOnlyList<string> Forms(string language) => language switch
    {
        "en" or "de" => OneAndOther,
        "ar" => AllSix,
        _ => throw new ArgumentOutOfRangeException(nameof(language), language, "Its plurals aren't known here."),
    };

    /// <summary>The form that goes with a number.</summary>
    public static string Form(string language, long count) => language switch
    {
        "en" or "de" => count is 1 ? "one" : "other",
        "ar" => (count, count % 100) switch
        {
            (0, _) => "zero",
            (1, _) => "one",
            (2, _) => "two",
            (_, >= 3 and <= 10) => "few",
            (_, >= 11) => "many",
            _ => "other",
        },
        _ => throw new ArgumentOutOfRangeException(nameof(language), language, "Its plurals aren't known here."),
    };
}
