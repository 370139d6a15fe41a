using System.Diagnostics;
using System.Globalization;
using Chatter.App.Tests.Browser.Support;
using Chatter.App.Tests.Startup;
using Chatter.Chat.Client;
using Microsoft.Playwright;
using Xunit;

namespace Chatter.App.Tests.Browser;

/// <summary>
/// What pages cost and how quick they are, for docs/performance.md: run by <c>./test.sh measure</c> on a quiet machine, and never asserted. <c>CHATTER_APP</c> names a
/// published program to measure instead of the one that was built for the tests.
/// </summary>
public sealed class Measurements(Chromium chromium) : Story(chromium)
{
    private const int First = 20;
    private const int Circuits = 200;
    private const int Talkers = 50;
    private const int Samples = 100;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);

    /// <summary>Memory and processor of pages on which nothing is, to hold those of <see cref="What_a_circuit_costs"/> against.</summary>
    [Fact(Explicit = true)]
    public async Task What_an_empty_page_costs()
    {
        var folder = Directory.CreateTempSubdirectory("chatter-empty-").FullName;
        try
        {
            var program = Environment.GetEnvironmentVariable("CHATTER_EMPTY_PAGE") ?? throw new InvalidOperationException("CHATTER_EMPTY_PAGE says where bench/EmptyPage was published to.");
            await using var server = await ServerProcess.StartOther(program, folder);
            await Cost("empty MudBlazor pages", server, async (context, _) =>
            {
                var page = await context.NewPageAsync();
                await page.GotoAsync(server.Address.ToString());
                await page.Locator("#ready[data-ready=True]").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached, Timeout = 60_000 });
                return page;
            }, static async pages =>
            {
                foreach (var page in pages) await Assertions.Expect(page.Locator("#components-reconnect-modal")).ToHaveCountAsync(0);
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Memory and processor of many signed-in pages in one room, once they are there and nothing happens.</summary>
    [Fact(Explicit = true)]
    public async Task What_a_circuit_costs()
    {
        await using var house = await House.Open();
        var site = new Site(house.Server.Address);
        var owner = await site.Register("owner");
        var room = await owner.CreateRoom("hall");
        await owner.Say(room, Enumerable.Range(1, 60).Select(static i => $"message {i.ToString(CultureInfo.InvariantCulture)} of the hall, as long as people write them on a usual day"));
        // All are in the room before anybody looks at it: else each page shows every arrival.
        var accounts = new List<Account>();
        while (accounts.Count < First + Circuits) accounts.Add(await site.Register($"user{accounts.Count.ToString(CultureInfo.InvariantCulture)}"));
        foreach (var account in accounts) await account.Join(room);
        await Cost("Chatter's pages", house.Server, async (context, number) =>
        {
            await context.AddCookiesAsync([new Cookie { Name = "chatter", Value = accounts[number].Token, Url = site.Address.ToString() }]);
            var page = await context.NewPageAsync();
            await page.GotoAsync(new Uri(site.Address, $"/rooms/{room}").ToString());
            await Assertions.Expect(page.Locator(".composer textarea")).ToBeEnabledAsync(new LocatorAssertionsToBeEnabledOptions { Timeout = 60_000 });
            return page;
        }, async pages =>
        {
            await owner.Say(room, "are you all there?");
            foreach (var page in pages)
                await Assertions.Expect(page.Locator(".log .row", new PageLocatorOptions { HasText = "are you all there?" })).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 60_000 });
        });
    }

    /// <summary>Says what each of the pages takes more, and fails unless all of them were there to be measured.</summary>
    private static async Task Cost(string what, ServerProcess server, Func<IBrowserContext, int, Task<IPage>> open, Func<IReadOnlyList<IPage>, Task> areThere)
    {
        // As few processes as it can do with: the pages are the load, not what is measured.
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Headless = true,
            Args = ["--renderer-process-limit=4", "--disable-site-isolation-trials", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"],
        });
        var pages = new List<IPage>();
        await Open(First);
        var before = await Settled(server);
        await Open(First + Circuits);
        var after = await Settled(server);
        await areThere(pages);
        Say($"circuits: {Circuits} more of {what}: {(after.Memory - before.Memory) / 1024.0 / Circuits:0.00} MB of resident memory each ({before.Memory / 1024:N0} MB with {First}, {after.Memory / 1024:N0} MB with {First + Circuits}), {before.Load * 100:0.0} and {after.Load * 100:0.0} % of a core while nothing happens");

        async Task Open(int until)
        {
            while (pages.Count < until)
                pages.Add(await open(await browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 800, Height = 600 } }), pages.Count));
        }
    }

    /// <summary>Resident memory in KB, and cores taken, over a time in which nothing is done to it.</summary>
    private static async Task<(double Memory, double Load)> Settled(ServerProcess server)
    {
        using var process = Process.GetProcessById(server.Id);
        await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        process.Refresh();
        var (since, busy) = (Stopwatch.GetTimestamp(), process.TotalProcessorTime);
        await Task.Delay(Idle, TestContext.Current.CancellationToken);
        process.Refresh();
        return (process.WorkingSet64 / 1024.0, (process.TotalProcessorTime - busy) / Stopwatch.GetElapsedTime(since));
    }

    /// <summary>When a room is first seen by somebody who has never been here, and what comes over the wire for it.</summary>
    [Fact(Explicit = true)]
    public async Task What_a_page_weighs()
    {
        await using var house = await House.Open();
        var site = new Site(house.Server.Address);
        var owner = await site.Register("owner");
        var room = await owner.CreateRoom("hall");
        await owner.Say(room, Enumerable.Range(1, 60).Select(static i => $"message {i.ToString(CultureInfo.InvariantCulture)} of the hall, as long as people write them on a usual day"));
        var (paints, usable) = (new List<double>(), new List<double>());
        var (bytes, requests) = (0.0, 0.0);
        for (var i = 0; i < 11; i++)
        {
            var person = await Arrival(owner, site);
            var since = Stopwatch.GetTimestamp();
            await person.Open(room);
            await person.IsIn("hall");
            // The first has everything compiled.
            if (i > 0) usable.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            var found = await person.Page.EvaluateAsync<double[]>("""
                () => {
                    const loaded = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
                    return [performance.getEntriesByName('first-contentful-paint')[0].startTime, loaded.reduce((sum, one) => sum + one.transferSize, 0), loaded.length];
                }
                """);
            if (i > 0) paints.Add(found[0]);
            (bytes, requests) = (found[1], found[2]);
            await person.Context.CloseAsync();
        }
        paints.Sort();
        usable.Sort();
        Say($"page: first paint p50 {At(paints, 0.5):0} ms, at most {paints[^1]:0} ms; usable p50 {At(usable, 0.5):0} ms; {bytes / 1024:0} KB in {requests:0} requests, nothing cached before");
    }

    /// <summary>How long it takes until an own key, an own message and somebody else's message are seen, while others chat in the same room.</summary>
    [Fact(Explicit = true)]
    public async Task How_quick_a_page_is_while_fifty_others_chat()
    {
        await using var house = await House.Open();
        var site = new Site(house.Server.Address);
        var owner = await site.Register("owner");
        var room = await owner.CreateRoom("hall");
        var clients = new List<ChatClient>();
        for (var i = 0; i < Talkers; i++)
        {
            var account = await site.Register($"talker{i.ToString(CultureInfo.InvariantCulture)}");
            await account.Join(room);
            var client = new ChatClient(new ChatClientOptions { Server = site.Address, Token = _ => ValueTask.FromResult<string?>(account.Token) });
            client.Start();
            clients.Add(client);
        }
        var person = await Arrival(owner, site);
        await person.Open(room);
        await person.IsIn("hall");
        await person.Page.EvaluateAsync(Watching);

        using var enough = new CancellationTokenSource();
        var talking = clients.Select((client, i) => Talk(client, room, i, enough.Token)).ToList();
        for (var i = 0; i < Samples; i++)
        {
            await person.Composer.PressSequentiallyAsync($"own {i.ToString(CultureInfo.InvariantCulture)}", new LocatorPressSequentiallyOptions { Delay = 60 });
            await person.Composer.PressAsync("Enter");
            await person.Page.WaitForFunctionAsync("count => window.measured.confirmed.length >= count", i + 1);
        }
        person.Watch.ExpectOutage();   // the house goes before the page does
        await enough.CancelAsync();
        await Task.WhenAll(talking);
        foreach (var client in clients) await client.DisposeAsync();
        foreach (var (what, name) in new[] { ("key to echo", "echo"), ("Enter to the own row", "shown"), ("Enter to confirmed", "confirmed"), ("another's send to its row here", "others") })
        {
            var all = (await person.Page.EvaluateAsync<double[]>($"() => window.measured.{name}")).Order().ToList();
            Say($"latency: {what}: p50 {At(all, 0.5):0.0}, p95 {At(all, 0.95):0.0}, p99 {At(all, 0.99):0.0} ms of {all.Count}");
        }
    }

    private const string Watching = """
        () => {
            const measured = window.measured = { echo: [], shown: [], confirmed: [], others: [] };
            const box = document.querySelector('.composer textarea');
            const painted = then => requestAnimationFrame(() => setTimeout(then));   // after the frame that shows it
            let entered;
            box.addEventListener('keydown', e => {
                const pressed = performance.now();
                if (e.key === 'Enter') entered = pressed;
                else painted(() => measured.echo.push(performance.now() - pressed));
            }, true);
            const seen = new Set();
            new MutationObserver(() => {
                for (const row of document.querySelectorAll('.log .row')) {
                    const text = row.querySelector('.text')?.textContent ?? '';
                    const id = text + row.classList.contains('waiting');
                    if (seen.has(id)) continue;
                    seen.add(id);
                    const sent = text.match(/^at (\d+)/);
                    if (sent) painted(() => measured.others.push(Date.now() - Number(sent[1])));
                    else if (text.startsWith('own ')) {
                        const since = entered;
                        if (!seen.has('shown ' + text)) { seen.add('shown ' + text); painted(() => measured.shown.push(performance.now() - since)); }
                        if (!row.classList.contains('waiting')) painted(() => measured.confirmed.push(performance.now() - since));
                    }
                }
            }).observe(document.querySelector('.log-rows'), { childList: true, subtree: true, attributes: true, attributeFilter: ['class'], characterData: true });
        }
        """;

    /// <summary>A message every five seconds, as somebody writes who has much to say.</summary>
    private static async Task Talk(ChatClient client, Guid room, int number, CancellationToken enough)
    {
        var random = new Random(number);
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() * 5), enough);
            for (var i = 0; ; i++)
            {
                await client.Send(room, $"at {DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)} by {number.ToString(CultureInfo.InvariantCulture)}, number {i.ToString(CultureInfo.InvariantCulture)}", cancel: enough);
                await Task.Delay(TimeSpan.FromSeconds(2.5 + random.NextDouble() * 5), enough);
            }
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            // It was enough.
        }
    }

    private static double At(List<double> sorted, double part) => sorted.Count == 0 ? double.NaN : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * part))];

    private static void Say(FormattableString what) => TestContext.Current.TestOutputHelper?.WriteLine(what.ToString(CultureInfo.InvariantCulture));

    /// <summary>A server with limits for many people from one address.</summary>
    private sealed class House(ServerProcess server, string folder) : IAsyncDisposable
    {
        public ServerProcess Server => server;

        public static async Task<House> Open()
        {
            var folder = Directory.CreateTempSubdirectory("chatter-measured-").FullName;
            return new House(await ServerProcess.Start(folder, null, [.. Site.ManyFromOneAddress, ("ASPNETCORE_ENVIRONMENT", "Testing")]), folder);
        }

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }
}
