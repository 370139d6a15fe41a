using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>One's own account: what is changed in one place is seen in all others.</summary>
public sealed class SettingsStories(Chromium chromium) : Story(chromium)
{
    private const string Better = "tomatoes like no frost";

    [Fact]
    public async Task A_name_and_a_status_that_are_changed_are_seen_by_others_at_once()
    {
        var (ada, ben) = await TwoIn("Hall ");
        await ben.Button("Members").ClickAsync();
        await Expect(ben.Page.Locator(".member")).ToHaveCountAsync(2);

        await ada.Choose("Settings and log out", "Settings");
        await ada.Page.GetByLabel("Display name").FillAsync("Ada Lovelace");
        await ada.Button("Save name").ClickAsync();
        await Expect(ada.Page.Locator(".user-name")).ToContainTextAsync("Ada Lovelace");
        await Expect(ben.Page.Locator(".member", new PageLocatorOptions { HasTextString = "Ada Lovelace" })).ToHaveCountAsync(1);

        await ada.Button("Focusing").ClickAsync();
        await ada.Button("Set status").ClickAsync();
        await Expect(ada.Page.Locator(".user-name .status")).ToContainTextAsync("Focusing");
        await Expect(ben.Page.Locator(".member .status")).ToContainTextAsync("Focusing");
    }

    [Fact]
    public async Task A_conversation_says_above_what_the_other_one_says_of_himself()
    {
        var (adas, bens) = (await Site.Register(Site.Unique("ada")), await Site.Register(Site.Unique("ben")));
        await bens.With(async client =>
        {
            await client.SetStatus(new Chat.Protocol.UserStatus("On holiday") { Emoji = "🌴" });
            await client.Converse([adas.Id]);
        });
        var ada = await Arrival(adas);
        await ada.Open();
        await ada.RoomLink(bens.Name).ClickAsync();
        await ada.IsIn(bens.Name);
        await Expect(ada.Page.Locator(".bar-facts .status")).ToContainTextAsync("On holiday");
    }

    [Fact]
    public async Task Times_follow_the_zone_that_is_chosen()
    {
        var (ada, account, room) = await AloneIn("Hall ");
        await account.Say(room, "what time is it?");
        await ada.Sees("what time is it?");
        var tab = await ada.Context.NewPageAsync();
        await tab.GotoAsync(new Uri(Site.Address, "/settings").ToString());
        var time = ada.Row("what time is it?").Locator("time").First;
        var before = await time.TextContentAsync();

        await tab.GetByLabel("Show times as in").SelectOptionAsync("Asia/Tokyo");

        await Expect(time).Not.ToHaveTextAsync(before!);
    }

    [Fact]
    public async Task A_theme_that_is_chosen_is_there_at_once_and_the_menu_knows_it()
    {
        var ada = await Arrival(await Site.Register(Site.Unique("ada")));
        await ada.Open("/settings");
        await ada.Page.GetByLabel("Dark", new PageGetByLabelOptions { Exact = true }).CheckAsync(new LocatorCheckOptions { Force = true });
        await Expect(ada.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await ada.Reload();
        await Expect(ada.Page.GetByLabel("Dark", new PageGetByLabelOptions { Exact = true })).ToBeCheckedAsync();
    }

    [Fact]
    public async Task Messages_that_stand_closer_do_so_in_every_tab_that_is_opened()
    {
        var (ada, account, room) = await AloneIn("Hall ");
        await account.Say(room, ["one", "two"]);
        await ada.Sees("two");
        var usual = await Height();

        await ada.Open("/settings");
        await ada.Page.GetByLabel("Compact", new PageGetByLabelOptions { Exact = true }).CheckAsync(new LocatorCheckOptions { Force = true });
        await Expect(ada.Page.Locator("html")).ToHaveAttributeAsync("data-density", "compact");
        await ada.Open(room);
        await ada.Sees("two");

        Assert.InRange(await Height(), 10, usual - 1);

        Task<double> Height() => ada.Row("two").EvaluateAsync<double>("row => row.getBoundingClientRect().height");
    }

    [Fact]
    public async Task The_list_beside_leads_to_each_part()
    {
        var ada = await Arrival(await Site.Register(Site.Unique("ada")));
        await ada.Open("/settings");
        var part = ada.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Delete account" });
        // Before the parts are there, there is nothing to be led to.
        await Expect(part).ToHaveCountAsync(1);
        await Expect(part).Not.ToBeInViewportAsync();
        await ada.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Delete account" }).ClickAsync();
        await Expect(part).ToBeInViewportAsync();
    }

    [Fact]
    public async Task What_is_chosen_of_notifications_is_the_same_here_and_in_the_dialog()
    {
        var (ada, _, _) = await AloneIn("Hall ");
        await ada.Open("/settings");
        var part = ada.Page.Locator("#notifications");
        await Expect(part.Locator("form[data-attached]")).ToHaveCountAsync(1);
        await part.GetByLabel("A short sound").CheckAsync();
        await part.GetByLabel("Key words").FillAsync("frost");
        await part.GetByLabel("Key words").BlurAsync();

        await ada.Choose("Settings and log out", "Notifications");

        await Expect(ada.Dialog.GetByLabel("A short sound")).ToBeCheckedAsync();
        await Expect(ada.Dialog.GetByLabel("Key words")).ToHaveValueAsync("frost");
        await ada.Dialog.GetByLabel("A short sound").UncheckAsync();
        await Expect(part.GetByLabel("A short sound")).Not.ToBeCheckedAsync();
        await ada.Page.Keyboard.PressAsync("Escape");
        await Barriers.AssertNone(ada, "settings with notifications");
    }

    [Fact]
    public async Task An_address_with_a_part_leads_to_it()
    {
        var (ada, _, _) = await AloneIn("Hall ");
        await ada.Open("/settings#nothing-of-the-kind");
        await Expect(ada.Page.Locator("#profile-title")).ToBeInViewportAsync();
        await ada.Open("/inbox");
        await ada.Open("/settings#sessions");
        await Expect(ada.Page.Locator("#sessions-title")).ToBeInViewportAsync();
        await Expect(ada.Page.Locator("#profile-title")).Not.ToBeInViewportAsync();
    }

    [Fact]
    public async Task A_new_password_signs_the_other_browser_out_and_this_one_stays()
    {
        var ada = await Visitor(Site.Unique("ada"));
        await ada.Register();
        var elsewhere = await Visitor(ada.Name);
        await elsewhere.Page.GotoAsync(new Uri(Site.Address, "/login").ToString());
        await elsewhere.LogIn();

        await ada.Open("/settings");
        await ada.Page.GetByLabel("Password until now").FillAsync(Site.Password);
        await ada.Page.GetByLabel("New password").FillAsync(Better);
        await ada.Page.GetByLabel("New password").PressAsync("Enter");

        await Expect(ada.Page.GetByText("Password changed.")).ToBeVisibleAsync();
        await Expect(elsewhere.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Log in" })).ToBeVisibleAsync();
        await Expect(ada.Page.Locator(".sessions li")).ToHaveCountAsync(1);
        await ada.Reload();
        await Expect(ada.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Settings" })).ToBeVisibleAsync();
        Assert.DoesNotContain(Better, await ada.Page.ContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_is_logged_out_in_the_list_is_signed_out_there()
    {
        var ada = await Visitor(Site.Unique("ada"));
        await ada.Register();
        var elsewhere = await Visitor(ada.Name);
        await elsewhere.Page.GotoAsync(new Uri(Site.Address, "/login").ToString());
        await elsewhere.LogIn();
        await ada.Open("/settings");
        await Expect(ada.Page.Locator(".sessions li")).ToHaveCountAsync(2);
        await Expect(ada.Page.Locator(".session-name").First).ToContainTextAsync("Chrome on Linux");

        await ada.Page.Locator(".sessions li button").ClickAsync();

        await Expect(elsewhere.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Log in" })).ToBeVisibleAsync();
        await Expect(ada.Page.Locator(".sessions li")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task An_account_that_is_deleted_leaves_what_it_wrote_to_nobody()
    {
        var (ada, ben) = await TwoIn("Hall ");
        await ada.Write("frost tonight");
        await ben.Sees("frost tonight");
        await ben.Write("thanks");
        await ada.Sees("thanks");
        await ada.Choose("Settings and log out", "Settings");
        await ada.Button("Delete my account").ClickAsync();
        await ada.Page.GetByLabel("Your password").FillAsync(Site.Password);
        await ada.Button("Delete it for good").ClickAsync();

        await Expect(ada.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Log in" })).ToBeVisibleAsync();
        Assert.Equal(0, await ada.Page.EvaluateAsync<int>("() => localStorage.length"));
        await Expect(ben.Row("frost tonight").Locator(".author")).ToHaveTextAsync("deleted user");
        await Expect(ben.Page.Locator(".log")).Not.ToContainTextAsync(ada.Name);
        await ben.Reload();
        await Expect(ben.Row("frost tonight").Locator(".author")).ToHaveTextAsync("deleted user");
        await Expect(ben.Page.Locator(".log")).Not.ToContainTextAsync(ada.Name);
    }
}
