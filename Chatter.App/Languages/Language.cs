using System.Globalization;

namespace Chatter.App.Languages;

/// <summary>A language that Chatter speaks. Another one is a line here, its files of words, and where its plurals are none of the known ones, a case of <see cref="Plurals"/>.</summary>
/// <param name="Code">Its tag, as in <c>html lang</c>.</param>
/// <param name="Name">What it calls itself.</param>
/// <param name="Culture">How it writes numbers and dates.</param>
public sealed record Language(string Code, string Name, CultureInfo Culture)
{
    /// <summary>All that there are; the first one is spoken where none is asked for.</summary>
    public static IReadOnlyList<Language> All { get; } = [Of("en", "English"), Of("de", "Deutsch"), Of("ar", "العربية")];

    /// <summary>The language of what is being done: that of the request or circuit.</summary>
    public static Language Current => Find(CultureInfo.CurrentUICulture.TwoLetterISOLanguageName) ?? All[0];

    /// <summary>What <c>html dir</c> is.</summary>
    public string Direction => IsRightToLeft ? "rtl" : "ltr";

    /// <summary>Whether it is written from right to left.</summary>
    public bool IsRightToLeft => Culture.TextInfo.IsRightToLeft;

    /// <summary>The language with a tag, or null.</summary>
    public static Language? Find(string? code) => All.FirstOrDefault(language => language.Code == code);

    private static Language Of(string code, string name)
    {
        var culture = (CultureInfo)CultureInfo.GetCultureInfo(code).Clone();
        // .NET writes 0 to 9 in every language, and Arabic's own separators belong to Arabic's own digits.
        if (culture.TextInfo.IsRightToLeft) culture.NumberFormat = (NumberFormatInfo)CultureInfo.InvariantCulture.NumberFormat.Clone();
        culture.DateTimeFormat.Calendar = new GregorianCalendar();
        return new Language(code, name, CultureInfo.ReadOnly(culture));
    }
}
