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
