using System.Text.RegularExpressions;
using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>What people pick out of the talk: mentions, saved messages, pins, favourites; and what they don't want to hear.</summary>
public sealed class ListStories(Chromium chromium) : Story(chromium)
{
    [Fact]
    public async Task Who_is_called_sees_it_wherever_he_is_and_finds_it_in_the_inbox()
    {
        var (ada, ben) = (await Site.Register(Site.Unique("ada")), await Site.Register(Site.Unique("ben")));
        string[] names = [Site.Unique("Attic "), Site.Unique("Barn ")];
        var rooms = await Rooms(ada, ben, names);
        var reader = await Arrival(ada);
        await reader.Open(rooms[0]);
        await reader.IsIn(names[0]);

        await ben.Say(rooms[1], ["something", $"@{ada.Name} frost tonight?"]);
        await Expect(reader.Badge(names[1])).ToHaveTextAsync([new Regex("^@1"), new Regex("^2")]);
        await Expect(Place(reader, "Inbox").Locator(".badge")).ToContainTextAsync("1 message for you");

        await Place(reader, "Inbox").ClickAsync();
        await Expect(Listed(reader)).ToHaveTextAsync([new Regex($"{names[1]}.*{ben.Name}: @{ada.Name} frost", RegexOptions.Singleline), new Regex($"{ben.Name}.*{names[1]}.*unread.*frost tonight", RegexOptions.Singleline)]);
        await Listed(reader).Last.ClickAsync();
        await reader.IsIn(names[1]);
        await Expect(reader.Row("frost tonight?")).ToBeInViewportAsync();
        await Expect(Place(reader, "Inbox").Locator(".badge")).ToHaveCountAsync(0);
        await Expect(reader.Badge(names[1])).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Everything_can_be_marked_as_read_in_the_inbox()
    {
        var (ada, ben) = (await Site.Register(Site.Unique("ada")), await Site.Register(Site.Unique("ben")));
        string[] names = [Site.Unique("Attic "), Site.Unique("Barn ")];
        foreach (var room in await Rooms(ada, ben, names)) await ben.Say(room, ["one", "@all two"]);
        var reader = await Arrival(ada);
        await reader.Open("/inbox");
        await Expect(Listed(reader)).ToHaveCountAsync(4);

        await reader.Button($"Mark {names[0]} as read").ClickAsync();
        await Expect(reader.Badge(names[0])).ToHaveCountAsync(0);
        await reader.Button("Mark all as read").ClickAsync();
        await Expect(reader.Page.GetByText("You have read everything.")).ToBeVisibleAsync();
        await Expect(reader.Page.Locator(".unread-dot")).ToHaveCountAsync(0);

        await reader.Reload();
        await Expect(reader.Page.GetByText("You have read everything.")).ToBeVisibleAsync();
        await Expect(Listed(reader)).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task A_message_is_saved_for_later_by_its_reader_alone()
    {
        var (ada, ben) = await TwoIn("Attic ");
        await ada.Write("the key is under the pot");
        await ben.Sees("the key is under the pot");

        await ben.Use("the key", "Save for later");
        await Expect(ben.Row("the key").Locator(".row-marks")).ToHaveTextAsync("Saved");
        await Expect(ada.Row("the key").Locator(".row-marks")).ToHaveCountAsync(0);
        await Place(ben, "Saved").ClickAsync();
        await Expect(Listed(ben)).ToContainTextAsync("the key is under the pot");
        await Listed(ben).ClickAsync();
        await Expect(ben.Row("the key").Locator(".row-marks")).ToHaveTextAsync("Saved");

        await Place(ben, "Saved").ClickAsync();
        await ben.Button("Remove from saved").ClickAsync();
        await Expect(ben.Page.GetByText("Nothing is saved yet.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_pin_is_seen_by_everybody_and_taken_off_by_anybody()
    {
        var (ada, ben) = await TwoIn("Attic ");
        await ada.Write("the key is under the pot");
        await ben.Sees("the key is under the pot");
        await ben.Button("Pinned").ClickAsync();
        await Expect(ben.Page.GetByText("Nothing is pinned yet.")).ToBeVisibleAsync();

        await ada.Use("the key", "Pin to room");
        await Expect(Listed(ben)).ToContainTextAsync("the key is under the pot");
        await Expect(ben.Row("the key").Locator(".row-marks")).ToHaveTextAsync("Pinned");

        await ben.Button("Unpin").ClickAsync();
        await Expect(ben.Page.GetByText("Nothing is pinned yet.")).ToBeVisibleAsync();
        await Expect(ada.Row("the key").Locator(".row-marks")).ToHaveCountAsync(0);
        await ada.Use("the key", "Pin to room");
        await Expect(Listed(ben)).ToHaveCountAsync(1);
        await ada.Use("the key", "Delete");
        await ada.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Delete message" }).ClickAsync();
        await Expect(ben.Page.GetByText("Nothing is pinned yet.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_message_is_forwarded_with_where_it_is_from()
    {
        var (ada, ben) = (await Site.Register(Site.Unique("ada")), await Site.Register(Site.Unique("ben")));
        string[] names = [Site.Unique("Attic "), Site.Unique("Barn ")];
        var rooms = await Rooms(ada, ben, names);
        await ben.Say(rooms[0], $"@{ada.Name} the key is under the pot");
        var person = await Arrival(ada);
        await person.Open(rooms[0]);
        await person.Sees("the key is under the pot");

        await person.Use("the key", "Forward");
        await person.Dialog.GetByLabel("Room", new LocatorGetByLabelOptions { Exact = true }).FillAsync(names[1]);
        await person.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = names[1] }).ClickAsync();
        await person.Dialog.GetByLabel("What you say of it").FillAsync("Good to know:");
        await person.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Forward" }).ClickAsync();
        await Expect(person.Page.GetByText($"Forwarded to {names[1]}.")).ToBeVisibleAsync();

        await person.GoTo(names[1]);
        await Expect(person.Row("Good to know:").Locator("blockquote")).ToContainTextAsync($"— {ben.Name} in {names[0]}");
        // Whom the message called isn't called again.
        var reader = await Arrival(ben);
        await reader.Open(rooms[1]);
        await Expect(reader.Row("Good to know:")).ToBeVisibleAsync();
        await person.Row("Good to know:").GetByRole(AriaRole.Link).ClickAsync();
        await person.IsIn(names[0]);
        await Expect(person.Row("the key").First).ToBeInViewportAsync();
    }

    [Fact]
    public async Task Favourites_stand_above_and_muted_rooms_count_nothing_here_and_elsewhere()
    {
        var (ada, ben) = (await Site.Register(Site.Unique("ada")), await Site.Register(Site.Unique("ben")));
        string[] names = [Site.Unique("Attic "), Site.Unique("Barn "), Site.Unique("Cellar ")];
        var rooms = await Rooms(ada, ben, names);
        var (reader, elsewhere) = (await Arrival(ada), await Arrival(ada));
        await Task.WhenAll(reader.Open(rooms[1]), elsewhere.Open(rooms[0]));
        await Task.WhenAll(reader.IsIn(names[1]), elsewhere.IsIn(names[0]));

        await reader.Choose("Room menu", "Add to favourites");
        foreach (var person in (Person[])[reader, elsewhere])
        {
            await Expect(person.Page.Locator(".side-title")).ToHaveTextAsync(["Favourites", "Rooms"]);
            await Expect(person.Page.Locator(".side-rooms .room-name")).ToHaveTextAsync([names[1], names[0], names[2]]);
        }

        await reader.GoTo(names[2]);
        await reader.Choose("Room menu", "Mute room");
        await Expect(reader.RoomLink(names[2])).ToHaveClassAsync(new Regex("muted"));
        await reader.GoTo(names[0]);
        await ben.Say(rooms[2], "nobody hears this");
        await ben.Say(rooms[1], "somebody hears this");
        await Expect(elsewhere.Badge(names[1])).ToContainTextAsync("1 unread");
        await Expect(elsewhere.Badge(names[2])).ToHaveCountAsync(0);
        await Expect(elsewhere.Page).ToHaveTitleAsync(new Regex(@"^\(1\)"));

        await elsewhere.GoTo(names[2]);
        await elsewhere.Choose("Room menu", "Count mentions only");
        await elsewhere.GoTo(names[0]);
        await ben.Say(rooms[2], ["nobody counts this", $"@{ada.Name} but this"]);
        await Expect(elsewhere.Badge(names[2])).ToHaveTextAsync([new Regex("^@1")]);
    }

    [Fact]
    public async Task A_day_leads_to_its_first_message()
    {
        var (person, account, room) = await AloneIn("Attic ");
        await account.Say(room, Enumerable.Range(1, 120).Select(static i => $"line {i:000}"));
        await person.Sees("line 120");

        await person.Choose("Room menu", "Go to a day");
        await person.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Go to day" }).ClickAsync();

        await Expect(person.Page.Locator(".log-start")).ToBeInViewportAsync();
        await Expect(person.Page.Locator(".to-end")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_menu_of_tools_is_used_by_keyboard_alone()
    {
        var (person, account, room) = await AloneIn("Attic ");
        await account.Say(room, "the key is under the pot");
        await person.Sees("the key");

        await person.Page.Locator(".log").FocusAsync();
        await person.Page.Keyboard.PressAsync("ArrowUp");
        await person.Page.Keyboard.PressAsync("Enter");
        await person.Page.Keyboard.PressAsync("End");
        await Expect(person.Tool("More")).ToBeFocusedAsync();
        await person.Page.Keyboard.PressAsync("Enter");
        await Expect(person.Tool("Forward")).ToBeFocusedAsync();
        await person.Page.Keyboard.PressAsync("ArrowDown");
        await person.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(person.Tool("Pin to room")).ToBeFocusedAsync();
        await person.Page.Keyboard.PressAsync("Escape");
        await Expect(person.Tool("More")).ToBeFocusedAsync();
        await person.Page.Keyboard.PressAsync("Escape");
        await Expect(person.Row("the key")).ToBeFocusedAsync();

        await person.Page.Keyboard.PressAsync("p");
        await Expect(person.Row("the key").Locator(".row-marks")).ToHaveTextAsync("Pinned");
        await person.Page.Keyboard.PressAsync("s");
        await Expect(person.Row("the key").Locator(".row-marks span")).ToHaveTextAsync(["Pinned", "Saved"]);
        await person.Page.Keyboard.PressAsync("p");
        await Expect(person.Row("the key").Locator(".row-marks")).ToHaveTextAsync("Saved");
    }

    [Fact]
    public async Task On_a_phone_the_newest_message_stands_under_each_room()
    {
        var (ada, ben) = (await Site.Register(Site.Unique("ada")), await Site.Register(Site.Unique("ben")));
        string[] names = [Site.Unique("Attic "), Site.Unique("Barn ")];
        var rooms = await Rooms(ada, ben, names);
        await ben.Say(rooms[0], "first");
        var reader = await Arrival(ada, with: static phone => (phone.ViewportSize, phone.HasTouch, phone.IsMobile) = (new ViewportSize { Width = 390, Height = 844 }, true, true));
        await reader.Open(rooms[1]);
        await reader.Button("Rooms").ClickAsync();
        await Expect(reader.RoomLink(names[0]).Locator(".room-preview")).ToHaveTextAsync($"{ben.Name}: first");
        await Expect(reader.RoomLink(names[1]).Locator(".room-preview")).ToHaveCountAsync(0);

        await ben.Say(rooms[0], "second");
        await ada.Say(rooms[1], "mine");
        await Expect(reader.RoomLink(names[0]).Locator(".room-preview")).ToHaveTextAsync($"{ben.Name}: second");
        await Expect(reader.RoomLink(names[1]).Locator(".room-preview")).ToHaveTextAsync("You: mine");
    }

    private static ILocator Place(Person person, string name) => person.Page.Locator(".side-places a", new PageLocatorOptions { HasTextString = name });

    private static ILocator Listed(Person person) => person.Page.Locator(".listed");
}
