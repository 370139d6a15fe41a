using Chatter.App.Tests.Browser.Support;
using Chatter.App.Tests.Startup;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>Who touches none of his pages for a while is shown as away, on a server where a while is a second or two.</summary>
public sealed class AwayStories(Chromium chromium) : Story(chromium)
{
    private static readonly (string, string)[] Soon =
        [.. Site.ManyFromOneAddress, ("Chatter__Ui__AwayAfter", "00:00:02"), ("Chatter__Engine__PresenceStable", "00:00:00"), ("Chatter__Engine__PresenceEvery", "00:00:00.1")];

    private readonly string _folder = Directory.CreateTempSubdirectory("chatter-away-").FullName;
    private ServerProcess? _server;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _server = await ServerProcess.Start(_folder, null, Soon);
        Site = new Site(_server.Address);
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        try
        {
            await base.DisposeAsync();
        }
        finally
        {
            if (_server is not null) await _server.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public async Task Who_touches_nothing_is_away_and_is_back_with_the_first_key_or_movement()
    {
        var (ada, ben, adas, room) = await PairIn("Hall ");
        var his = await Dot(ada, ben);

        await Away(his);
        await ben.Page.Keyboard.PressAsync("Shift");
        await Back(his);
        await Away(his);
        await ben.Page.Mouse.MoveAsync(200, 200);
        await ben.Page.Mouse.MoveAsync(210, 200);
        await Back(his);
        await Away(his);

        // What arrives scrolls the page, and is no sign of anybody.
        await adas.Say(room, Enumerable.Range(1, 40).Select(static i => $"line {i}"));
        await ben.Sees("line 40");
        await Expect(his).ToHaveClassAsync("dot away");
        await ben.Page.Mouse.WheelAsync(0, -100);
        await Back(his);
    }

    [Fact]
    public async Task One_is_there_while_one_tab_is_touched_and_a_tab_behind_it_is_nobody()
    {
        var (ada, ben, _, room) = await PairIn("Hall ");
        var his = await Dot(ada, ben);
        await Away(his);
        // A tab that a browser says is hidden, as it does of those that were opened behind another one.
        await ben.Context.AddInitScriptAsync("Object.defineProperty(document, 'hidden', { get: () => !window.seen }); Object.defineProperty(document, 'visibilityState', { get: () => window.seen ? 'visible' : 'hidden' })");
        var tab = await ben.Context.NewPageAsync();
        await tab.GotoAsync(new Uri(Site.Address, $"/rooms/{room}").ToString());
        await tab.Locator("#ready[data-ready=True]").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
        await tab.Locator(".composer textarea").WaitForAsync();
        await Away(his);

        await tab.EvaluateAsync("() => { window.seen = true; document.dispatchEvent(new Event('visibilitychange')); }");
        await Back(his);
        await Away(his);
        await ben.Page.Keyboard.PressAsync("Shift");
        await Back(his);
    }

    /// <summary>What one sees of another's presence in the list of members.</summary>
    private static async Task<ILocator> Dot(Person who, Person of)
    {
        await who.Button("Members").ClickAsync();
        return who.Page.Locator(".member", new PageLocatorOptions { HasTextString = of.Name }).Locator(".dot");
    }

    private static Task Away(ILocator dot) => Expect(dot).ToHaveClassAsync("dot away");

    private static Task Back(ILocator dot) => Expect(dot).ToHaveClassAsync("dot online");
}
