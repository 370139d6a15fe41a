using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>axe finds nothing to complain of on any view, in light and dark.</summary>
public sealed class AccessibilityTests(Chromium chromium) : Story(chromium)
{
    [Fact]
    public async Task Pages_of_accounts_have_no_barriers()
    {
        var visitor = await Visitor("visitor");
        foreach (var page in new[] { "/login", "/register", "/logout" })
        {
            await visitor.Page.GotoAsync(new Uri(Site.Address, page).ToString());
            await Barriers.AssertNone(visitor, page);
        }
    }

    [Fact]
    public async Task The_home_of_a_newcomer_and_the_door_of_a_room_have_no_barriers()
    {
        var ada = await Arrival(await Site.Register(Site.Unique("ada")));
        await ada.Open();
        await Expect(ada.Page.Locator(".empty-actions")).ToBeVisibleAsync();
        await Barriers.AssertNone(ada, "home");
        await ada.Open(Guid.NewGuid());
        await Barriers.AssertNone(ada, "door");
    }

    [Fact]
    public async Task The_settings_have_no_barriers()
    {
        var adas = await Site.Register(Site.Unique("ada"), "Ada");
        var ada = await Arrival(adas);
        await ada.Open("/settings");
        await ada.Button("Focusing").ClickAsync();
        await ada.Button("Set status").ClickAsync();
        await Expect(ada.Button("Clear status")).ToBeVisibleAsync();
        await Expect(ada.Page.Locator(".sessions li")).ToHaveCountAsync(1);
        await ada.Page.GetByLabel("Password until now").FillAsync("not the password");
        await ada.Page.GetByLabel("New password").FillAsync("nor will this one do");
        await ada.Button("Change password").ClickAsync();
        await Expect(ada.Page.Locator("#password-said")).Not.ToBeEmptyAsync();
        await ada.Button("Delete my account").ClickAsync();
        await Expect(ada.Button("Keep it")).ToBeVisibleAsync();
        await Barriers.AssertNone(ada, "settings page");
    }

    [Fact]
    public async Task A_room_with_its_menus_panels_and_dialogs_has_no_barriers()
    {
        var (adas, bens) = (await Site.Register(Site.Unique("ada"), "Ada"), await Site.Register(Site.Unique("ben"), "Ben"));
        var hall = Site.Unique("Hall ");
        var room = await adas.CreateRoom(hall, "Talk of everything");
        await bens.Join(room);
        await bens.Say(room, ["Good morning", "> *Frost*?\n- ~~no~~ **yes**\n1. `a`\n```sh\nfrost --check\n```", "See https://example.org/"]);
        var ada = await Arrival(adas);
        await ada.Open(room);
        await ada.IsIn(hall);
        await ada.Write("Good morning");
        await ada.Sees("See https://example.org/");
        await Barriers.AssertNone(ada, "room");

        foreach (var item in new[] { "Invite people", "Rename or change topic", "Leave room" })
        {
            await ada.Choose("Room menu", item);
            await AssertNoBarriersInDialog(ada, item);
        }
        await ada.Choose("Settings and log out", "Notifications");
        await AssertNoBarriersInDialog(ada, "Notifications");
        foreach (var button in new[] { "Create room", "Join room" })
        {
            await ada.Button(button).ClickAsync();
            await AssertNoBarriersInDialog(ada, button);
        }
        await ada.Button("Members").ClickAsync();
        await Expect(ada.Page.Locator(".members li")).ToHaveCountAsync(2);
        await Barriers.AssertNone(ada, "members");
        await adas.Finds("frost", 1);
        await ada.Button("Search in this room").ClickAsync();
        await Expect(ada.Page.Locator(".search-hints")).ToBeVisibleAsync();
        await Barriers.AssertNone(ada, "search");
        await ada.Page.GetByRole(AriaRole.Searchbox, new PageGetByRoleOptions { Name = "Search messages" }).FillAsync("frost");
        await Expect(ada.Page.Locator(".hit")).ToHaveCountAsync(1);
        await Barriers.AssertNone(ada, "search, found");
        await ada.Button("All rooms").ClickAsync();
        await Expect(ada.Page.Locator(".hit-room")).ToHaveCountAsync(1);
        await Barriers.AssertNone(ada, "search, everywhere");
        await ada.Button("Close search").ClickAsync();
        await ada.OpenMenu("Settings and log out");
        // The menu alone: MudBlazor draws it at the end of the page, outside of its landmarks.
        await Barriers.AssertNone(ada, "settings", ".mud-popover-open");
    }

    private static async Task AssertNoBarriersInDialog(Person person, string name)
    {
        await Expect(person.Dialog).ToBeVisibleAsync();
        await Expect(person.Page.GetByRole(AriaRole.Menuitem)).ToHaveCountAsync(0);
        await Barriers.AssertNone(person, name);
        await person.Page.Keyboard.PressAsync("Escape");
        await Expect(person.Dialog).ToHaveCountAsync(0);
    }
}
