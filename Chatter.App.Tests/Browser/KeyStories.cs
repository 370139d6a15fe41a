using Chatter.App.Tests.Browser.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>Keys that work anywhere.</summary>
public sealed class KeyStories(Chromium chromium) : Story(chromium)
{
    [Fact]
    public async Task A_room_is_found_by_its_name_and_gone_to_without_the_mouse()
    {
        var (person, names, _) = await InThree();

        await person.Page.Keyboard.PressAsync("Control+k");
        await Expect(person.Page.Locator("#switch-search")).ToBeFocusedAsync();
        await person.Page.Keyboard.TypeAsync(names[2]);
        await person.Page.Keyboard.PressAsync("Enter");
        await person.IsIn(names[2]);
        await Expect(person.Dialog).ToHaveCountAsync(0);

        await person.Page.Keyboard.PressAsync("Control+k");
        await Expect(person.Page.Locator("#switch-search")).ToBeFocusedAsync();
        await person.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(person.Dialog.Locator(".choice").First).ToBeFocusedAsync();
        await person.Page.Keyboard.PressAsync("Enter");
        await Expect(person.Page.Locator("h1")).ToHaveTextAsync("Inbox");

        await person.Page.Keyboard.PressAsync("Control+k");
        await Expect(person.Page.Locator("#switch-search")).ToBeFocusedAsync();
        await person.Page.Keyboard.TypeAsync("no such room");
        await Expect(person.Dialog.GetByText("None of your rooms is called")).ToBeVisibleAsync();
        await person.Page.Keyboard.PressAsync("Escape");
        await Expect(person.Dialog).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Alt_and_an_arrow_go_from_room_to_room_and_with_shift_to_the_next_unread()
    {
        var (person, names, say) = await InThree();

        await person.Page.Keyboard.PressAsync("Alt+ArrowDown");
        await person.IsIn(names[1]);
        await person.Page.Keyboard.PressAsync("Alt+ArrowUp");
        await person.IsIn(names[0]);
        await person.Page.Keyboard.PressAsync("Alt+ArrowUp");
        await person.IsIn(names[2]);
        await person.Page.Keyboard.PressAsync("Alt+ArrowDown");
        await person.IsIn(names[0]);

        await say(2);
        await Expect(person.Badge(names[2])).ToBeVisibleAsync();
        await person.Page.Keyboard.PressAsync("Alt+Shift+ArrowDown");
        await person.IsIn(names[2]);
    }

    [Fact]
    public async Task A_question_mark_shows_the_map_but_not_where_one_writes()
    {
        var (person, _, _) = await InThree();
        await person.Composer.PressSequentiallyAsync("what?");
        await Expect(person.Composer).ToHaveValueAsync("what?");
        await Expect(person.Dialog).ToHaveCountAsync(0);

        await person.Page.Locator(".log").FocusAsync();
        await person.Page.Keyboard.PressAsync("?");
        await Expect(person.Dialog.GetByText("Go to a room or page")).ToBeVisibleAsync();
        await person.Page.Keyboard.PressAsync("Escape");
        await Expect(person.Dialog).ToHaveCountAsync(0);

        await person.Choose("Settings and log out", "Keyboard shortcuts");
        await Expect(person.Dialog.GetByText("Go to a room or page")).ToBeVisibleAsync();
    }

    private async Task<(Person Person, string[] Names, Func<int, Task> Say)> InThree()
    {
        var (ada, ben) = (await Site.Register(Site.Unique("ada")), await Site.Register(Site.Unique("ben")));
        string[] names = [Site.Unique("Attic "), Site.Unique("Barn "), Site.Unique("Cellar ")];
        var rooms = await Rooms(ada, ben, names);
        var person = await Arrival(ada);
        await person.Open(rooms[0]);
        await person.IsIn(names[0]);
        return (person, names, room => ben.Say(rooms[room], "news"));
    }
}
