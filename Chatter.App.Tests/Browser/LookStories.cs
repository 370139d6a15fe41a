using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>Light and dark, wide and narrow.</summary>
public sealed class LookStories(Chromium chromium) : Story(chromium)
{
    private const string Dark = "rgb(24, 25, 27)";
    private const string White = "rgb(255, 255, 255)";

    /// <summary>Notes the background of every frame from the first on.</summary>
    private const string Paints = """
        window.backgrounds = new Set();
        const look = () => {
            if (document.body) window.backgrounds.add(getComputedStyle(document.body).backgroundColor);
            requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
        """;

    [Fact]
    public async Task A_theme_that_was_chosen_is_there_from_the_first_picture_on()
    {
        var ada = await Arrival(await Site.Register(Site.Unique("ada")), with: static browser => browser.ColorScheme = ColorScheme.Light);
        await ada.Open();
        await Expect(ada.Page.Locator("body")).ToHaveCSSAsync("background-color", White);
        await ada.Choose("Settings and log out", "Dark theme");
        await Expect(ada.Page.Locator("body")).ToHaveCSSAsync("background-color", Dark);

        await ada.Page.AddInitScriptAsync(Paints);
        await ada.Reload();

        Assert.Equal([Dark], await ada.Page.EvaluateAsync<string[]>("() => [...window.backgrounds]"));
        await ada.Choose("Settings and log out", "Theme of the system");
        await Expect(ada.Page.Locator("body")).ToHaveCSSAsync("background-color", White);
        await ada.Reload();
        Assert.Equal([White], await ada.Page.EvaluateAsync<string[]>("() => [...window.backgrounds]"));
    }

    [Fact]
    public async Task On_a_phone_the_rooms_are_in_a_drawer_and_nothing_is_wider_than_the_screen()
    {
        var adas = await Site.Register(Site.Unique("wilhelmina.von-der-marwitz_"));
        var (hall, shed) = (Site.Unique("Hall of a name that is longer than a phone is wide, by far "), Site.Unique("Shed "));
        var room = await adas.CreateRoom(hall);
        await adas.CreateRoom(shed);
        await adas.Say(room, [new string('W', 200), "https://example.org/" + new string('x', 300), $"> - `{new string('y', 300)}`\n```{new string('s', 300)}\n{new string('z', 300)}\n```"]);
        var ada = await Arrival(adas, with: static browser =>
        {
            browser.ViewportSize = new ViewportSize { Width = 380, Height = 720 };
            (browser.IsMobile, browser.HasTouch) = (true, true);
        });
        await ada.Open(room);
        await ada.IsIn(hall);
        await AssertFits(ada);
        Assert.True((await ada.Page.Locator(".row-meta time").First.BoundingBoxAsync())!.Height < 24, "The time of a long name's message is broken.");
        await Expect(ada.RoomLink(shed)).ToBeHiddenAsync();

        await ada.Button("Rooms").TapAsync();
        await Expect(ada.RoomLink(shed)).ToBeInViewportAsync(new LocatorAssertionsToBeInViewportOptions { Ratio = 1 });
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.RoomLink(shed)).ToBeHiddenAsync();
        await ada.Button("Rooms").TapAsync();
        // A dialog gives the focus back when it goes, so that the next Escape is the drawer's.
        await ada.Button("Create room").TapAsync();
        await Expect(ada.Dialog).ToBeVisibleAsync();
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Dialog).ToHaveCountAsync(0);
        await Expect(ada.Button("Create room")).ToBeFocusedAsync();
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.RoomLink(shed)).ToBeHiddenAsync();
        await ada.Button("Rooms").TapAsync();
        await ada.RoomLink(shed).TapAsync();
        await ada.IsIn(shed);
        await Expect(ada.RoomLink(shed)).ToBeHiddenAsync();
        await ada.Composer.TapAsync();
        await ada.Composer.FillAsync("By thumb");
        await ada.Button("Send").TapAsync();
        await ada.SeesExactly("By thumb");

        await ada.Button("Members").TapAsync();
        await Expect(ada.Page.Locator(".members li")).ToHaveCountAsync(1);
        await AssertFits(ada);
        await ada.Button("Close members").TapAsync();
        await ada.Button("Rooms").TapAsync();
        await ada.Button("Create room").TapAsync();
        await Expect(ada.Dialog).ToBeVisibleAsync();
        await AssertFits(ada);
    }

    /// <summary>The letters' size of the browser, which people who see less well set once for all pages: here one and a half times the usual 16 pixels.</summary>
    [Theory, InlineData(1280), InlineData(390)]
    public async Task Who_has_larger_letters_in_the_browser_has_them_here_and_nothing_is_wider_than_the_page(int width)
    {
        await StartBrowser("--blink-settings=defaultFontSize=24");
        var adas = await Site.Register(Site.Unique("ada"));
        var hall = Site.Unique("Hall ");
        var room = await adas.CreateRoom(hall);
        await adas.Say(room, ["a usual line", "```\ncode\n```"]);
        var ada = await Arrival(adas, with: browser => browser.ViewportSize = new ViewportSize { Width = width, Height = 900 });
        await ada.Open(room);
        await ada.IsIn(hall);
        await Letters(ada.Texts.First, 22.5);
        await Letters(ada.Composer, 22.5);
        await Letters(ada.Page.Locator(".side-rooms .room-link").First, 21);
        await Letters(ada.Page.Locator(".row-meta time").First, 18);
        await AssertFits(ada);
        await ada.Button("Members").ClickAsync();
        await Letters(ada.Page.Locator(".member-name").First, 21);
        await AssertFits(ada);
        await ada.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Artifacts, $"large-room-{width}.png") });
        await ada.Button("Close members").ClickAsync();
        await ada.Choose("Room menu", "Invite people");
        await Letters(ada.Dialog.Locator(".mud-dialog-title .mud-typography"), 27);
        await AssertFits(ada);
        await ada.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Artifacts, $"large-dialog-{width}.png") });
        await ada.Open("/settings");
        await Letters(ada.Page.Locator("#profile-title"), 27);
        await AssertFits(ada);
        await ada.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Artifacts, $"large-settings-{width}.png") });
    }

    private static async Task Letters(ILocator of, double size) => Assert.Equal(size, await of.EvaluateAsync<double>("element => parseFloat(getComputedStyle(element).fontSize)"), 0.1);

    private static async Task AssertFits(Person person) =>
        Assert.Equal(0, await person.Page.EvaluateAsync<int>("() => Math.max(document.documentElement.scrollWidth, ...[...document.querySelectorAll('.log, .details-body, .mud-dialog')].map(e => e.scrollWidth - e.clientWidth + innerWidth)) - innerWidth"));
}
