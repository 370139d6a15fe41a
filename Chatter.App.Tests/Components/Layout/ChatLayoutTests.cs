using Bunit;
using Chatter.App.Components.Layout;
using Chatter.App.Tests.Components.Support;
using Chatter.App.Tests.Session;
using Chatter.Chat.Client;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.App.Tests.Components.Layout;

public sealed class ChatLayoutTests(SharedServer shared)
{
    [Fact]
    public async Task It_connects_and_shows_the_readers_rooms_beside_the_page()
    {
        var user = await shared.Server.User();
        var name = Unique.Room();
        await user.CreateRoom(name);
        await using var circuit = Circuit.Offline(user);

        Show(circuit);

        await circuit.Says(name);
        Assert.Equal("Rooms", circuit.Find("nav").GetAttribute("aria-label"));
        Assert.Equal("The page", circuit.Find("main .the-page").Said());
        await circuit.Says(user.Name);
        Assert.Equal("True", circuit.Find("#ready").GetAttribute("data-ready"));
    }

    [Fact]
    public async Task It_takes_the_time_zone_from_the_browser()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome());
        circuit.Browser.SetupModule("./js/browser.js").Setup<string?>("zone").SetResult("Asia/Tokyo");

        Show(circuit);

        await circuit.Until(() => circuit.State.Zone.Id == "Asia/Tokyo");
    }

    [Fact]
    public async Task The_rooms_open_and_close_on_a_narrow_page()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome());
        Show(circuit);
        Assert.Equal((false, "false", "side"), Drawer());

        await circuit.Click("Rooms");
        Assert.Equal((true, "true", "side"), Drawer());
        await circuit.Do(() => circuit.Find(".scrim").Click());
        Assert.False(Drawer().Item1);

        await circuit.Click("Rooms");
        await circuit.Do(() => circuit.Navigation.NavigateTo("rooms/elsewhere"));
        Assert.False(Drawer().Item1);

        (bool, string?, string?) Drawer() =>
            (circuit.Find(".app").ClassList.Contains("drawer-open"), circuit.Control("Rooms").GetAttribute("aria-expanded"), circuit.Control("Rooms").GetAttribute("aria-controls"));
    }

    [Fact]
    public async Task Who_is_not_logged_in_is_led_to_the_login_and_back()
    {
        await using var circuit = Circuit.LoggedOut();
        circuit.Navigation.NavigateTo("rooms/x?y=1");

        Show(circuit);

        await circuit.Until(() => circuit.Address.StartsWith("login", StringComparison.Ordinal));
        Assert.Equal("login?returnUrl=%2Frooms%2Fx%3Fy%3D1", circuit.Address);
    }

    [Fact]
    public async Task A_session_that_ends_elsewhere_leads_to_the_login()
    {
        var user = await shared.Server.User();
        await using var circuit = await Circuit.Of(user);
        Show(circuit);

        await user.Post("/api/logout");

        await circuit.Until(() => circuit.Address.StartsWith("login?returnUrl=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_page_that_logs_out_is_led_on_by_the_answer_to_its_request_alone()
    {
        var user = await shared.Server.User();
        await using var circuit = await Circuit.Of(user);
        var posted = circuit.Browser.SetupModule("./js/browser.js").SetupVoid("logOut", static _ => true).SetVoidResult();
        Show(circuit);
        await circuit.Click("Settings and log out");
        await circuit.Click("Log out");
        await circuit.See(() => Assert.Single(posted.Invocations));

        await user.Post("/api/logout");
        await circuit.Until(() => circuit.State.Connection == ConnectionState.SignedOut);

        Assert.Equal("", circuit.Address);
    }

    private static void Show(Circuit circuit) => circuit.ShowPage<ChatLayout>(layout => layout.Add(l => l.Body, static page =>
    {
        page.OpenComponent<MenuButton>(0);
        page.CloseComponent();
        page.AddMarkupContent(1, "<p class=\"the-page\">The page</p>");
    }));
}
