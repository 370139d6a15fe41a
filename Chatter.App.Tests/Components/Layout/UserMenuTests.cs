using Bunit;
using Chatter.App.Components.Layout;
using Chatter.App.Tests.Components.Support;
using Chatter.App.Tests.Session;
using Xunit;

namespace Chatter.App.Tests.Components.Layout;

public sealed class UserMenuTests
{
    private const string Items = ".mud-popover-open .mud-menu-item";

    [Fact]
    public async Task It_says_who_one_is()
    {
        await using var circuit = Circuit.Fed();
        circuit.Show<UserMenu>();
        Assert.Equal("", circuit.Find(".user-name").Said());

        await circuit.Feed(Feed.Welcome());

        Assert.Equal("Ada Lovelace", circuit.Find(".user-name").Said());
        Assert.Equal("ada", circuit.Find(".user-name").GetAttribute("title"));
    }

    [Fact]
    public async Task A_theme_is_chosen_in_the_browser()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome());
        var module = circuit.Browser.SetupModule("./js/browser.js");
        module.Setup<string?>("look", "theme").SetResult("light");
        var chosen = module.SetupVoid("setLook", static _ => true).SetVoidResult();
        circuit.Show<UserMenu>();

        await circuit.Click("Settings and log out");
        await circuit.See(() => Assert.Equal(["Settings", "Theme of the system", "Light theme", "Dark theme", "Notifications", "Keyboard shortcuts", "Log out"], circuit.Said(Items)));
        await circuit.Click("Dark theme");

        await circuit.See(() => Assert.Equal(["theme", "dark"], Assert.Single(chosen.Invocations).Arguments));
    }

    [Fact]
    public async Task Logging_out_posts_the_form_that_takes_the_cookie_back()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome());
        var posted = circuit.Browser.SetupModule("./js/browser.js").SetupVoid("logOut", static _ => true).SetVoidResult();
        circuit.Show<UserMenu>();

        await circuit.Click("Settings and log out");
        await circuit.Click("Log out");

        await circuit.See(() => Assert.Equal("log-out", Assert.Single(posted.Invocations).Arguments[0]));
        var form = circuit.Find("form#log-out");
        Assert.Equal(("post", "logout", "logout"), (form.GetAttribute("method"), form.GetAttribute("action"), circuit.Find("#log-out [name=_handler]").GetAttribute("value")));
    }

    [Fact]
    public async Task Logging_out_asks_first_where_messages_were_not_sent()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome());
        var browser = circuit.Browser.SetupModule("./js/browser.js");
        browser.Setup<int>("unsent").SetResult(2);
        var posted = browser.SetupVoid("logOut", static _ => true).SetVoidResult();
        circuit.Show<UserMenu>();

        await circuit.Click("Settings and log out");
        await circuit.Click("Log out");
        await circuit.Says("2 messages weren’t sent yet");
        Assert.Empty(posted.Invocations);
        await circuit.Click("Log out", Circuit.InDialog);

        await circuit.See(() => Assert.Single(posted.Invocations));
    }
}
