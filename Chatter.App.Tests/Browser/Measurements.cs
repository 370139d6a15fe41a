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
    private const int Circuits = 200;
    private const int Talkers = 50;
    private const int Samples = 100;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);

    /// <summary>Memory and processor of many signed-in pages in one room, once they are there and nothing happens.</summary>
    [Fact(Explicit = true)]
    public async Task What_a_circuit_costs()
    {
        await using var house = await House.Open();
        var site = new Site(house.Server.Address);
        var owner = await site.Register("owner");
        var room = await owner.CreateRoom("hall");
        await owner.Say(room, Enumerable.Range(1, 60).Select(static i => $"message {i.ToString(CultureInfo.InvariantCulture)} of the hall, as long as people write them on a usual day"));
        // One process for all pages: they are the load, not what is measured.
        await using var browser = await ManyPages();
        async Task Open(int count, string prefix)
        {
            for (var i = 0; i < count; i++)
            {
                var account = await site.Register($"{prefix}{i.ToString(CultureInfo.InvariantCulture)}");
                await account.Join(room);
                var context = await browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 800, Height = 600 } });
                await context.AddCookiesAsync([new Cookie { Name = "chatter", Value = account.Token, Url = site.Address.ToString() }]);
                var page = await context.NewPageAsync();
                await page.GotoAsync(new Uri(site.Address, $"/rooms/{room}").ToString());
                await Assertions.Expect(page.Locator(".composer textarea")).ToBeEnabledAsync(new LocatorAssertionsToBeEnabledOptions { Timeout = 60_000 });
            }
        }
        await Open(20, "first");
        var before = await house.Settled();
        await Open(Circuits, "user");
        var after = await house.Settled();
        Say($"circuits: {Circuits} more pages: {(after.Memory - before.Memory) / 1024.0 / Circuits:0.00} MB of resident memory each ({before.Memory / 1024:N0} MB with 20, {after.Memory / 1024:N0} MB with {Circuits + 20}), {after.Load * 100:0.0} % of a core while nothing happens");

        static async Task<IBrowser> ManyPages() => await (await Playwright.CreateAsync()).Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Headless = true,
            Args = ["--process-per-site", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"],
        });
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

        /// <summary>Resident memory in KB, and cores taken, over a time in which nothing is done to it.</summary>
        public async Task<(double Memory, double Load)> Settled()
        {
            using var process = Process.GetProcessById(server.Id);
            await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
            process.Refresh();
            var (since, busy) = (Stopwatch.GetTimestamp(), process.TotalProcessorTime);
            await Task.Delay(Idle, TestContext.Current.CancellationToken);
            process.Refresh();
            return (process.WorkingSet64 / 1024.0, (process.TotalProcessorTime - busy) / Stopwatch.GetElapsedTime(since));
        }

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }
}
