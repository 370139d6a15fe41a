using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using Xunit;

namespace Chatter.App.Tests.Browser;

/// <summary>
/// A walk through a busy house on which pictures are taken, at 1,440 or 390 wide, light and dark, for people to look at: <c>artifacts/browser/*.png</c> below the
/// root of the clone. What can be said of them without eyes is asserted: nothing is wider than the window. Those that docs/ui.md shows are kept in its folder where
/// <c>CHATTER_PICTURES</c> names it (<c>tools/pictures.sh</c>).
/// </summary>
public abstract class PictureStory(Chromium chromium) : Story(chromium)
{
    /// <summary>The main views.</summary>
    private static readonly string[] Shown = ["home-empty", "room", "files", "lightbox", "tools-menu", "search-found", "inbox", "saved", "pins", "dialog-person", "settings", "reconnecting"];

    private static readonly string? Folder = Environment.GetEnvironmentVariable("CHATTER_PICTURES");

    private protected BusyHouse House { get; private set; } = null!;

    public override async ValueTask InitializeAsync() => House = await BusyHouse.Build();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await House.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected static void Desk(BrowserNewContextOptions browser) => (browser.ViewportSize, browser.TimezoneId) = (new ViewportSize { Width = 1440, Height = 900 }, "UTC");

    private protected static void Hand(BrowserNewContextOptions browser)
    {
        (browser.ViewportSize, browser.TimezoneId) = (new ViewportSize { Width = 390, Height = 844 }, "UTC");
        (browser.IsMobile, browser.HasTouch, browser.DeviceScaleFactor) = (true, true, 2);
    }

    /// <summary>Nothing moves any more.</summary>
    private protected static Task Settled(Person person) =>
        person.Page.EvaluateAsync("() => Promise.allSettled(document.getAnimations().map(animation => animation.finished))");

    /// <param name="person">Whose page.</param>
    /// <param name="name">Of the picture: the view, a dash, the width.</param>
    private protected static async Task Take(Person person, string name)
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await person.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            var file = $"{name}-{scheme.ToString().ToLowerInvariant()}";
            await person.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Artifacts, $"{file}.png"), Animations = ScreenshotAnimations.Disabled, Caret = ScreenshotCaret.Initial });
            if (Folder is null || !Shown.Contains(name[..name.LastIndexOf('-')])) continue;
            await person.Page.ScreenshotAsync(new PageScreenshotOptions
            {
                Path = Path.Combine(Folder, $"{file}.jpg"),
                Type = ScreenshotType.Jpeg,
                Quality = 75,
                Scale = ScreenshotScale.Css,
                Animations = ScreenshotAnimations.Disabled,
                Caret = ScreenshotCaret.Initial,
            });
        }
        Assert.Equal(0, await person.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"));
    }
}
