using System.Globalization;
using Chatter.App.Languages;
using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>Takes pictures of the main views as they are in German, whose words are long, and in Arabic, which runs from right to left.</summary>
public sealed class PicturesInOtherLanguages(Chromium chromium) : PictureStory(chromium)
{
    private const string Own = "I'll go at nine.";

    [Theory, InlineData("de"), InlineData("ar")]
    public Task On_a_desk(string language) => Walk(language, "1440", Desk);

    [Theory, InlineData("de"), InlineData("ar")]
    public Task In_a_hand(string language) => Walk(language, "390", Hand);

    private async Task Walk(string language, string width, Action<BrowserNewContextOptions> window)
    {
        // What is clicked is called by its name in the language; the culture goes with the calls of this story alone.
        CultureInfo.CurrentUICulture = Language.Find(language)!.Culture;
        void Here(BrowserNewContextOptions browser)
        {
            window(browser);
            browser.Locale = language;
        }
        string Name(string view) => $"{language}-{view}-{width}";
        var narrow = width == "390";

        var visitor = await Visitor("visitor", House.Site, Here);
        await visitor.Page.GotoAsync(new Uri(House.Site.Address, "/register").ToString());
        await Take(visitor, Name("register"));
        await visitor.Leave();

        var newcomer = await Arrival(await House.Site.Register(Site.Unique("comer"), "New Comer"), House.Site, Here);
        await newcomer.Open();
        await Expect(newcomer.Page.Locator(".empty")).ToBeVisibleAsync();
        await Take(newcomer, Name("home-empty"));
        await newcomer.Leave();

        var ada = await Arrival(House.Ada, House.Site, Here);
        await ada.Open(House.Garden);
        await ada.IsIn(BusyHouse.Room);
        await ada.Sees(Own);
        await Take(ada, Name("room"));
        if (narrow) await ada.Row(Own).DispatchEventAsync("pointerdown", new { pointerType = "touch", bubbles = true });
        else await ada.PointAt(Own);
        await ada.Tool(Words.Of("More")).ClickAsync();
        await Take(ada, Name("tools-menu"));
        await ada.Page.Keyboard.PressAsync("Escape");

        await ada.OpenMenu(Words.Of("RoomMenu"));
        await Take(ada, Name("menu-room"));
        await ada.CloseMenu();
        await ada.Choose(Words.Of("RoomMenu"), Words.Of("InvitePeople"));
        await Expect(ada.Page.Locator("#invite-link")).ToBeVisibleAsync();
        await Dialog("dialog-invite");
        await ada.Choose(Words.Of("RoomMenu"), Words.Of("MembersTitle"));
        await Expect(ada.Page.Locator(".members li")).Not.ToHaveCountAsync(0);
        await Take(ada, Name("members"));
        await ada.Page.Locator(".member", new PageLocatorOptions { HasTextString = "cleo" }).ClickAsync();
        await Dialog("dialog-person");
        await ada.Button(Words.Of("CloseMembers")).ClickAsync();

        await ada.Button(Words.Of("SearchInRoom")).ClickAsync();
        await Expect(ada.Page.Locator(".search-hints")).ToBeVisibleAsync();
        await Take(ada, Name("search-hints"));
        await ada.Page.Locator("#search-text").FillAsync("the");
        await Expect(ada.Page.Locator(".hit mark").First).ToBeVisibleAsync();
        await Take(ada, Name("search-found"));
        await ada.Button(Words.Of("CloseSearch")).ClickAsync();

        if (narrow) await ada.Button(Words.Of("Rooms")).ClickAsync();
        await Settled(ada);
        if (narrow) await Take(ada, Name("drawer"));
        await ada.OpenMenu(Words.Of("SettingsAndLogOut"));
        await Take(ada, Name("menu-settings"));
        await ada.CloseMenu();
        await ada.Choose(Words.Of("SettingsAndLogOut"), Words.Of("Notifications"));
        await Dialog("dialog-notices");
        await ada.Choose(Words.Of("SettingsAndLogOut"), Words.Of("KeyboardShortcuts"));
        await Dialog("dialog-keys");

        foreach (var page in (string[])["inbox", "saved"])
        {
            await ada.Open($"/{page}");
            await Expect(ada.Page.Locator(".listed").Last).ToBeVisibleAsync();
            await Take(ada, Name(page));
        }
        await ada.Open("/settings");
        await Expect(ada.Page.Locator(".sessions li")).Not.ToHaveCountAsync(0);
        await Take(ada, Name("settings"));
        foreach (var part in (string[])["appearance", "privacy", "sessions"])
        {
            await ada.Page.Locator($"#{part}").ScrollIntoViewIfNeededAsync();
            await Take(ada, Name($"settings-{part}"));
        }

        async Task Dialog(string view)
        {
            await Expect(ada.Dialog).ToBeVisibleAsync();
            await Settled(ada);
            await Take(ada, Name(view));
            await ada.Page.Keyboard.PressAsync("Escape");
            await Expect(ada.Dialog).ToHaveCountAsync(0);
        }
    }
}
