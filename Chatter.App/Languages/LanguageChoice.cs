using System.Globalization;
using Chatter.Chat.Settings;
using Microsoft.AspNetCore.Localization;

namespace Chatter.App.Languages;

/// <summary>
/// Which language a page is in: the one chosen in the settings, else the first that the browser asks for and that there is. A circuit is opened by a request of its
/// page and speaks as that does. Programs aren't asked: what the API says is in English, as the protocol has it.
/// </summary>
internal static class LanguageChoice
{
    /// <summary>The cookie that keeps what was chosen, written by js/browser.js.</summary>
    public const string Cookie = "language";

    public static IApplicationBuilder UseLanguages(this IApplicationBuilder app, Func<PathString, bool> isForPeople)
    {
        RequireLanguages();
        var options = new RequestLocalizationOptions
        {
            DefaultRequestCulture = new RequestCulture(Language.All[0].Culture),
            SupportedCultures = [.. Language.All.Select(static language => language.Culture)],
            SupportedUICultures = [.. Language.All.Select(static language => language.Culture)],
            ApplyCurrentCultureToResponseHeaders = true,
            RequestCultureProviders = [new CustomRequestCultureProvider(Chosen), new AcceptLanguageHeaderRequestCultureProvider()],
        };
        return app.UseWhen(http => isForPeople(http.Request.Path), pages => pages.UseRequestLocalization(options));
    }

    /// <summary>What a language calls its months is the system's knowledge (ICU). Without it the first page would fail, and nobody would know why.</summary>
    private static void RequireLanguages()
    {
        try
        {
            CultureInfo.GetCultureInfo("de");
        }
        catch (CultureNotFoundException e)
        {
            throw new StartupException("the system's knowledge of languages is switched off. Install ICU (libicu) and take DOTNET_SYSTEM_GLOBALIZATION_INVARIANT away.", e);
        }
    }

    private static Task<ProviderCultureResult?> Chosen(HttpContext http) =>
        Task.FromResult(Language.Find(http.Request.Cookies[Cookie]) is { } language ? new ProviderCultureResult(language.Code) : null);
}
