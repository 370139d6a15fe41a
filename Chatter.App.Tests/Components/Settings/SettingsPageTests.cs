using Bunit;
using Chatter.App.Components.Pages;
using Chatter.App.Tests.Components.Support;
using Chatter.App.Tests.Session;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.App.Tests.Components.Settings;

/// <summary>The page of one's own account, against a real server.</summary>
public sealed class SettingsPageTests(SharedServer shared)
{
    private const string Better = "correct horse battery 9";

    [Fact]
    public async Task Before_anything_is_known_it_shows_the_shape_of_what_comes()
    {
        await using var circuit = Circuit.Fed();
        circuit.Show<SettingsPage>();
        Assert.Empty(circuit.All(".setting"));
        Assert.NotEmpty(circuit.All(".skeleton-rows"));

        await circuit.Feed(Feed.Welcome());

        Assert.Equal(["Profile", "Notifications", "Appearance", "Language", "Time zone", "Privacy", "Password", "Sessions", "Delete account"], circuit.Said(".setting h2"));
        Assert.Equal(circuit.All(".setting").Select(static section => $"settings#{section.Id}"), circuit.All(".settings-nav a").Select(static link => link.GetAttribute("href")));
    }

    [Fact]
    public async Task A_display_name_is_saved_once_it_differs_and_what_is_wrong_is_said_beside_it()
    {
        var (user, circuit) = await Open();
        await using var _ = circuit;
        await circuit.See(() => Assert.True(circuit.Control("Save name").HasAttribute("disabled")));
        await circuit.Type("Display name", "Ada Lovelace");
        await Submit(circuit, "#profile form");
        await circuit.Says("Name saved");
        Assert.Equal("Ada Lovelace", circuit.Find(".person-name").Said());
        Assert.Equal("Ada Lovelace", (await user.Get("/api/me")).Is(200).Field("user").Text("displayName"));

        await circuit.Type("Display name", new string('x', 65));
        await Submit(circuit, "#profile form");
        await circuit.See(() => Assert.Contains("1 to 64 characters", circuit.Find("#display-name-said").Said(), StringComparison.Ordinal));
        Assert.Equal("true", circuit.Find("#display-name").GetAttribute("aria-invalid"));
    }

    [Fact]
    public async Task A_status_is_suggested_set_and_cleared()
    {
        var (user, circuit) = await Open();
        await using var _ = circuit;
        await circuit.Click("At lunch");
        await circuit.Do(() => circuit.Find("#status-until").Change("Hour"));
        await Submit(circuit, "#profile form:last-of-type");
        await circuit.Says("Status set");
        var status = (await user.Get("/api/me")).Is(200).Field("user").Field("status");
        Assert.Equal(("At lunch", "🥪"), (status.Text("text"), status.Text("emoji")));
        Assert.InRange(status.Time("until") - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(58), TimeSpan.FromMinutes(62));

        await circuit.Click("Clear status");
        await circuit.Says("Status cleared");
        Assert.False((await user.Get("/api/me")).Is(200).Field("user").Has("status"));
        Assert.Equal("", circuit.Find("#status-text").GetAttribute("value"));
    }

    [Fact]
    public async Task A_theme_is_a_choice_of_three()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome());
        var module = circuit.Browser.SetupModule("./js/browser.js");
        module.Setup<string?>("look", "theme").SetResult("light");
        var chosen = module.SetupVoid("setLook", static _ => true).SetVoidResult();
        circuit.Show<SettingsPage>();
        await circuit.See(() => Assert.True(circuit.Find(".theme [value=light]").HasAttribute("checked")));

        await circuit.Do(() => circuit.Find(".theme [value=dark]").Change("dark"));

        await circuit.See(() => Assert.True(circuit.Find(".theme [value=dark]").HasAttribute("checked")));
        Assert.Equal(["theme", "dark"], Assert.Single(chosen.Invocations).Arguments);
    }

    [Fact]
    public async Task Messages_stand_close_where_one_likes_it()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome());
        var module = circuit.Browser.SetupModule("./js/browser.js");
        module.Setup<string?>("look", "density").SetResult("");
        var chosen = module.SetupVoid("setLook", static _ => true).SetVoidResult();
        circuit.Show<SettingsPage>();
        await circuit.See(() => Assert.True(circuit.Find("[name=density][value='']").HasAttribute("checked")));

        await circuit.Do(() => circuit.Find("[name=density][value=compact]").Change("compact"));

        await circuit.See(() => Assert.True(circuit.Find("[name=density][value=compact]").HasAttribute("checked")));
        Assert.Equal(["density", "compact"], Assert.Single(chosen.Invocations).Arguments);
    }

    [Fact]
    public async Task Times_are_shown_as_in_the_zone_chosen_and_in_the_browsers_else()
    {
        var (user, circuit) = await Open();
        await using var _ = circuit;
        await circuit.Do(() => circuit.State.SetZone("Europe/Berlin"));
        await circuit.See(() => Assert.Contains("The browser's zone (Europe, Berlin)", circuit.Find("#zone option").Said(), StringComparison.Ordinal));

        await circuit.Do(() => circuit.Find("#zone").Change("Asia/Tokyo"));
        await circuit.Until(() => circuit.State.Zone.Id == "Asia/Tokyo");
        Assert.Equal("Asia/Tokyo", (await user.Get("/api/me")).Is(200).Field("user").Text("timeZone"));

        await circuit.Do(() => circuit.Find("#zone").Change(""));
        await circuit.Until(() => circuit.State.Zone.Id == "Europe/Berlin");
    }

    [Fact]
    public async Task A_password_is_changed_and_taken_out_of_the_page()
    {
        var (user, circuit) = await Open();
        await using var _ = circuit;
        await user.LogIn();
        await circuit.Type("Password until now", "not it at all");
        await circuit.Type("New password", Better);
        await Submit(circuit, "#password form");
        await circuit.See(() => Assert.Equal("The password is wrong.", circuit.Find("#password-said").Said()));
        Assert.Equal("true", circuit.Find("#old-password").GetAttribute("aria-invalid"));

        await circuit.Type("Password until now", user.Password);
        await Submit(circuit, "#password form");

        await circuit.Says("Password changed.");
        Assert.DoesNotContain(circuit.All("#password input"), static field => field.GetAttribute("value") is { } value && (value == Better || value == TestUser.GoodPassword));
        await circuit.See(() => Assert.Single(circuit.All(".sessions li")));
        (await shared.Server.Call(HttpMethod.Post, "/api/login", new { name = user.Name, password = Better })).Is(200);
    }

    [Fact]
    public async Task Sessions_are_listed_and_others_are_logged_out()
    {
        var (user, circuit) = await Open(static user => Task.WhenAll(user.LogIn(), user.LogIn()));
        await using var _ = circuit;
        await circuit.See(() => Assert.Equal(3, circuit.All(".sessions li").Count));
        Assert.Single(circuit.All(".this-one"));
        Assert.Equal(2, circuit.All(".sessions li button").Count);

        await circuit.Do(() => circuit.All(".sessions li button")[0].Click());
        await circuit.See(() => Assert.Equal(2, circuit.All(".sessions li").Count));
        await circuit.Click("Log out all others");
        await circuit.See(() => Assert.Single(circuit.All(".sessions li")));
        await circuit.Says("All others were logged out.");
        (await user.Get("/api/me")).Is(200);
    }

    [Fact]
    public async Task An_account_is_deleted_after_a_second_thought_and_with_its_password()
    {
        var (user, circuit) = await Open();
        await using var _ = circuit;
        await circuit.Click("Delete my account");
        await circuit.Click("Keep it");
        await circuit.Click("Delete my account");
        await circuit.Type("Your password", "not it at all");
        await Submit(circuit, "#delete form");
        await circuit.See(() => Assert.Equal("The password is wrong.", circuit.Find("#delete-said").Said()));
        (await user.Get("/api/me")).Is(200);

        var signedOut = false;
        circuit.Session.SignedOut += () => signedOut = true;
        await circuit.Type("Your password", user.Password);
        await Submit(circuit, "#delete form");
        await circuit.Until(() => signedOut);
        (await user.Get("/api/me")).Refused(401, "not_authenticated");
    }

    private async Task<(TestUser User, Circuit Circuit)> Open(Func<TestUser, Task>? before = null)
    {
        var user = await shared.Server.User();
        if (before is not null) await before(user);
        var circuit = await Circuit.Of(user);
        circuit.Show<SettingsPage>();
        return (user, circuit);
    }

    private static Task Submit(Circuit circuit, string form) => circuit.Do(() => circuit.Find(form).Submit());
}
