using System.Globalization;
using Chatter.App.Tests.Browser.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>Reading what was said before: nothing that comes, above or below, moves what one reads.</summary>
public sealed class HistoryStories(Chromium chromium) : Story(chromium)
{
    /// <summary>Follows a row through every frame that is painted until a condition holds, and ten more; returns how far it went at most, in pixels.</summary>
    private const string Follow = """
        ([key, condition, scroll]) => new Promise((done, failed) => {
            const log = document.querySelector('.log');
            const met = new Function('log', 'return ' + condition);
            if (scroll !== null) log.scrollTop = scroll;
            const top = () => document.querySelector(`[data-key="${key}"]`).getBoundingClientRect().top;
            const start = top();
            let furthest = 0, left = 10;
            const frame = () => requestAnimationFrame(() => setTimeout(() => {
                const row = document.querySelector(`[data-key="${key}"]`);
                if (!row) return failed(new Error('The row went away.'));
                furthest = Math.max(furthest, Math.abs(top() - start));
                if (met(log) && --left === 0) done(furthest); else frame();
            }));
            frame();
        })
        """;

    private const string TopRow = """
        () => {
            const edge = document.querySelector('.log').getBoundingClientRect().top;
            return [...document.querySelectorAll('.log article')].find(row => row.getBoundingClientRect().top >= edge).dataset.key;
        }
        """;

    [Fact]
    public async Task Older_messages_come_while_one_scrolls_up_and_nothing_jumps()
    {
        var (reader, _, room) = await Reader(230);
        await reader.Sees("message 230");
        var oldest = new List<string>();

        // As many pages as it takes, of which the last may come between two looks; each time the row at the top is followed while the rows above it arrive.
        while (await reader.Page.Locator(".log-start").CountAsync() == 0)
        {
            await Scroll(reader, "-(log.scrollHeight - log.clientHeight) + 900");
            var key = await reader.Page.EvaluateAsync<string>(TopRow);
            var before = await reader.Page.Locator(".log article").First.GetAttributeAsync("data-key");
            Assert.DoesNotContain(before, oldest);
            oldest.Add(before!);
            var moved = await reader.Page.EvaluateAsync<double>(Follow, new object?[] { key, $"document.querySelector('.log-start') || log.querySelector('article').dataset.key !== '{before}'", await Near(reader) });
            Assert.True(moved <= 1, $"Row {key} moved by {moved} pixels.");
        }

        // The page after next may be there before one has looked.
        Assert.InRange(oldest.Count, 2, 6);
        await Expect(reader.Texts.First).ToHaveTextAsync("message 1");
        await Expect(reader.Page.Locator(".log article")).Not.ToHaveCountAsync(230);
        await reader.Page.Locator(".to-end").ClickAsync();
        await Expect(reader.Texts.Last).ToHaveTextAsync("message 230");
        await Expect(reader.Texts.Last).ToBeInViewportAsync();
        Assert.Equal(room, reader.Room);
    }

    [Fact]
    public async Task Scrolling_down_again_comes_to_the_newest_by_itself()
    {
        var (reader, _, _) = await Reader(230);
        await reader.Sees("message 230");
        while (await reader.Page.Locator(".log-start").CountAsync() == 0)
        {
            var before = await reader.Page.Locator(".log article").First.GetAttributeAsync("data-key");
            await Scroll(reader, "-log.scrollHeight");
            await reader.Page.WaitForFunctionAsync("before => document.querySelector('.log-start') || document.querySelector('.log article').dataset.key !== before", before);
        }

        while (await reader.Page.Locator(".log[data-newer]").CountAsync() > 0)
        {
            var before = await reader.Page.Locator(".log article").Last.GetAttributeAsync("data-key");
            await Scroll(reader, "0");
            await reader.Page.WaitForFunctionAsync("before => !document.querySelector('.log[data-newer]') || [...document.querySelectorAll('.log article')].at(-1).dataset.key !== before", before);
        }

        await Scroll(reader, "0");
        await Expect(reader.Texts.Last).ToHaveTextAsync("message 230");
        await Expect(reader.Page.Locator(".to-end")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Who_reads_above_is_left_in_peace_and_told_of_what_comes()
    {
        var (reader, author, room) = await Reader(60);
        await reader.Sees("message 60");
        await Scroll(reader, "-700");
        await Expect(reader.Page.Locator(".to-end")).ToHaveTextAsync("Newest messages ↓");
        var key = await reader.Page.EvaluateAsync<string>(TopRow);

        var followed = reader.Page.EvaluateAsync<double>(Follow, new object?[] { key, "document.querySelector('.to-end')?.textContent.includes('2 new messages')", null });
        await author.Say(room, ["what now", "and then"]);

        Assert.InRange(await followed, 0, 1);
        await Expect(reader.Texts.Last).ToHaveTextAsync("and then");
        await Expect(reader.Texts.Last).Not.ToBeInViewportAsync();
        await reader.Button("2 new messages").ClickAsync();
        await Expect(reader.Texts.Last).ToBeInViewportAsync();
        await Expect(reader.Page.Locator(".to-end")).ToHaveCountAsync(0);
        await author.Say(room, "at the end");
        await Expect(reader.Text("at the end")).ToBeInViewportAsync();
    }

    [Fact]
    public async Task Writing_leads_to_the_newest_message()
    {
        var (reader, _, _) = await Reader(60);
        await reader.Sees("message 60");
        await Scroll(reader, "-700");
        await Expect(reader.Page.Locator(".to-end")).ToBeVisibleAsync();

        await reader.Write("here I am");

        await Expect(reader.Text("here I am")).ToBeInViewportAsync();
        await Expect(reader.Page.Locator(".to-end")).ToHaveCountAsync(0);
    }

    private async Task<(Person Reader, Account Author, Guid Room)> Reader(int messages)
    {
        var (ada, ben) = (await Site.Register(Site.Unique("ada")), await Site.Register(Site.Unique("ben")));
        var name = Site.Unique("Archive ");
        var room = await ben.CreateRoom(name);
        await ada.Join(room);
        await ben.Say(room, Enumerable.Range(1, messages).Select(static i => "message " + i.ToString(CultureInfo.InvariantCulture)));
        var reader = await Arrival(ada);
        await reader.Open(room);
        await reader.IsIn(name);
        return (reader, ben, room);
    }

    private static Task Scroll(Person person, string to) => person.Page.EvaluateAsync($"() => {{ const log = document.querySelector('.log'); log.scrollTop = {to}; }}");

    /// <summary>Where the log asks for what is older.</summary>
    private static Task<double> Near(Person person) =>
        person.Page.EvaluateAsync<double>("() => { const log = document.querySelector('.log'); return -(log.scrollHeight - log.clientHeight) + 700; }");
}
