using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>Messages are found again.</summary>
public sealed class SearchStories(Chromium chromium) : Story(chromium)
{
    [Fact]
    public async Task What_was_said_is_found_marked_and_led_to()
    {
        var (ada, account, room) = await AloneIn("Garden ");
        await account.Say(room, "Cover the <b>tomatoes</b> before the frost");
        for (var i = 0; i < 120; i++) await account.Say(room, $"talk {i}");
        await account.Say(room, "No more frost");
        await account.Finds("frost", 2);
        await ada.Sees("No more frost");

        await ada.Button("Search in this room").ClickAsync();
        await Expect(Box(ada)).ToBeFocusedAsync();
        await Box(ada).PressSequentiallyAsync("frost");
        await Expect(Hits(ada).Locator("mark")).ToHaveTextAsync(["frost", "frost"]);
        await Expect(Hits(ada)).ToContainTextAsync(["No more frost", "Cover the <b>tomatoes</b> before the frost"]);

        await Hits(ada).Nth(1).ClickAsync();
        await Expect(ada.Page.Locator(".row.found")).ToContainTextAsync("before the frost");
        await Expect(ada.Text("before the frost")).ToBeInViewportAsync();

        // And again, after reading on.
        await ada.Button("Newest messages").ClickAsync();
        await Expect(ada.Text("No more frost")).ToBeInViewportAsync();
        await Hits(ada).Nth(1).ClickAsync();
        await Expect(ada.Text("before the frost")).ToBeInViewportAsync();
    }

    [Fact]
    public async Task All_rooms_are_searched_from_anywhere_by_keyboard_alone()
    {
        var account = await Site.Register(Site.Unique("ada"));
        var names = (Site.Unique("Garden "), Site.Unique("Kitchen "));
        var (garden, kitchen) = (await account.CreateRoom(names.Item1), await account.CreateRoom(names.Item2));
        await account.Say(garden, "Frost on the tomatoes");
        // In one millisecond, either could be the newer one.
        await account.Finds("tomatoes", 1);
        await account.Say(kitchen, "Tomatoes for the soup");
        await account.Finds("tomatoes", 2);
        var ada = await Arrival(account);
        await ada.Open(garden);
        await ada.IsIn(names.Item1);

        await ada.Composer.PressAsync("Control+Shift+F");
        await Expect(Box(ada)).ToBeFocusedAsync();
        await ada.Page.Keyboard.TypeAsync("tomatoes");
        await Expect(Hits(ada)).ToHaveCountAsync(1);
        await ada.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "All rooms" }).PressAsync("Enter");
        await Expect(Hits(ada)).ToContainTextAsync([names.Item2, names.Item1]);
        await Box(ada).FocusAsync();
        await ada.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(Hits(ada).First).ToBeFocusedAsync();
        await ada.Page.Keyboard.PressAsync("ArrowDown");
        await ada.Page.Keyboard.PressAsync("ArrowUp");
        await ada.Page.Keyboard.PressAsync("Enter");

        await ada.IsIn(names.Item2);
        await Expect(ada.Page.Locator(".row.found")).ToContainTextAsync("Tomatoes for the soup");
        await Hits(ada).First.FocusAsync();
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(Panel(ada)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task In_a_hand_the_search_gives_way_to_what_it_found_and_is_as_it_was_when_it_comes_back()
    {
        var (ada, account, room) = await AloneIn("Garden ", Phone());
        await account.Say(room, "Frost tonight");
        await account.Finds("frost", 1);
        await ada.Sees("Frost tonight");
        await ada.Button("Search in this room").ClickAsync();
        await Box(ada).FillAsync("frost");
        await Expect(Hits(ada)).ToHaveCountAsync(1);

        await Hits(ada).First.ClickAsync();
        await Expect(Panel(ada)).ToHaveCountAsync(0);
        await Expect(ada.Text("Frost tonight")).ToBeInViewportAsync();

        await ada.Button("Search in this room").ClickAsync();
        await Expect(Box(ada)).ToHaveValueAsync("frost");
        await Expect(Hits(ada)).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task What_is_deleted_leaves_what_was_found()
    {
        var (ada, account, room) = await AloneIn("Garden ");
        await account.Say(room, "Frost tonight");
        await account.Finds("frost", 1);
        await ada.Button("Search in this room").ClickAsync();
        await Box(ada).FillAsync("frost");
        await Expect(Hits(ada)).ToHaveCountAsync(1);

        await ada.Use("Frost tonight", "Delete");
        await ada.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Delete" }).ClickAsync();

        await Expect(Panel(ada)).ToContainTextAsync("Nothing found");
        await Expect(Hits(ada)).ToHaveCountAsync(0);
    }

    private static ILocator Panel(Person person) => person.Page.GetByRole(AriaRole.Complementary, new PageGetByRoleOptions { Name = "Search" });

    private static ILocator Box(Person person) => person.Page.GetByRole(AriaRole.Searchbox, new PageGetByRoleOptions { Name = "Search messages" });

    private static ILocator Hits(Person person) => person.Page.Locator(".hit");
}
