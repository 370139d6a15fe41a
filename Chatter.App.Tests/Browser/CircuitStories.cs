using Chatter.App.Tests.Browser.Support;
using Chatter.App.Tests.Startup;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>A page costs the server memory, so there is an end to how many and how much; whoever comes to it reads why.</summary>
public sealed class CircuitStories(Chromium chromium) : Story(chromium)
{
    private const int PerUser = 3;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chatter-circuits-");
    private ServerProcess? _server;

    public override async ValueTask InitializeAsync()
    {
        _server = await ServerProcess.Start(_folder.FullName, null, [.. Site.ManyFromOneAddress, ("Chatter__Ui__CircuitsPerUser", $"{PerUser}")]);
        Site = new Site(_server.Address);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_page_too_many_says_so_and_opens_when_another_is_closed()
    {
        var (ada, _, _) = await AloneIn("Hall ");
        var tabs = new List<IPage>();
        for (var i = 1; i < PerUser; i++)
        {
            tabs.Add(await ada.Context.NewPageAsync());
            await tabs[^1].GotoAsync(ada.Page.Url);
            await Expect(tabs[^1].Locator(".composer textarea")).ToBeEnabledAsync();
        }

        var last = await ada.Context.NewPageAsync();
        await last.GotoAsync(ada.Page.Url);
        await Expect(last.GetByText("Chatter is open in as many pages")).ToBeVisibleAsync();
        await Expect(last.Locator(".composer textarea")).ToBeDisabledAsync();
        await Expect(ada.Composer).ToBeEnabledAsync();

        await tabs[0].CloseAsync();
        await Expect(last.Locator(".composer textarea")).ToBeEnabledAsync();
    }

    [Fact]
    public async Task Pages_that_are_left_and_loaded_again_never_use_the_places_up()
    {
        var (ada, _, _) = await AloneIn("Hall ");

        for (var i = 0; i < 3 * PerUser; i++)
        {
            await ada.Reload();
            await Expect(ada.Composer).ToBeEnabledAsync();
        }
    }

    [Fact]
    public async Task More_messages_than_a_circuit_keeps_wait_in_the_browser_and_are_all_sent_in_order()
    {
        var (ada, adas, room) = await AloneIn("Hall ");
        const int Many = 130;
        ada.Watch.ExpectOutage();
        await ada.Context.SetOfflineAsync(true);
        await Expect(ada.Banner).ToBeVisibleAsync();
        for (var i = 0; i < Many; i++) await ada.Write($"message {i}");
        await ada.Context.SetOfflineAsync(false);

        await ada.Page.WaitForFunctionAsync("() => !Object.keys(localStorage).some(key => key.startsWith('chatter.outbox.'))", null, new PageWaitForFunctionOptions { Timeout = 60_000 });
        Assert.Equal(Enumerable.Range(0, Many).Select(static i => $"message {i}"), await adas.Texts(room));
        ada.Watch.OutageIsOver();
    }

    [Fact]
    public async Task A_page_that_answers_nothing_is_no_error_in_the_log()
    {
        var account = await Site.Register(Site.Unique("ada"));
        var room = await account.CreateRoom(Site.Unique("Hall "));
        var ada = await Arrival(account);
        ada.Watch.ExpectBrokenWire();
        var asked = 0;
        await ada.Page.RouteAsync(
            static address => address.Contains("/Composer.", StringComparison.Ordinal),
            route => Interlocked.Increment(ref asked) == 1 ? Task.CompletedTask : route.ContinueAsync());

        await ada.Open(room);

        await Expect(ada.Composer).ToBeEnabledAsync(new LocatorAssertionsToBeEnabledOptions { Timeout = 60_000 });
        Assert.True(asked > 1);
        AssertQuiet();
    }

    private void AssertQuiet() =>
        Assert.DoesNotContain(_server!.Output.Split('\n'), static line => line.Contains("fail:", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal));
}
