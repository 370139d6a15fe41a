using Chatter.App.Security;
using Chatter.App.Tests.Components.Support;
using Chatter.App.Tests.Startup;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.App.Tests.Components.Pages;

/// <summary>Registering, logging in and out, as a browser without scripts does it with the program itself.</summary>
public sealed class AccountPagesTests(RunningApp app) : IClassFixture<RunningApp>
{
    private const string Password = "battery staple 7";

    [Fact]
    public async Task Who_registers_is_logged_in_by_a_cookie_that_scripts_and_other_sites_do_not_get()
    {
        using var visitor = app.Visit();

        var answer = await Register(visitor, Unique.Name());

        Assert.Equal((302, "/"), (answer.Status, answer.Location));
        var cookie = answer.Header("Set-Cookie");
        Assert.Contains("chatter=", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(200, (await visitor.Get("/")).Status);
    }

    [Fact]
    public async Task Who_is_not_logged_in_is_led_to_the_login_and_back()
    {
        using var visitor = app.Visit();
        var name = Unique.Name();
        await RegisterAnother(name);

        var turnedAway = await visitor.Get("/rooms/0198c1a0-0000-7000-8000-00000000000a");
        Assert.Equal(302, turnedAway.Status);
        Assert.StartsWith("/login?", turnedAway.Location, StringComparison.OrdinalIgnoreCase);

        var answer = await LogIn(visitor, name, Password, turnedAway.Location!);
        Assert.Equal((302, "/rooms/0198c1a0-0000-7000-8000-00000000000a"), (answer.Status, answer.Location));
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_name_are_told_alike()
    {
        using var visitor = app.Visit();
        var name = Unique.Name();
        await RegisterAnother(name);

        var wrong = await LogIn(visitor, name, "another password");
        var unknown = await LogIn(visitor, Unique.Name(), Password);

        var alert = wrong.Html.QuerySelector("[role=alert]")!.Said();
        Assert.NotEmpty(alert);
        Assert.Equal((alert, wrong.Status), (unknown.Html.QuerySelector("[role=alert]")!.Said(), unknown.Status));
        Assert.Equal(name, wrong.Html.QuerySelector("#name")!.GetAttribute("value"));
        Assert.Null(wrong.Html.QuerySelector("#password")!.GetAttribute("value"));
        Assert.Null(visitor.Session);
    }

    [Theory]
    [InlineData("/login", "login")]
    [InlineData("/register", "register")]
    public async Task A_form_without_its_token_does_nothing(string path, string form)
    {
        using var visitor = app.Visit();

        var answer = await visitor.Send(path, ("_handler", form), ("Input.Name", Unique.Name()), ("Input.Password", Password));

        Assert.Equal(400, answer.Status);
        Assert.Null(visitor.Session);
    }

    [Theory]
    [InlineData("/rooms/x?y=1", "/rooms/x?y=1")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("rooms/x", "/")]
    public async Task Who_is_logged_in_already_is_led_on_within_this_host(string returnUrl, string location)
    {
        using var visitor = await app.Member();

        foreach (var page in (string[])["login", "register"])
        {
            var answer = await visitor.Get($"/{page}?returnUrl=" + Uri.EscapeDataString(returnUrl));
            Assert.Equal((302, location), (answer.Status, answer.Location));
        }
    }

    [Fact]
    public async Task Who_logs_in_by_a_link_from_elsewhere_stays_on_this_host()
    {
        using var visitor = app.Visit();

        var answer = await Register(visitor, Unique.Name(), "/register?returnUrl=https%3A%2F%2Fevil.example%2F");

        Assert.Equal((302, "/"), (answer.Status, answer.Location));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/\t/evil.example")]
    [InlineData("/a\r\nSet-Cookie: x=y")]
    [InlineData("/a b")]
    public void An_address_that_is_none_leads_home(string? returnUrl)
    {
        Assert.Equal("/", Return.Path(returnUrl));
        Assert.Equal("login", Return.To("login", returnUrl));
    }

    [Fact]
    public async Task The_two_pages_hand_the_way_back_to_each_other()
    {
        using var visitor = app.Visit();

        var login = await visitor.Get("/login?returnUrl=%2Fjoin%2Fx%2Fy");
        var register = await visitor.Get("/" + login.Html.QuerySelector("a[href^=register]")!.GetAttribute("href"));

        Assert.Equal("login?returnUrl=%2Fjoin%2Fx%2Fy", register.Html.QuerySelector("a[href^=login]")!.GetAttribute("href"), ignoreCase: true);
    }

    [Fact]
    public async Task What_is_wrong_with_a_registration_is_said_at_its_fields()
    {
        using var visitor = app.Visit();

        var answer = await visitor.Post("/register", ("Input.Name", "a!"), ("Input.Password", "short"));

        foreach (var field in (string[])["name", "password"])
        {
            var input = answer.Html.QuerySelector($"#{field}")!;
            Assert.Equal("true", input.GetAttribute("aria-invalid"));
            Assert.NotEmpty(answer.Html.QuerySelector($"#{input.GetAttribute("aria-describedby")}")!.Said());
        }
        Assert.Null(answer.Html.QuerySelector("#display-name")!.GetAttribute("aria-invalid"));
        Assert.Equal("a!", answer.Html.QuerySelector("#name")!.GetAttribute("value"));
        Assert.Null(answer.Html.QuerySelector("#password")!.GetAttribute("value"));
        Assert.Null(visitor.Session);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_said()
    {
        using var visitor = app.Visit();
        var name = Unique.Name();
        await RegisterAnother(name);

        var answer = await Register(visitor, name.ToUpperInvariant());

        Assert.Contains("taken", answer.Html.QuerySelector("form")!.Said(), StringComparison.Ordinal);
        Assert.Null(visitor.Session);
    }

    [Fact]
    public async Task Logging_out_ends_the_session_and_takes_the_cookie_back()
    {
        using var visitor = app.Visit();
        await Register(visitor, Unique.Name());
        var session = visitor.Session!;

        var answer = await visitor.Post("/logout");

        Assert.Equal((302, "/login"), (answer.Status, answer.Location));
        Assert.Equal("\"cache\", \"storage\"", answer.Header("Clear-Site-Data"));
        Assert.Null(visitor.Session);
        using var thief = app.Visit();
        thief.Take(session);
        Assert.Equal(302, (await thief.Get("/")).Status);
    }

    [Fact]
    public async Task The_menus_form_logs_out_too()
    {
        using var visitor = app.Visit();
        await Register(visitor, Unique.Name());
        var page = await visitor.Get("/");

        var answer = await visitor.Post("/logout", page, "form#log-out");

        Assert.Equal((302, "/login"), (answer.Status, answer.Location));
        Assert.Null(visitor.Session);
    }

    [Fact]
    public async Task Another_site_cannot_log_one_out()
    {
        using var visitor = await app.Member();

        Assert.Equal(400, (await visitor.Send("/logout", ("_handler", "logout"))).Status);

        Assert.NotNull(visitor.Session);
        Assert.Equal(200, (await visitor.Get("/")).Status);
    }

    [Fact]
    public async Task Where_registration_is_closed_nobody_is_offered_it()
    {
        var folder = Directory.CreateTempSubdirectory("chatter-pages-").FullName;
        try
        {
            await using var closed = await ServerProcess.Start(folder, null, ("Chatter__Accounts__Registration", "Closed"));
            using var visitor = new Visitor(closed.Address);

            Assert.Null((await visitor.Get("/login")).Html.QuerySelector("a[href^=register]"));
            var page = await visitor.Get("/register");
            Assert.Null(page.Html.QuerySelector("form"));
            Assert.Contains("Registration is closed", page.Html.QuerySelector("main")!.Said(), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Where_the_server_fails_a_page_says_so_without_a_trace_of_why()
    {
        var folder = Directory.CreateTempSubdirectory("chatter-pages-").FullName;
        try
        {
            await using var failing = await ServerProcess.Start(folder, null);
            using var visitor = new Visitor(failing.Address);
            var form = await visitor.Get("/login");
            using (var store = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder, "data", "chatter.db")};Pooling=False"))
            {
                store.Open();
                using var command = store.CreateCommand();
                command.CommandText = "alter table users rename to elsewhere";
                command.ExecuteNonQuery();
            }

            var page = await visitor.Post("/login", form, "form[method=post]", ("Input.Name", "ada"), ("Input.Password", Password));

            Assert.Equal(500, page.Status);
            Assert.Equal("Something went wrong on our side", page.Html.QuerySelector("h1")!.Said());
            Assert.DoesNotContain("users", page.Html.Source.Text, StringComparison.Ordinal);
            // What a process prints is read when it comes.
            await Eventually.Equal(true, () => Task.FromResult((failing.Errors + failing.Output).Contains("no such table", StringComparison.Ordinal)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("/login", 200)]
    [InlineData("/register", 200)]
    [InlineData("/error", 200)]
    [InlineData("/nothing/here", 404)]
    public async Task Static_pages_have_no_script_but_the_headers_of_all_pages(string path, int status)
    {
        using var visitor = app.Visit();

        var page = await visitor.Get(path);

        Assert.Equal(status, page.Status);
        Assert.Empty(page.Html.QuerySelectorAll("script"));
        Assert.NotEmpty(page.Html.QuerySelector("h1")!.Said());
        Assert.Equal("nosniff", page.Header("X-Content-Type-Options"));
        Assert.Contains("frame-ancestors 'none'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_inline_scripts_of_a_page_bear_the_nonce_of_its_answer()
    {
        using var visitor = await app.Member();

        var page = await visitor.Get("/");

        // The one that sees to what didn't arrive, and where modules are.
        var inline = page.Html.QuerySelectorAll("script:not([src]):not([type='application/json'])");
        Assert.Equal([null, "importmap"], inline.Select(static script => script.GetAttribute("type")));
        Assert.All(inline, script => Assert.Contains($"'nonce-{script.GetAttribute("nonce")}'", page.Header("Content-Security-Policy"), StringComparison.Ordinal));
        Assert.NotEqual(page.Header("Content-Security-Policy"), (await visitor.Get("/")).Header("Content-Security-Policy"));
    }

    private async Task RegisterAnother(string name)
    {
        using var another = app.Visit();
        await Register(another, name);
        Assert.NotNull(another.Session);
    }

    private static Task<Answer> Register(Visitor visitor, string name, string path = "/register") => visitor.Post(path, ("Input.Name", name), ("Input.Password", Password));

    private static Task<Answer> LogIn(Visitor visitor, string name, string password, string path = "/login") => visitor.Post(path, ("Input.Name", name), ("Input.Password", password));
}
