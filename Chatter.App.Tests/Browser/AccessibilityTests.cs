using Chatter.App.Tests.Browser.Support;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
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
            await AssertNoBarriers(visitor, page);
        }
    }

    [Fact]
    public async Task The_home_of_a_newcomer_and_the_door_of_a_room_have_no_barriers()
    {
        var ada = await Arrival(await Site.Register(Site.Unique("ada")));
        await ada.Open();
        await Expect(ada.Page.Locator(".empty-actions")).ToBeVisibleAsync();
        await AssertNoBarriers(ada, "home");
        await ada.Open(Guid.NewGuid());
        await AssertNoBarriers(ada, "door");
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
        await AssertNoBarriers(ada, "room");

        foreach (var item in new[] { "Invite people", "Rename or change topic", "Leave room" })
        {
            await ada.Choose("Room menu", item);
            await AssertNoBarriersInDialog(ada, item);
        }
        foreach (var button in new[] { "Create room", "Join room" })
        {
            await ada.Button(button).ClickAsync();
            await AssertNoBarriersInDialog(ada, button);
        }
        await ada.Button("Members").ClickAsync();
        await Expect(ada.Page.Locator(".members li")).ToHaveCountAsync(2);
        await AssertNoBarriers(ada, "members");
        await ada.OpenMenu("Settings and log out");
        // The menu alone: MudBlazor draws it at the end of the page, outside of its landmarks.
        await AssertNoBarriers(ada, "settings", ".mud-popover-open");
    }

    private static async Task AssertNoBarriersInDialog(Person person, string name)
    {
        await Expect(person.Dialog).ToBeVisibleAsync();
        await Expect(person.Page.GetByRole(AriaRole.Menuitem)).ToHaveCountAsync(0);
        await AssertNoBarriers(person, name);
        await person.Page.Keyboard.PressAsync("Escape");
        await Expect(person.Dialog).ToHaveCountAsync(0);
    }

    private static async Task AssertNoBarriers(Person person, string view, string? within = null)
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await person.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            await person.Page.EvaluateAsync("() => Promise.allSettled(document.getAnimations().map(animation => animation.finished))");
            var found = within is null ? await person.Page.RunAxe() : await person.Page.Locator(within).RunAxe();
            Assert.True(found.Violations.Length == 0, $"{view}, {scheme}: " + string.Join("; ", found.Violations.Select(Describe)));
        }
    }

    private static string Describe(AxeResultItem item) => $"{item.Id} ({item.Help}): {string.Join(" | ", item.Nodes.Select(static node => node.Html))}";
}
