using System.Net.Http.Headers;
using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>Sessions begin and end in one place and are over everywhere.</summary>
public sealed class SessionStories(Chromium chromium) : Story(chromium)
{
    [Fact]
    public async Task A_session_that_is_ended_elsewhere_signs_the_page_out_at_once_and_logging_in_leads_back()
    {
        var ada = await Visitor(Site.Unique("ada"));
        await ada.Register();
        var hall = Site.Unique("Hall ");
        await ada.CreateRoom(hall);
        var room = ada.Room;
        var cookie = Assert.Single(await ada.Context.CookiesAsync(), static c => c.Name == "chatter");
        Assert.True(cookie.HttpOnly);
        Assert.Equal(SameSiteAttribute.Lax, cookie.SameSite);

        using var elsewhere = new HttpClient { BaseAddress = Site.Address };
        elsewhere.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", cookie.Value);
        (await elsewhere.PostAsync("/api/logout", null, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

        await Expect(ada.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Log in" })).ToBeVisibleAsync();
        await ada.LogIn();
        await ada.IsIn(hall);
        Assert.Equal(room, ada.Room);
    }

    [Fact]
    public async Task Logging_out_in_one_tab_signs_out_the_other_and_ends_the_token()
    {
        var (ada, adas, room) = await AloneIn("Hall ");
        var tab = await ada.Context.NewPageAsync();
        await tab.GotoAsync(ada.Page.Url);
        await Expect(tab.Locator(".composer textarea")).ToBeEnabledAsync();

        await ada.Choose("Settings and log out", "Log out");

        await Expect(tab.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Log in" })).ToBeVisibleAsync();
        await Expect(ada.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Log in" })).ToBeVisibleAsync();
        Assert.DoesNotContain(await ada.Context.CookiesAsync(), static c => c.Name == "chatter");
        await Assert.ThrowsAnyAsync<Exception>(() => adas.Say(room, "still here"));
    }

    [Fact]
    public async Task Whoever_logs_in_next_at_a_browser_finds_nothing_of_the_one_before()
    {
        var (ada, _, bens, room, name) = await WithDraft("for nobody else");
        await ada.Page.WaitForFunctionAsync("() => JSON.stringify(localStorage).includes('for nobody else')");

        await ada.Choose("Settings and log out", "Log out");
        await Expect(ada.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Log in" })).ToBeVisibleAsync();
        Assert.Equal("[]", await ada.Page.EvaluateAsync<string>("() => JSON.stringify([...Object.keys(localStorage), ...Object.keys(sessionStorage)])"));

        await NextOne(ada, bens.Name);
        await ada.Open(room);
        await ada.IsIn(name);
        await Expect(ada.Composer).ToHaveValueAsync("");
    }

    [Fact]
    public async Task What_a_session_that_was_ended_elsewhere_left_behind_is_swept_away_for_the_next_one_and_kept_for_its_owner()
    {
        var (ada, adas, bens, _, name) = await WithDraft("for nobody else");
        await adas.LogOut();
        await Expect(ada.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Log in" })).ToBeVisibleAsync();

        await ada.LogIn();
        await ada.IsIn(name);
        await Expect(ada.Composer).ToHaveValueAsync("for nobody else");
        using var elsewhere = new HttpClient { BaseAddress = Site.Address };
        elsewhere.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Assert.Single(await ada.Context.CookiesAsync(), static c => c.Name == "chatter").Value);
        (await elsewhere.PostAsync("/api/logout", null, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        await Expect(ada.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Log in" })).ToBeVisibleAsync();

        await NextOne(ada, bens.Name);
        await ada.IsIn(name);
        await Expect(ada.Composer).ToHaveValueAsync("");
        Assert.DoesNotContain(adas.Id.ToString(), await ada.Page.EvaluateAsync<string>("() => JSON.stringify({ ...localStorage, ...sessionStorage })"), StringComparison.Ordinal);
    }

    /// <summary>Ada at a browser, in a room that ben is in as well, with a text in the send box that she hasn't sent.</summary>
    private async Task<(Person Ada, Account Adas, Account Bens, Guid Room, string Name)> WithDraft(string draft)
    {
        var name = Site.Unique("Garden ");
        var (adas, bens) = (await Site.Register(Site.Unique("ada")), await Site.Register(Site.Unique("ben")));
        var room = await adas.CreateRoom(name);
        await bens.Join(room);
        var ada = await Arrival(adas);
        await ada.Open(room);
        await ada.IsIn(name);
        await ada.Composer.FillAsync(draft);
        return (ada, adas, bens, room, name);
    }

    private static async Task NextOne(Person at, string name)
    {
        await at.Page.GetByLabel("Name", new PageGetByLabelOptions { Exact = true }).FillAsync(name);
        await at.Page.GetByLabel("Password").FillAsync(Site.Password);
        await at.Button("Log in").ClickAsync();
        await at.Ready();
    }

    [Fact]
    public async Task Wrong_credentials_and_bad_names_are_said_beside_the_fields_and_no_password_is_written_into_a_page()
    {
        var ada = await Visitor(Site.Unique("ada"));
        await ada.Page.GotoAsync(new Uri(Site.Address, "/register").ToString());
        await ada.Page.GetByLabel("Name", new PageGetByLabelOptions { Exact = true }).FillAsync("ad a");
        await ada.Page.GetByLabel("Password").FillAsync("short");
        await ada.Button("Register").ClickAsync();
        await Expect(ada.Page.Locator("#name")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(ada.Page.Locator("#password")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(ada.Page.Locator("#name")).ToHaveValueAsync("ad a");
        await Expect(ada.Page.Locator("#password")).ToHaveValueAsync("");
        await Expect(ada.Page.Locator("#name-hint")).ToHaveCSSAsync("color", "rgb(206, 44, 49)");

        await ada.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Log in" }).ClickAsync();
        await ada.Page.GetByLabel("Name").FillAsync(ada.Name);
        await ada.Page.GetByLabel("Password").FillAsync("a wrong password");
        await ada.Button("Log in").ClickAsync();
        await Expect(ada.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The name or the password is wrong.");
        await Expect(ada.Page.Locator("#name")).ToHaveValueAsync(ada.Name);
        await Expect(ada.Page.Locator("#password")).ToHaveValueAsync("");
        await Expect(ada.Page.Locator("#password")).ToBeFocusedAsync();
        Assert.DoesNotContain("a wrong password", await ada.Page.ContentAsync(), StringComparison.Ordinal);
    }
}
