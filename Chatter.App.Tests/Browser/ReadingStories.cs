using Chatter.App.Tests.Browser.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>What is unread is seen, found, and kept.</summary>
public sealed class ReadingStories(Chromium chromium) : Story(chromium)
{
    [Fact]
    public async Task What_was_marked_unread_stays_so_until_one_leaves_and_comes_back()
    {
        var (ada, ben) = (await Site.Register(Site.Unique("ada")), await Site.Register(Site.Unique("ben")));
        string[] names = [Site.Unique("Attic "), Site.Unique("Barn ")];
        var rooms = await Rooms(ada, ben, names);
        await ben.Say(rooms[0], ["one", "two", "three"]);
        var reader = await Arrival(ada);
        await reader.Open(rooms[0]);
        await reader.SeesExactly("one", "two", "three");
        await Expect(reader.Badge(names[0])).ToHaveCountAsync(0);

        await reader.Use("two", "Mark unread from here");
        await Expect(reader.Badge(names[0])).ToContainTextAsync("2 unread");
        await Expect(reader.Page.Locator(".new-line + .row")).ToContainTextAsync("two");
        await ben.Say(rooms[0], "four");
        await Expect(reader.Badge(names[0])).ToContainTextAsync("3 unread");

        await reader.GoTo(names[1]);
        await Expect(reader.Badge(names[0])).ToContainTextAsync("3 unread");
        await reader.Reload();
        await Expect(reader.Badge(names[0])).ToContainTextAsync("3 unread");
        await reader.GoTo(names[0]);
        await Expect(reader.Page.Locator(".new-line + .row")).ToContainTextAsync("two");
        await Expect(reader.Badge(names[0])).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Escape_marks_the_room_read_and_takes_the_line_away()
    {
        var (reader, account, room) = await AloneIn("Attic ");
        var ben = await Site.Register(Site.Unique("ben"));
        await ben.Join(room);
        await ben.Say(room, ["one", "two"]);
        await reader.Sees("two");
        await reader.Use("one", "Mark unread from here");
        await Expect(reader.Page.Locator(".new-line")).ToHaveCountAsync(1);

        await reader.Composer.PressAsync("Escape");

        await Expect(reader.Page.Locator(".new-line")).ToHaveCountAsync(0);
        await Expect(reader.Page).Not.ToHaveTitleAsync(new System.Text.RegularExpressions.Regex(@"^\("));
        Assert.Equal(room, reader.Room);
        Assert.Equal(account.Name, reader.Name);
    }

    [Fact]
    public async Task Who_has_much_to_read_gets_to_where_it_begins()
    {
        var (ada, ben) = (await Site.Register(Site.Unique("ada")), await Site.Register(Site.Unique("ben")));
        var name = Site.Unique("Attic ");
        var rooms = await Rooms(ada, ben, name);
        await ada.Say(rooms[0], "the last I saw");
        await ben.Say(rooms[0], Enumerable.Range(1, 200).Select(static i => $"line {i:000}"));
        var reader = await Arrival(ada);

        await reader.Open(rooms[0]);
        await Expect(reader.Row("line 200")).ToBeInViewportAsync();
        await reader.Page.Locator(".to-new").ClickAsync();

        await Expect(reader.Row("line 001")).ToBeInViewportAsync();
        await Expect(reader.Page.Locator(".new-line")).ToBeInViewportAsync();
        await Expect(reader.Page.Locator(".to-new")).ToBeHiddenAsync();
        await reader.Page.Locator(".to-end").ClickAsync();
        await Expect(reader.Row("line 200")).ToBeInViewportAsync();
    }

    [Fact]
    public async Task The_day_of_what_one_reads_stays_in_view()
    {
        var (reader, account, room) = await AloneIn("Attic ");
        await account.Say(room, Enumerable.Range(1, 80).Select(static i => $"line {i:000}"));
        await reader.Sees("line 080");

        await Expect(reader.Page.Locator(".day")).ToHaveCountAsync(1);
        await Expect(reader.Page.Locator(".day")).ToBeInViewportAsync();
        await reader.Page.Locator(".log").EvaluateAsync("log => log.scrollTop = -500");
        await Expect(reader.Page.Locator(".day")).ToBeInViewportAsync();
    }
}
