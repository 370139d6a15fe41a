using Chatter.App.Tests.Browser.Support;
using Chatter.App.Tests.Startup;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>The server goes away, the network goes away: what was written is kept, and happens once.</summary>
public sealed class OutageStories(Chromium chromium) : Story(chromium)
{
    [Fact]
    public async Task A_page_that_Blazor_gave_up_loads_itself_anew_and_loses_nothing()
    {
        var (person, _, _) = await AloneIn("Hall ");
        await person.Composer.FillAsync("not sent yet");
        // At once, and where it has just been tried a little later.
        for (var i = 0; i < 2; i++)
        {
            await person.Page.EvaluateAsync("() => { window.old = true; document.getElementById('blazor-error-ui').style.display = 'block'; }");
            if (i == 1) await Expect(person.Banner).ToBeVisibleAsync();
            await person.Page.WaitForFunctionAsync("() => !window.old");
            await person.Ready();
            await Expect(person.Composer).ToBeEnabledAsync();
            await Expect(person.Composer).ToHaveValueAsync("not sent yet");
        }
    }

    [Theory]
    [InlineData("MudBlazor.min.css")]
    [InlineData("/css/layout.")]
    [InlineData("blazor.web.js")]
    [InlineData("/js/start.")]
    [InlineData("/js/keys.")]
    public async Task A_page_that_came_without_one_of_its_parts_loads_itself_anew(string part)
    {
        var (person, room) = await BeforeABrokenWire();
        var broken = 0;
        await person.Page.RouteAsync(
            address => address.Contains(part, StringComparison.Ordinal),
            route => Interlocked.Increment(ref broken) == 1 ? route.AbortAsync("connectionreset") : route.ContinueAsync());

        await person.Open(room);

        await Expect(person.Composer).ToBeEnabledAsync();
        Assert.True(broken > 1);
        await Expect(person.Page.Locator(".side")).ToHaveCSSAsync("display", "flex");
    }

    [Fact]
    public async Task A_page_whose_files_came_empty_and_are_kept_so_asks_for_them_again()
    {
        using var wire = new HeadCutter(Site.Address.Port, "MudBlazor.min.css", "/css/layout.", "blazor.web.js", "/js/narrow.", "/js/words.");
        var (person, room) = await BeforeABrokenWire(new Site(wire.Address));

        await person.Open(room);

        await Expect(person.Composer).ToBeEnabledAsync();
        Assert.Empty(wire.Left);
        await Expect(person.Page.Locator(".side")).ToHaveCSSAsync("display", "flex");
        await person.Write("All there");
        await person.Sees("All there");
    }

    [Theory]
    [InlineData("/js/start.", true)]
    [InlineData("/Composer.", false)]
    public async Task A_page_that_waits_for_one_of_its_parts_in_vain_loads_itself_anew(string part, bool timeFlies)
    {
        var (person, room) = await BeforeABrokenWire();
        var asked = 0;
        await person.Page.RouteAsync(
            address => address.Contains(part, StringComparison.Ordinal),
            route => Interlocked.Increment(ref asked) == 1 ? Task.CompletedTask : route.ContinueAsync());
        if (timeFlies) await person.Page.Clock.InstallAsync();

        await person.Page.GotoAsync(new Uri(Site.Address, $"/rooms/{room}").ToString(), new PageGotoOptions { WaitUntil = WaitUntilState.Commit });
        await Expect(person.Composer).ToBeDisabledAsync();
        if (timeFlies) await person.Page.Clock.FastForwardAsync(60_000);

        await Expect(person.Composer).ToBeEnabledAsync(new LocatorAssertionsToBeEnabledOptions { Timeout = 60_000 });
        Assert.True(asked > 1);
    }

    [Fact]
    public async Task The_server_is_killed_and_comes_back_while_both_write_and_nothing_is_lost_or_doubled()
    {
        var folder = Directory.CreateTempSubdirectory("chatter-outage-");
        var server = await ServerProcess.Start(folder.FullName, null, Site.ManyFromOneAddress);
        try
        {
            var site = new Site(server.Address);
            var (adas, bens) = (await site.Register("ada"), await site.Register("ben"));
            var room = await adas.CreateRoom("Garden");
            await bens.Join(room);
            var (ada, ben) = (await Arrival(adas, site), await Arrival(bens, site));
            await Task.WhenAll(ada.Open(room), ben.Open(room));
            await Task.WhenAll(ada.IsIn("Garden"), ben.IsIn("Garden"));
            await ada.Write("before");
            await Task.WhenAll(ada.SeesExactly("before"), ben.SeesExactly("before"));

            ada.Watch.ExpectOutage();
            ben.Watch.ExpectOutage();
            await server.DisposeAsync();
            // At once, before the pages can know.
            await Task.WhenAll(ada.Write("ada 1"), ben.Write("ben 1"));
            await Task.WhenAll(Expect(ada.Banner).ToBeVisibleAsync(), Expect(ben.Banner).ToBeVisibleAsync());
            await Expect(ada.Banner).ToHaveTextAsync("Reconnecting… your messages will be sent");
            await Task.WhenAll(ada.Write("ada 2"), ben.Write("ben 2"));
            await Expect(ada.Page.GetByText("Waiting for connection")).ToHaveCountAsync(2);
            await ada.Composer.FillAsync("a draft");
            server = await ServerProcess.Start(folder.FullName, ["--urls", site.Address.GetLeftPart(UriPartial.Authority)], Site.ManyFromOneAddress);

            foreach (var person in new[] { ada, ben })
            {
                await Expect(person.Banner).ToBeHiddenAsync();
                await Expect(person.Texts).ToHaveCountAsync(5);
                await Expect(person.Page.Locator(".row.waiting")).ToHaveCountAsync(0);
                await person.IsIn("Garden");
                Assert.Equal(room, person.Room);
                person.Watch.OutageIsOver();
            }
            await Expect(ada.Composer).ToHaveValueAsync("a draft");
            var log = await adas.Texts(room);
            Assert.Equal(["ada 1", "ada 2", "before", "ben 1", "ben 2"], log.Order(StringComparer.Ordinal));
            Assert.Equal("before", log[0]);
            Assert.True(log.IndexOf("ada 1") < log.IndexOf("ada 2") && log.IndexOf("ben 1") < log.IndexOf("ben 2"), string.Join(", ", log));
            await Task.WhenAll(ada.SeesExactly(log), ben.SeesExactly(log));
            await ada.Composer.PressAsync("Enter");
            await ben.Sees("a draft");
            await Task.WhenAll(ada.Leave(), ben.Leave());
        }
        finally
        {
            await server.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_browser_that_was_offline_goes_on_where_it_was()
    {
        var (adas, bens) = (await Site.Register(Site.Unique("ada")), await Site.Register(Site.Unique("ben")));
        var name = Site.Unique("Garden ");
        var room = await adas.CreateRoom(name);
        await bens.Join(room);
        var ada = await Arrival(adas);
        await ada.Open(room);
        await ada.IsIn(name);
        await ada.Write("before");
        await ada.SeesExactly("before");

        ada.Watch.ExpectOutage();
        await ada.Context.SetOfflineAsync(true);
        await Expect(ada.Banner).ToBeVisibleAsync();
        await ada.Write("written offline");
        await ada.Sees("written offline");
        await bens.Say(room, "said meanwhile");
        await ada.Context.SetOfflineAsync(false);

        await Expect(ada.Banner).ToBeHiddenAsync();
        await Expect(ada.Texts).ToHaveCountAsync(3);
        await Expect(ada.Page.Locator(".row.waiting")).ToHaveCountAsync(0);
        var log = await adas.Texts(room);
        Assert.Equal(["before", "said meanwhile", "written offline"], log.Order(StringComparer.Ordinal));
        await ada.SeesExactly(log);
        ada.Watch.OutageIsOver();
        await ada.Write("after");
        await ada.SeesExactly([.. log, "after"]);
    }

    [Fact]
    public async Task A_cut_connection_is_mended_without_a_reload()
    {
        var (adas, bens) = (await Site.Register(Site.Unique("ada")), await Site.Register(Site.Unique("ben")));
        var name = Site.Unique("Garden ");
        var room = await adas.CreateRoom(name);
        await bens.Join(room);
        var ada = await Arrival(adas);
        var lines = new List<IWebSocketRoute>();
        await ada.Page.RouteWebSocketAsync(new System.Text.RegularExpressions.Regex("/_blazor"), line =>
        {
            line.ConnectToServer();
            lock (lines) lines.Add(line);
        });
        await ada.Open(room);
        await ada.IsIn(name);
        await ada.Page.EvaluateAsync("() => document.body.dataset.same = 'page'");

        ada.Watch.ExpectOutage();
        IWebSocketRoute first;
        lock (lines) first = Assert.Single(lines);
        await first.CloseAsync(new WebSocketRouteCloseOptions { Code = 1001 });
        await ada.Write("through the cut");
        await bens.Say(room, "heard you");

        await Expect(ada.Texts).ToHaveCountAsync(2);
        await Expect(ada.Page.Locator(".row.waiting")).ToHaveCountAsync(0);
        await Expect(ada.Banner).ToBeHiddenAsync();
        Assert.Equal("page", await ada.Page.EvaluateAsync<string?>("() => document.body.dataset.same"));
        Assert.Equal(2, (await adas.Texts(room)).Count);
        ada.Watch.OutageIsOver();
    }

    /// <summary>Somebody with a room, not yet on its page, whose wire will break.</summary>
    private async Task<(Person Person, Guid Room)> BeforeABrokenWire(Site? site = null)
    {
        var account = await Site.Register(Site.Unique("ada"));
        var room = await account.CreateRoom(Site.Unique("Hall "));
        var person = await Arrival(account, site);
        person.Watch.ExpectBrokenWire();
        return (person, room);
    }
}
