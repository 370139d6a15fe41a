using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>People meet and talk.</summary>
public sealed class TalkStories(Chromium chromium) : Story(chromium)
{
    [Fact]
    public async Task Two_people_register_meet_in_a_room_and_talk_and_find_it_all_again()
    {
        var garden = Site.Unique("Garden ");
        var ada = await Visitor(Site.Unique("ada"));
        var ben = await Visitor(Site.Unique("ben"));

        await Task.WhenAll(ada.Register(), ben.Register());
        await ada.CreateRoom(garden, topic: "Frost and other news");
        await ben.JoinRoom(garden);
        await Expect(ada.Page.Locator(".notice").Last).ToHaveTextAsync($"You and {ben.Name} joined");
        await ada.Write("Frost tonight?");
        await ben.Sees("Frost tonight?");
        await ben.Write("Covered the tomatoes.");
        await ada.Sees("Covered the tomatoes.");
        await Task.WhenAll(ada.SeesExactly("Frost tonight?", "Covered the tomatoes."), ben.SeesExactly("Frost tonight?", "Covered the tomatoes."));

        await ben.Reload();
        await ben.IsIn(garden);
        await ben.SeesExactly("Frost tonight?", "Covered the tomatoes.");
        await ben.Open("/");
        await ben.IsIn(garden);

        await ben.Choose("Settings and log out", "Log out");
        await Expect(ben.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Log in" })).ToBeVisibleAsync();
        await ben.Page.GotoAsync(new Uri(Site.Address, $"/rooms/{ada.Room}").ToString());
        await ben.LogIn();
        await ben.IsIn(garden);
        await ben.SeesExactly("Frost tonight?", "Covered the tomatoes.");
    }

    [Fact]
    public async Task Who_registers_is_taken_to_speak_as_his_browser_says()
    {
        var ada = await Visitor(Site.Unique("ada"));
        await ada.Register();

        Assert.Equal("en-GB", await ada.Page.EvaluateAsync<string>("async () => (await (await fetch('/api/me')).json()).user.language"));
    }

    [Fact]
    public async Task What_is_said_in_other_rooms_is_counted_until_it_is_read()
    {
        var (ada, ben) = (await Site.Register(Site.Unique("ada")), await Site.Register(Site.Unique("ben")));
        string[] names = [Site.Unique("Attic "), Site.Unique("Barn "), Site.Unique("Cellar ")];
        var rooms = await Rooms(ada, ben, names);
        var reader = await Arrival(ada);
        var writer = await Arrival(ben);
        await Task.WhenAll(reader.Open(rooms[0]), writer.Open(rooms[1]));

        await writer.Write("one");
        await writer.Write("two");
        await writer.GoTo(names[2]);
        await writer.Write("three");
        await writer.GoTo(names[0]);
        await writer.Write("here");

        await reader.Sees("here");
        await Expect(reader.Badge(names[1])).ToContainTextAsync("2 unread");
        await Expect(reader.Badge(names[2])).ToContainTextAsync("1 unread");
        await Expect(reader.Badge(names[0])).ToHaveCountAsync(0);
        await Expect(reader.Page).ToHaveTitleAsync($"(3) {names[0]} · Chatter");
        await IconSays(reader, "3");

        await reader.GoTo(names[1]);
        await reader.SeesExactly("one", "two");
        await Expect(reader.Page.Locator(".new-line")).ToHaveCountAsync(1);
        await Expect(reader.Badge(names[1])).ToHaveCountAsync(0);
        await Expect(reader.Page).ToHaveTitleAsync($"(1) {names[1]} · Chatter");

        await reader.Reload();
        await Expect(reader.Badge(names[2])).ToContainTextAsync("1 unread");
        await Expect(reader.Badge(names[1])).ToHaveCountAsync(0);
        await IconSays(reader, "1");
        await reader.GoTo(names[2]);
        await Expect(reader.Page.Locator("link[rel=icon]")).ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex("favicon"));
    }

    /// <summary>The tab's icon is a picture with that number.</summary>
    private static Task IconSays(Person reader, string number) => reader.Page.WaitForFunctionAsync(
        """
        async number => {
            const source = document.querySelector('link[rel=icon]').href;
            const picture = new Image();
            picture.src = source;
            await picture.decode();
            return picture.naturalWidth > 0 && decodeURIComponent(source).includes(`>${number}</text>`);
        }
        """, number);

    [Fact]
    public async Task Enter_sends_and_Shift_Enter_breaks_the_line()
    {
        var (ada, _, room) = await AloneIn("Kitchen ");

        await ada.Composer.PressSequentiallyAsync("flour");
        await ada.Composer.PressAsync("Shift+Enter");
        await ada.Composer.PressSequentiallyAsync("  eggs");
        await ada.SeesExactly();
        await ada.Composer.PressAsync("Enter");

        await ada.SeesExactly("flour\n  eggs");
        await Expect(ada.Composer).ToHaveValueAsync("");
        await Expect(ada.Composer).ToBeFocusedAsync();

        await ada.Composer.FillAsync("   \n ");
        await ada.Composer.PressAsync("Enter");
        await ada.Write("milk");
        await ada.SeesExactly("flour\n  eggs", "milk");
        Assert.Equal(room, ada.Room);
    }

    [Fact]
    public async Task The_send_button_sends_and_gives_the_focus_back()
    {
        var (ada, _, _) = await AloneIn("Kitchen ");

        await ada.Composer.FillAsync("butter");
        await ada.Button("Send").ClickAsync();

        await ada.SeesExactly("butter");
        await Expect(ada.Composer).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Fifty_thousand_pasted_characters_harm_nothing()
    {
        var (ada, _, room) = await AloneIn("Library ");

        await ada.Composer.FocusAsync();
        await ada.Page.EvaluateAsync("text => document.execCommand('insertText', false, text)", string.Concat(Enumerable.Repeat("Lorem ipsum dolor sit amet. ", 50_000 / 28 + 1)));
        await Expect(ada.Page.GetByText("A message has at most 8,000 characters.")).ToBeVisibleAsync();
        await ada.Composer.PressAsync("Enter");

        await Expect(ada.Texts).ToHaveCountAsync(1);
        await Expect(ada.Page.Locator(".row.waiting")).ToHaveCountAsync(0);
        Assert.Equal(8_000, (await ada.Texts.InnerTextAsync()).Length);
        await ada.Write("and on");
        await ada.Sees("and on");
        Assert.Equal(room, ada.Room);
    }

    [Fact]
    public async Task A_draft_stays_with_its_room_over_switching_and_reloading()
    {
        var ada = await Site.Register(Site.Unique("ada"));
        string[] names = [Site.Unique("Attic "), Site.Unique("Barn ")];
        var rooms = new[] { await ada.CreateRoom(names[0]), await ada.CreateRoom(names[1]) };
        var writer = await Arrival(ada);
        await writer.Open(rooms[0]);

        await writer.IsIn(names[0]);
        await writer.Composer.PressSequentiallyAsync("up there");
        await writer.GoTo(names[1]);
        await Expect(writer.Composer).ToHaveValueAsync("");
        await writer.Composer.PressSequentiallyAsync("hay");
        await writer.GoTo(names[0]);
        await Expect(writer.Composer).ToHaveValueAsync("up there");
        await writer.Reload();
        await writer.IsIn(names[0]);
        await Expect(writer.Composer).ToHaveValueAsync("up there");
        await writer.Composer.PressAsync("Enter");
        await writer.SeesExactly("up there");
        await writer.GoTo(names[1]);
        await Expect(writer.Composer).ToHaveValueAsync("hay");
        await writer.GoTo(names[0]);
        await Expect(writer.Composer).ToHaveValueAsync("");
    }

    [Fact]
    public async Task One_sees_who_is_typing_until_the_message_comes()
    {
        var (ada, ben) = (await Site.Register(Site.Unique("ada")), await Site.Register(Site.Unique("ben")));
        var name = Site.Unique("Hall ");
        var room = (await Rooms(ada, ben, name))[0];
        var reader = await Arrival(ada);
        var writer = await Arrival(ben);
        await Task.WhenAll(reader.Open(room), writer.Open(room));
        await Task.WhenAll(reader.IsIn(name), writer.IsIn(name));

        await writer.Composer.PressSequentiallyAsync("Rain");
        await Expect(reader.Page.Locator(".typing")).ToHaveTextAsync($"{ben.Name} is typing");
        await writer.Composer.PressAsync("Enter");

        await reader.Sees("Rain");
        await Expect(reader.Page.Locator(".typing")).ToHaveTextAsync("");
        await Expect(writer.Page.Locator(".typing")).ToHaveTextAsync("");
    }
}
