using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>Chatter in German and in Arabic, which is written from right to left.</summary>
public sealed class LanguageStories(Chromium chromium) : Story(chromium)
{
    [Fact]
    public async Task Who_chooses_a_language_reads_it_at_once_and_goes_on_writing()
    {
        var (ada, _, room) = await AloneIn("Hall ");
        await ada.Composer.FillAsync("frost to");
        await ada.Choose("Settings and log out", "Settings");
        await ada.Page.GetByLabel("Deutsch").CheckAsync();

        await Expect(ada.Page.Locator("html")).ToHaveAttributeAsync("lang", "de");
        await ada.Ready();
        await Expect(ada.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Sprache" })).ToBeVisibleAsync();
        await Expect(ada.Page.GetByLabel("Deutsch")).ToBeCheckedAsync();
        await ada.Open(room);
        await Expect(ada.Composer).ToHaveValueAsync("frost to");
        await Expect(ada.Page.Locator(".bar-facts")).ToContainTextAsync("1 Mitglied");
    }

    [Fact]
    public async Task Without_a_choice_it_is_the_language_that_the_browser_asks_for()
    {
        var ada = await Arrival(await Site.Register(Site.Unique("ada")), with: static options => options.Locale = "ar-EG");
        await ada.Open("/settings");
        await Expect(ada.Page.Locator("html")).ToHaveAttributeAsync("dir", "rtl");
        await ada.Page.GetByLabel("English").CheckAsync();
        await Expect(ada.Page.Locator("html")).ToHaveAttributeAsync("dir", "ltr");
        await ada.Ready();
        // The first choice stands for none.
        await ada.Page.Locator("#language input").First.CheckAsync();
        await Expect(ada.Page.Locator("html")).ToHaveAttributeAsync("dir", "rtl");
    }
}
