using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Chatter.App.Tests.Browser.Support;
using Chatter.App.Tests.Faults.Injection;
using Chatter.App.Tests.Startup;
using Microsoft.Playwright;
using Xunit;

namespace Chatter.App.Tests.Browser;

/// <summary>
/// Five people chat while the wires between their browsers and the server, and those between the pages' circuits and the chat, drop, cut, delay and chop what goes
/// over them. What each sees at the end is the log: all of it, once, in its order. <c>./test.sh cuts MINUTES</c> says for how long.
/// </summary>
public sealed class CutStories(Chromium chromium) : Story(chromium)
{
    private static readonly double Minutes = double.Parse(Environment.GetEnvironmentVariable("CHATTER_CUT_MINUTES") ?? "0.3", CultureInfo.InvariantCulture);

    /// <summary>Playwright waits without end for a page that is asked something while it goes away.</summary>
    private static readonly TimeSpan Answers = TimeSpan.FromSeconds(10);

    private readonly int _seed = Random.Shared.Next();
    private int _cuts;

    [Fact]
    public async Task Whatever_is_cut_each_sees_the_log_once_and_in_order()
    {
        var folder = Directory.CreateTempSubdirectory("chatter-cuts-").FullName;
        try
        {
            // Files are kept by browsers as those of a published server are.
            await using var server = await ServerProcess.Start(folder, null, [.. Site.ManyFromOneAddress, ("EnableStaticAssetsDevelopmentCaching", "true")]);
            // The circuits' own socket is found by its path: what stands there now is a proxy, and what stood there listens under another name.
            var socket = Path.Combine(folder, "data", "chatter.sock");
            File.Move(socket, socket + ".real");
            using var inner = new FaultyProxy(new UnixDomainSocketEndPoint(socket), new UnixDomainSocketEndPoint(socket + ".real"), new Random(_seed), Met);
            using var outer = new FaultyProxy(server.Address.Port, new Random(_seed + 1), Met);
            try
            {
                await Chat(new Site(server.Address), new Site(outer.Address), inner, outer);
            }
            catch (Exception) when (Said($"Seed {_seed}. The server said at last: {server.Output[^Math.Min(server.Output.Length, 6_000)..]}"))
            {
                throw;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task Chat(Site site, Site behindProxy, FaultyProxy inner, FaultyProxy outer)
    {
        var accounts = new List<Account>();
        foreach (var name in (string[])["ada", "ben", "cleo", "dan", "eve"]) accounts.Add(await site.Register(name));
        var room = await accounts[0].CreateRoom("storm");
        foreach (var account in accounts.Skip(1)) await account.Join(room);
        var people = new List<Person>();
        foreach (var account in accounts)
        {
            var person = await Arrival(account, behindProxy);
            person.Watch.ExpectBrokenWire();
            await person.Open(room);
            await person.IsIn("storm");
            people.Add(person);
        }

        var until = Stopwatch.GetTimestamp() + (long)(Minutes * 60 * Stopwatch.Frequency);
        (inner.IsTroubled, outer.IsTroubled) = (true, true);
        outer.ResetAll();
        var talks = people.Select((person, i) => Talk(person, new Random(_seed + 10 + i), until)).ToList();
        await Trouble(new Random(_seed + 2), until, inner, outer);
        var written = await Task.WhenAll(talks);
        (inner.IsTroubled, outer.IsTroubled) = (false, false);

        await Task.WhenAll(people.Select(IsWell));
        var log = await Log(accounts[0], room);
        // Connected isn't yet told of all.
        foreach (var person in people) await person.Sees(log[^1]);
        var seen = await Task.WhenAll(people.Select(Read));
        for (var i = 0; i < people.Count; i++)
        {
            var own = log.Where(text => text.StartsWith(people[i].Name + " ", StringComparison.Ordinal)).ToList();
            Assert.True(own.Count == own.Distinct().Count(), $"Seed {_seed}: of {people[i].Name} something is there twice.");
            Assert.Equal(own.OrderBy(Number), own);
            Assert.Empty(written[i].Except(own));
            Assert.Equal(log, seen[i]);
        }
        Said(string.Create(
            CultureInfo.InvariantCulture, $"cuts: {Minutes:0.0} min, {people.Count} people, {log.Count} messages, {_cuts} connections broken, seed {_seed}: everybody saw the log, once, in order"));

        static int Number(string text) => int.Parse(text[(text.IndexOf(' ', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
    }

    /// <summary>Breaks everything that is open, every few seconds: what is opened then may break by itself.</summary>
    private static async Task Trouble(Random random, long until, params FaultyProxy[] proxies)
    {
        while (Stopwatch.GetTimestamp() < until)
        {
            await Task.Delay(TimeSpan.FromSeconds(2 + random.NextDouble() * 4), TestContext.Current.CancellationToken);
            proxies[random.Next(proxies.Length)].ResetAll();
        }
    }

    /// <summary>Writes as people do, whether the page is connected or not.</summary>
    /// <returns>What certainly left the send box.</returns>
    private static async Task<List<string>> Talk(Person person, Random random, long until)
    {
        var written = new List<string>();
        for (var i = 1; Stopwatch.GetTimestamp() < until; i++)
        {
            var text = $"{person.Name} {i.ToString(CultureInfo.InvariantCulture)}";
            try
            {
                await person.Composer.FillAsync(text, new LocatorFillOptions { Timeout = 4_000 });
                // Now and then the page is loaded anew around the very moment in which somebody presses Enter.
                if (random.Next(12) == 0) await person.Page.EvaluateAsync("wait => { setTimeout(() => location.reload(), wait); }", random.Next(30)).WaitAsync(Answers);
                await person.Composer.PressAsync("Enter", new LocatorPressOptions { Timeout = 4_000 });
                // An empty box that isn't enabled yet says nothing: its draft comes back into it with its script.
                if (await person.Composer.EvaluateAsync<bool>("box => !box.disabled && !box.value", null, new LocatorEvaluateOptions { Timeout = 4_000 }).WaitAsync(Answers)) written.Add(text);
            }
            catch (Exception e) when (e is TimeoutException or PlaywrightException)
            {
                // The page loads itself anew, or could not: then somebody presses the button.
                if (!await IsThere(person)) await TryReload(person);
            }
            await Task.Delay(TimeSpan.FromSeconds(0.3 + random.NextDouble() * 1.7), TestContext.Current.CancellationToken);
        }
        return written;
    }

    private static async Task<bool> IsThere(Person person)
    {
        try
        {
            return await person.Page.Locator(".side").CountAsync().WaitAsync(Answers) > 0;
        }
        catch (Exception e) when (e is TimeoutException or PlaywrightException)
        {
            return false;
        }
    }

    private static async Task TryReload(Person person)
    {
        try
        {
            await person.Page.ReloadAsync(new PageReloadOptions { Timeout = 4_000, WaitUntil = WaitUntilState.DOMContentLoaded });
        }
        catch (Exception e) when (e is TimeoutException or PlaywrightException)
        {
            // The wire is still bad: the next try is the next message's.
        }
    }

    /// <summary>The page is connected, and everything that it held has gone out. It comes to that by itself; only where the browser shows its own page instead, somebody loads it anew.</summary>
    private static async Task IsWell(Person person)
    {
        const string well = """
            () => document.documentElement?.dataset.connection === 'ok' && document.querySelector('.composer textarea:enabled') && !document.querySelector('.row.waiting')
                && !Object.keys(localStorage).some(key => key.startsWith('chatter.outbox.'))
            """;
        const string state = """
            () => JSON.stringify({ ...document.documentElement.dataset, started: window.chatterStarted, loading: document.readyState, box: document.querySelector('.composer textarea')?.disabled,
                reloaded: sessionStorage['chatter.reloaded'], now: Date.now(), storage: { ...localStorage }, text: document.querySelector('.main')?.innerText.slice(0, 400) })
            """;
        const int patience = 120; // seconds
        var until = Stopwatch.GetTimestamp() + patience * Stopwatch.Frequency;
        while (true)
        {
            try
            {
                await person.Page.WaitForFunctionAsync(well, null, new PageWaitForFunctionOptions { Timeout = 20_000 }).WaitAsync(TimeSpan.FromSeconds(30));
                return;
            }
            catch (Exception e) when (e is TimeoutException or PlaywrightException)
            {
                if (Stopwatch.GetTimestamp() > until) Assert.Fail($"{person.Name} isn't well at {person.Page.Url} after {patience} s: {await person.Page.EvaluateAsync<string>(state).WaitAsync(Answers)}");
                if (!await IsThere(person)) await TryReload(person);
            }
        }
    }

    private static async Task<List<string>> Log(Account reader, Guid room)
    {
        var texts = new List<string>();
        await reader.With(async client =>
        {
            for (var after = 0L; ;)
            {
                var page = await client.History(room, after: after, limit: 200, cancel: TestContext.Current.CancellationToken);
                texts.AddRange(page.Events.Where(static e => e.Kind == "message").Select(static e => e.Text!));
                if (!page.More) return;
                after = page.Events[^1].Seq;
            }
        });
        return texts;
    }

    /// <summary>What the page shows from its newest row to its oldest, read as a reader does, by scrolling up.</summary>
    private static async Task<List<string>> Read(Person person)
    {
        var rows = new SortedDictionary<long, string>();
        if (await person.Page.Locator(".to-end").IsVisibleAsync()) await person.Page.Locator(".to-end").ClickAsync();
        while (true)
        {
            foreach (var row in await person.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('.log .row[data-seq]')].map(row => `${row.dataset.seq} ${row.querySelector('.text').textContent}`)"))
            {
                var space = row.IndexOf(' ', StringComparison.Ordinal);
                var (seq, text) = (long.Parse(row[..space], CultureInfo.InvariantCulture), row[(space + 1)..]);
                Assert.True(!rows.TryGetValue(seq, out var before) || before == text, $"Row {seq} was “{before}” and is “{text}”.");
                rows[seq] = text;
            }
            if (await person.Page.Locator(".log-start").CountAsync() > 0) return [.. rows.Values];
            var oldest = await person.Page.EvaluateAsync<string?>("() => document.querySelector('.log .row[data-seq]')?.dataset.seq");
            await person.Page.Locator(".log").EvaluateAsync("log => log.scrollTop = -log.scrollHeight");
            await person.Page.WaitForFunctionAsync("before => document.querySelector('.log-start') || document.querySelector('.log .row[data-seq]')?.dataset.seq !== before", oldest);
        }
    }

    private static bool Said(string what)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(what);
        return true;
    }

    private void Met(WireFault fault) => Interlocked.Increment(ref _cuts);
}
