using System.Collections.Concurrent;
using System.Text;
using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>Rooms and who is in them.</summary>
public sealed class RoomStories(Chromium chromium) : Story(chromium)
{
    [Fact]
    public async Task A_private_room_is_found_by_its_invite_link_alone()
    {
        var board = Site.Unique("Board ");
        var ada = await Arrival(await Site.Register(Site.Unique("ada")));
        var ben = await Arrival(await Site.Register(Site.Unique("ben")));
        await Task.WhenAll(ada.Open(), ben.Open());
        await ada.CreateRoom(board, isPrivate: true);
        await ada.Write("Between us.");

        await ben.Open(ada.Room);
        await ben.Page.Locator(".empty").GetByRole(AriaRole.Button).ClickAsync();
        await Expect(ben.Page.GetByText("There is no such room, or it needs an invite.")).ToBeVisibleAsync();

        await ada.Button("Invite somebody").ClickAsync();
        var link = ada.Dialog.GetByLabel("Or hand on a link");
        await Expect(link).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("^http.*/join/"));
        await ben.Open(new Uri(await link.InputValueAsync()).AbsolutePath);
        await ben.Page.Locator(".empty").GetByRole(AriaRole.Button).ClickAsync();

        await ben.IsIn(board);
        await ben.Sees("Between us.");
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Page.Locator(".notice").Last).ToContainTextAsync($"{ben.Name} joined");
        await Expect(ada.Button("Invite somebody")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Who_is_invited_by_name_finds_the_way_in_among_his_messages()
    {
        var board = Site.Unique("Board ");
        var ada = await Arrival(await Site.Register(Site.Unique("ada")));
        var ben = await Arrival(await Site.Register(Site.Unique("ben")));
        await Task.WhenAll(ada.Open(), ben.Open());
        await ada.CreateRoom(board, isPrivate: true);
        await ada.Choose("Room menu", "Invite people");
        await ada.Dialog.GetByLabel("Name", new LocatorGetByLabelOptions { Exact = true }).FillAsync(ben.Name);
        await ada.Dialog.Locator(".choices").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = ben.Name }).ClickAsync();
        await ada.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Send invite" }).ClickAsync();
        await Expect(ada.Dialog.GetByText($"{ben.Name} has been invited.")).ToBeVisibleAsync();

        await ben.GoTo(ada.Name);
        // The log is at rest once it says what is new in it.
        await Expect(ben.Page.Locator(".new-line + .row")).ToContainTextAsync($"Come to {board}:");
        await ben.Texts.Last.GetByRole(AriaRole.Link).ClickAsync();
        await ben.Page.Locator(".empty").GetByRole(AriaRole.Button).ClickAsync();

        await ben.IsIn(board);
        Assert.Single(ben.Context.Pages);
    }

    [Fact]
    public async Task An_invite_survives_registering_first()
    {
        var board = Site.Unique("Board ");
        var ada = await Arrival(await Site.Register(Site.Unique("ada")));
        await ada.Open();
        await ada.CreateRoom(board, isPrivate: true);
        await ada.Choose("Room menu", "Invite people");
        var link = ada.Dialog.GetByLabel("Or hand on a link");
        await Expect(link).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("^http.*/join/"));

        var stranger = await Visitor(Site.Unique("stranger"));
        await stranger.Page.GotoAsync(await link.InputValueAsync());
        await stranger.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Register" }).ClickAsync();
        await stranger.Page.GetByLabel("Name", new PageGetByLabelOptions { Exact = true }).FillAsync(stranger.Name);
        await stranger.Page.GetByLabel("Password").FillAsync(Site.Password);
        await stranger.Button("Register").ClickAsync();
        await stranger.Ready();
        await stranger.Page.Locator(".empty").GetByRole(AriaRole.Button).ClickAsync();

        await stranger.IsIn(board);
    }

    [Fact]
    public async Task The_owner_removes_a_member_who_is_told_at_once_and_reads_no_more()
    {
        var hall = Site.Unique("Hall ");
        var (adas, bens) = (await Site.Register(Site.Unique("ada"), "Ada"), await Site.Register(Site.Unique("ben"), "Ben Display"));
        var room = await adas.CreateRoom(hall);
        await bens.Join(room);
        var (ada, ben) = (await Arrival(adas), await Arrival(bens));
        await Task.WhenAll(ada.Open(room), ben.Open(room));
        await ben.IsIn(hall);

        await ada.Button("Members").ClickAsync();
        await ada.Page.Locator(".member", new PageLocatorOptions { HasTextString = ben.Name }).ClickAsync();
        // The question, and the answer to it.
        await ada.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Remove from room" }).ClickAsync();
        await Expect(ada.Dialog).ToContainTextAsync("can no longer read or write");
        await ada.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Remove from room" }).ClickAsync();

        await Expect(ben.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = $"You were removed from {hall}" })).ToBeVisibleAsync();
        await Expect(ben.RoomLink(hall)).ToHaveCountAsync(0);
        await Expect(ada.Page.Locator(".members li")).ToHaveCountAsync(1);
        await Expect(ada.Page.Locator(".notice").Last).ToHaveTextAsync($"You removed {ben.Name}");
        await Expect(ada.Page.Locator(".bar-facts")).ToContainTextAsync("1 member");
    }

    [Fact]
    public async Task A_new_name_and_topic_reach_everybody_at_once()
    {
        var (adas, bens) = (await Site.Register(Site.Unique("ada")), await Site.Register(Site.Unique("ben")));
        var (before, after) = (Site.Unique("Shed "), Site.Unique("Workshop "));
        var room = await adas.CreateRoom(before);
        await bens.Join(room);
        var (ada, ben) = (await Arrival(adas), await Arrival(bens));
        await Task.WhenAll(ada.Open(room), ben.Open(room));

        await ada.Choose("Room menu", "Rename or change topic");
        await Expect(ada.Dialog.GetByLabel("Name")).ToBeFocusedAsync();
        await ada.Dialog.GetByLabel("Name").FillAsync(after);
        await ada.Dialog.GetByLabel("Topic").FillAsync("Saws and nails");
        await ada.Page.Keyboard.PressAsync("Enter");

        await Expect(ada.Dialog).ToHaveCountAsync(0);
        await Expect(ben.Page.Locator(".bar-title")).ToContainTextAsync(after);
        await Expect(ben.Page.Locator(".bar-topic")).ToHaveTextAsync("Saws and nails");
        await Expect(ben.RoomLink(after)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_dialog_has_the_focus_at_once_keeps_it_and_gives_it_back()
    {
        var (ada, _, _) = await AloneIn("Hall ");

        await ada.Choose("Room menu", "Rename or change topic");
        await Expect(ada.Dialog.GetByLabel("Name")).ToBeFocusedAsync();
        await Expect(ada.Page.GetByRole(AriaRole.Menuitem)).ToHaveCountAsync(0);
        await ada.Page.Keyboard.PressAsync("Tab");
        await Expect(ada.Dialog.GetByLabel("Topic")).ToBeFocusedAsync();
        await ada.Page.Keyboard.TypeAsync("Saws");
        await Expect(ada.Dialog.GetByLabel("Topic")).ToHaveValueAsync("Saws");
        await ada.Page.Keyboard.PressAsync("Tab");
        await ada.Page.Keyboard.PressAsync("Tab");
        await Expect(ada.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Save" })).ToBeFocusedAsync();
        // Round and round, never out of it.
        await ada.Page.Keyboard.PressAsync("Tab");
        await Expect(ada.Dialog.GetByLabel("Name")).ToBeFocusedAsync();

        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Dialog).ToHaveCountAsync(0);
        await Expect(ada.Button("Room menu")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Escape_closes_a_dialog_from_the_moment_it_is_there()
    {
        var (ada, _, _) = await AloneIn("Hall ");
        await ada.Page.EvaluateAsync(
            """
            () => new MutationObserver((_, observer) => {
                if (!document.querySelector('[role=dialog]')) return;
                observer.disconnect();
                window.sawDialog = true;
                document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
            }).observe(document.body, { childList: true, subtree: true })
            """);

        await ada.Button("Create room").ClickAsync();

        await ada.Page.WaitForFunctionAsync("() => window.sawDialog");
        await Expect(ada.Dialog).ToHaveCountAsync(0);
        await Expect(ada.Button("Create room")).ToBeFocusedAsync();
    }

    /// <summary>As when the focus that a page gets on arrival comes after the menu.</summary>
    [Theory]
    [InlineData(".bar-title")]
    [InlineData("[role=menuitem]")]
    [InlineData("[aria-label='Room menu']")]
    public async Task Escape_closes_a_menu_wherever_the_focus_is(string focused)
    {
        var (ada, _, _) = await AloneIn("Hall ");
        await ada.OpenMenu("Room menu");
        await ada.Page.Locator(focused).First.FocusAsync();

        await ada.CloseMenu();

        await Expect(ada.Button("Room menu")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task What_is_typed_is_not_told_to_the_server_key_by_key()
    {
        var (ada, _, _) = await AloneIn("Hall ");
        var events = Told(ada);
        await ada.Reload();

        await ada.Composer.PressSequentiallyAsync("It stays here.");
        await ada.OpenMenu("Room menu");

        Assert.Contains(events, static sent => sent.Contains("click", StringComparison.Ordinal));
        Assert.DoesNotContain(events, static sent => sent.Contains("key", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_goes_through_rooms_quickly_arrives_in_the_last()
    {
        var account = await Site.Register(Site.Unique("ada"));
        string[] names = [Site.Unique("Attic "), Site.Unique("Barn "), Site.Unique("Cellar ")];
        foreach (var name in names) await account.CreateRoom(name);
        var ada = await Arrival(account);
        await ada.Open();
        await ada.GoTo(names[0]);

        // Faster than the scripts of a room are there: a page must outlive that.
        await ada.Page.EvaluateAsync(
            """
            async () => {
                const links = [...document.querySelectorAll('.side-rooms .room-link')];
                for (let i = 0; i < 60; i++) {
                    links[i % 3].click();
                    if (i % 4 === 0) await new Promise(next => setTimeout(next, i));
                }
            }
            """);

        await ada.IsIn(names[2]);
        await ada.Write("Here I am.");
        await ada.SeesExactly("Here I am.");
    }

    /// <summary>MudMenu would have the server told of each of them.</summary>
    [Fact]
    public async Task Moving_the_pointer_over_a_menu_sends_nothing()
    {
        var (ada, _, _) = await AloneIn("Hall ");
        var events = Told(ada);
        await ada.Reload();

        await ada.OpenMenu("Room menu");
        foreach (var item in await ada.Page.GetByRole(AriaRole.Menuitem).AllAsync()) await item.HoverAsync();
        await ada.Page.Mouse.MoveAsync(200, 500);
        await ada.CloseMenu();

        Assert.Contains(events, static sent => sent.Contains("click", StringComparison.Ordinal));
        Assert.DoesNotContain(events, static sent => sent.Contains("pointer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Leaving_takes_one_to_the_other_rooms_and_back_is_a_click()
    {
        var ada = await Site.Register(Site.Unique("ada"));
        var (hall, shed) = (Site.Unique("Hall "), Site.Unique("Shed "));
        var room = await ada.CreateRoom(hall);
        await ada.CreateRoom(shed);
        var person = await Arrival(ada);
        await person.Open(room);
        await person.IsIn(hall);

        await person.Choose("Room menu", "Leave room");
        await person.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Leave room" }).ClickAsync();
        await person.IsIn(shed);
        await Expect(person.RoomLink(hall)).ToHaveCountAsync(0);

        await person.JoinRoom(hall);
        await Expect(person.RoomLink(hall)).ToHaveAttributeAsync("aria-current", "page");
    }

    [Fact]
    public async Task A_taken_name_is_said_in_the_dialog_which_stays_open()
    {
        var ada = await Site.Register(Site.Unique("ada"));
        var hall = Site.Unique("Hall ");
        await ada.CreateRoom(hall);
        var person = await Arrival(ada);
        await person.Open();
        await person.IsIn(hall);

        await person.Button("Create room").ClickAsync();
        await person.Dialog.GetByLabel("Name").FillAsync(hall.ToUpperInvariant());
        await person.Page.Keyboard.PressAsync("Enter");

        await Expect(person.Dialog.GetByRole(AriaRole.Alert)).ToHaveTextAsync("A public room has that name already. Try another.");
        await person.Page.Keyboard.PressAsync("Escape");
        await Expect(person.Dialog).ToHaveCountAsync(0);
    }

    /// <summary>The events of a page that the server is told of from its next load on.</summary>
    private static ConcurrentQueue<string> Told(Person person)
    {
        var events = new ConcurrentQueue<string>();
        person.Page.WebSocket += (_, socket) => socket.FrameSent += (_, frame) =>
        {
            var text = Encoding.UTF8.GetString(frame.Binary ?? []);
            if (text.Contains("DispatchEventAsync", StringComparison.Ordinal)) events.Enqueue(text);
        };
        return events;
    }
}
