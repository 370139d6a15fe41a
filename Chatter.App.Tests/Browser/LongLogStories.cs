using System.Globalization;
using Chatter.App.Tests.Browser.Support;
using Chatter.App.Tests.Startup;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>A room in which years have been talked: what is under the eye goes where the wheel takes it, and nowhere else.</summary>
public sealed class LongLogStories(Chromium chromium) : Story(chromium)
{
    private const int Messages = 100_000;
    private const int Notch = 240;

    /// <summary>More than are held at a time, so that rows go at one end while others come at the other.</summary>
    private const int Notches = 30;

    /// <summary>The log has rows beyond the next notch, or ends there; then where the row is that is in the middle, and how many there are.</summary>
    private const string Middle = """
        ([notch]) => {
            const log = document.querySelector('.log'), box = log.getBoundingClientRect(), left = notch < 0 ? log.scrollHeight - log.clientHeight + log.scrollTop : -log.scrollTop;
            if (left < Math.abs(notch) + 10) return null;
            const rows = [...log.querySelectorAll('article')];
            const row = rows.find(one => one.getBoundingClientRect().bottom > box.top + box.height / 2);
            return { key: row.dataset.key, top: row.getBoundingClientRect().top, rows: rows.length, left };
        }
        """;

    /// <summary>Where a row is once nothing moves any more, for longer than it takes the page to notice.</summary>
    private const string Settled = """
        key => new Promise((done, failed) => {
            let last = NaN, still = 0;
            const frame = () => {
                const row = document.querySelector(`[data-key="${key}"]`);
                if (!row) return failed(new Error(`Row ${key} went away.`));
                const top = row.getBoundingClientRect().top;
                still = top === last ? still + 1 : 0;
                last = top;
                if (still < 12) requestAnimationFrame(frame); else done(top);
            };
            requestAnimationFrame(frame);
        })
        """;

    [Fact]
    public async Task A_room_of_100_000_messages_scrolls_both_ways_and_what_is_under_the_eye_never_jumps()
    {
        var folder = Directory.CreateTempSubdirectory("chatter-archive-").FullName;
        try
        {
            await using var server = await ServerProcess.Start(folder, null, Archive.NoLimits);
            await ScrollThrough(new Site(server.Address));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>As high as a large screen on its edge: more lines than a window of usual height holds with those before and after them.</summary>
    [Fact]
    public async Task A_view_of_any_height_is_full_and_comes_to_rest()
    {
        var (ada, account, room) = await AloneIn("Tall ", static options => options.ViewportSize = new ViewportSize { Width = 900, Height = 3800 });
        await account.Say(room, Enumerable.Range(1, 700).Select(static i => $"message {i.ToString(CultureInfo.InvariantCulture)}"));
        await ada.Open($"/rooms/{room}?at=350");
        await Expect(ada.Page.Locator(".log [data-seq='350']")).ToBeInViewportAsync();

        await Rests(ada);
        await ada.Page.Locator(".log").HoverAsync();
        foreach (var notch in (int[])[-120, 120, 120, -120])
        {
            await ada.Page.Mouse.WheelAsync(0, notch);
            await Rests(ada);
        }
        Assert.InRange(await ada.Page.Locator(".log article").CountAsync(), 150, 300);
    }

    /// <summary>No row comes or goes any more, and none is missing in what is seen.</summary>
    private static async Task Rests(Person reader)
    {
        await reader.Page.EvaluateAsync("""
            () => new Promise((done, failed) => {
                const began = performance.now();
                let still = 0;
                const changes = new MutationObserver(() => still = 0);
                changes.observe(document.querySelector('.log-rows'), { childList: true });
                const frame = () => {
                    if (++still > 40) { changes.disconnect(); done(); }
                    else if (performance.now() - began > 20000) failed(new Error('Rows come and go for ever.'));
                    else requestAnimationFrame(frame);
                };
                requestAnimationFrame(frame);
            })
            """);
        foreach (var gap in await reader.Page.Locator(".log-gap").AllAsync()) await Expect(gap).Not.ToBeInViewportAsync();
    }

    private async Task ScrollThrough(Site site)
    {
        var account = await site.Register("ada");
        var room = await account.CreateRoom("archive");
        await Archive.Fill(site, account, room, Messages, Text);
        var reader = await Arrival(account, site);
        await reader.Open(room);
        await reader.Sees(Text(Messages));
        await reader.Page.Locator(".log").HoverAsync();

        // In one swing to where rows are still coming: the first one held loses its head to them.
        for (var i = 0; i < 2; i++) await Scroll(reader, static left => 20 - left);
        await Scroll(reader, -Notch, Notches);
        // Not to the very end, where a notch is less.
        await Scroll(reader, Notch, Notches - 1);
        // In the middle of it all, where rows lie in both directions.
        await reader.Open($"/rooms/{room}?at={Messages / 2}");
        await Expect(reader.Page.Locator($".log [data-seq='{Messages / 2}']")).ToBeInViewportAsync();
        await reader.Page.Locator(".log").HoverAsync();
        await Scroll(reader, Notch, Notches);
        await Scroll(reader, -Notch, Notches);

        await reader.Page.Locator(".to-end").ClickAsync();
        await Expect(reader.Texts.Last).ToHaveTextAsync(Text(Messages));
        await Expect(reader.Texts.Last).ToBeInViewportAsync();
        reader.Watch.ExpectOutage();
    }

    private static string Text(int i) => (i % 7 == 0 ? "A message that is so long that it takes more than one line of the log, since somebody had to say much at once and went on and on and on: " : "") + "message " + i.ToString(CultureInfo.InvariantCulture);

    /// <summary>Turns the wheel notch by notch.</summary>
    private static async Task Scroll(Person reader, int notch, int times)
    {
        for (var i = 0; i < times; i++) await Scroll(reader, _ => notch, Math.Sign(notch) * Notch);
    }

    /// <summary>Turns the wheel once.</summary>
    /// <param name="reader">Whose wheel.</param>
    /// <param name="by">How far, in pixels, from what is left in that direction.</param>
    /// <param name="least">So much has to be left.</param>
    private static async Task Scroll(Person reader, Func<double, double> by, int least = -Notch)
    {
        var handle = await reader.Page.WaitForFunctionAsync(Middle, new object[] { least });
        var before = await handle.JsonValueAsync<Place>();
        Assert.InRange(before.Rows, 20, 200);
        var notch = by(before.Left);
        await reader.Page.Mouse.WheelAsync(0, (float)notch);
        var moved = await reader.Page.EvaluateAsync<double>(Settled, before.Key) - before.Top;
        Assert.True(Math.Abs(moved + notch) <= 1.5, $"With {before.Rows} rows row {before.Key} went {moved} pixels instead of {-notch}.");
    }

    private sealed record Place
    {
        public string Key { get; init; } = "";

        public double Top { get; init; }

        public int Rows { get; init; }

        /// <summary>How far one can go on, in pixels.</summary>
        public double Left { get; init; }
    }
}
