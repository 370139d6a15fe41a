using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Security;

/// <summary>One door per credential: which pages may use a browser's cookie, whatever they ask for (docs/security.md).</summary>
public sealed class CrossOriginTests(SharedServer shared)
{
    private const string Own = "{own}";

    /// <summary>Origins that aren't the host's own, by what an attacker may have: another port, a sub-domain, a page without an origin, another spelling.</summary>
    private static readonly string[] Foreign =
    [
        "https://evil.example", "null", "", "http://127.0.0.1", "http://127.0.0.1:1", "https://{host}", "http://{host}.evil.example", "http://evil.{host}", "HTTP://{host}",
        "http://{host}/", "http://{host} http://{host}",
    ];

    private static (string, string) Cookie(TestUser user) => ("Cookie", "chatter=" + user.Token);

    private string Origin(string origin) =>
        origin.Replace(Own, "http://{host}", StringComparison.Ordinal).Replace("{host}", shared.Server.Address.Authority, StringComparison.Ordinal);

    public static TheoryData<string> ForeignOrigins => [.. Foreign];

    [Theory]
    [MemberData(nameof(ForeignOrigins))]
    public async Task A_socket_by_cookie_is_opened_for_the_own_origin_only(string origin)
    {
        var user = await shared.Server.User();
        var header = $"Origin: {Origin(origin)}";
        foreach (string[] headers in new[] { [$"Cookie: chatter={user.Token}", header], new[] { $"Cookie: chatter={user.Token}", header, "Sec-Fetch-Site: same-origin" } })
        {
            await using var socket = await TcpWebSocket.Connect(shared.Server, headers);
            await socket.Refused(403, "origin");
        }
        // Programs name a token, and no browser adds one for another page.
        await using var byToken = await TcpWebSocket.Connect(shared.Server, $"Authorization: Bearer {user.Token}", header);
        await using var byNone = await TcpWebSocket.Connect(shared.Server, header);
        Assert.Equal((101, 101), (byToken.Status, byNone.Status));
    }

    [Fact]
    public async Task A_socket_by_cookie_needs_an_origin()
    {
        var user = await shared.Server.User();
        await using var socket = await TcpWebSocket.Connect(shared.Server, $"Cookie: chatter={user.Token}");
        await socket.Refused(403, "origin");
        await using var twice = await TcpWebSocket.Connect(shared.Server, $"Cookie: chatter={user.Token}", $"Origin: {Origin(Own)}", $"Origin: {Origin(Own)}");
        await twice.Refused(403, "origin");
        await using var withToken = await TcpWebSocket.Connect(shared.Server, $"Cookie: chatter={user.Token}", $"Authorization: Bearer {user.Token}");
        Assert.Equal(101, withToken.Status);
    }

    [Theory]
    [InlineData("same-site")]
    [InlineData("cross-site")]
    [InlineData("SAME-ORIGIN")]
    public async Task A_socket_by_cookie_is_refused_where_the_browser_says_another_page_asks(string site)
    {
        var user = await shared.Server.User();
        await using var socket = await TcpWebSocket.Connect(shared.Server, $"Cookie: chatter={user.Token}", $"Origin: {Origin(Own)}", $"Sec-Fetch-Site: {site}");
        await socket.Refused(403, "origin");
    }

    [Fact]
    public async Task The_same_over_http2()
    {
        await using var server = await ChatServer.Start(tls: true);
        var user = await server.User();
        var cookie = ("Cookie", "__Host-chatter=" + user.Token);
        await using var foreign = await TcpWebSocket.ConnectHttp2(server, cookie, ("Origin", "https://evil.example"));
        await using var absent = await TcpWebSocket.ConnectHttp2(server, cookie);
        await using var own = await TcpWebSocket.ConnectHttp2(server, cookie, ("Origin", server.Address.GetLeftPart(UriPartial.Authority)));
        Assert.Equal((403, 403, 200), (foreign.Status, absent.Status, own.Status));
    }

    [Theory]
    [MemberData(nameof(ForeignOrigins))]
    public async Task A_change_by_cookie_and_antiforgery_token_is_refused_to_a_foreign_page(string origin)
    {
        var user = await shared.Server.User();
        var browser = await Browser.Of(shared.Server, user);
        (await browser.Create(("Origin", Origin(origin)))).Refused(403, "origin");
        (await browser.Create(("Origin", Origin(origin)), ("Sec-Fetch-Site", "same-site"))).Refused(403, "origin");
        Assert.Empty((await user.Get("/api/me")).Is(200).Field("rooms").EnumerateArray());
        (await browser.Create(("Origin", Origin(Own)), ("Sec-Fetch-Site", "same-origin"))).Is(201);
        (await browser.Create(("Origin", Origin(Own)))).Is(201);
    }

    /// <summary>Behind a proxy that isn't named in the settings the own origin has another scheme; what the browser says of the page holds all the same.</summary>
    [Fact]
    public async Task A_browser_that_calls_the_page_its_own_is_believed()
    {
        var user = await shared.Server.User();
        var browser = await Browser.Of(shared.Server, user);
        (await browser.Create(("Origin", Origin("https://{host}")), ("Sec-Fetch-Site", "same-origin"))).Is(201);
    }

    [Theory]
    [InlineData("same-site", 403)]
    [InlineData("cross-site", 403)]
    [InlineData("same-origin", 200)]
    [InlineData("none", 200)]
    public async Task Reading_by_cookie_is_refused_to_a_foreign_page(string site, int status)
    {
        var user = await shared.Server.User();
        foreach (var path in new[] { "/api/me", "/api/rooms", "/api/latest", "/api/antiforgery", "/api/me/sessions" })
        {
            var reply = await shared.Server.Call(HttpMethod.Get, path, null, null, Cookie(user), ("Sec-Fetch-Site", site));
            if (status == 403) reply.Refused(403, "origin");
            else reply.Is(status);
            (await shared.Server.Call(HttpMethod.Get, path, null, user.Token, ("Sec-Fetch-Site", site))).Is(200);
        }
    }

    [Fact]
    public async Task An_allowed_origin_passes_wherever_the_own_one_does()
    {
        const string Allowed = "https://chat.example.org";
        await using var server = await ChatServer.Start(static s => s["Chatter:AllowedOrigins:0"] = Allowed);
        var user = await server.User();
        Assert.Equal(101, await RawSocket.TryOpen(server, null, Cookie(user), ("Origin", Allowed), ("Sec-Fetch-Site", "cross-site")));
        (await (await Browser.Of(server, user)).Create(("Origin", Allowed), ("Sec-Fetch-Site", "cross-site"))).Is(201);
    }

    [Fact]
    public async Task No_answer_may_be_embedded_by_another_page()
    {
        var user = await shared.Server.User();
        foreach (var path in new[] { "/api/me", "/api/rooms", "/api/nothing", "/api/avatars/x", "/health/live", "/ws", "/nowhere" })
        {
            var reply = await shared.Server.Call(HttpMethod.Get, path, null, user.Token);
            Assert.Equal("same-origin", reply.Header("Cross-Origin-Resource-Policy"));
        }
    }

    [Fact]
    public async Task Refusals_are_counted()
    {
        await using var server = await ChatServer.Start();
        using var measured = server.Measure();
        var user = await server.User();
        Assert.Equal(403, await RawSocket.TryOpen(server, null, Cookie(user), ("Origin", "null")));
        (await server.Call(HttpMethod.Get, "/api/me", null, null, Cookie(user), ("Sec-Fetch-Site", "cross-site"))).Refused(403, "origin");
        Assert.Equal((1, 1), (measured.Sum("chatter.socket.refused", "reason=origin"), measured.Sum("chatter.request.refused", "reason=origin")));
    }

    /// <summary>A browser that is logged in, with an antiforgery token of its own.</summary>
    private sealed class Browser(ChatServer server, string cookies, string token)
    {
        public static async Task<Browser> Of(ChatServer server, TestUser user)
        {
            var cookie = "chatter=" + user.Token;
            var reply = await server.Call(HttpMethod.Get, "/api/antiforgery", null, null, ("Cookie", cookie));
            var own = reply.Header("Set-Cookie")!.Split(';')[0];
            return new Browser(server, $"{cookie}; {own}", reply.Is(200).Text("token"));
        }

        public Task<Reply> Create(params (string Name, string Value)[] headers) =>
            server.Call(HttpMethod.Post, "/api/rooms", new { name = Unique.Room() }, null, [("Cookie", cookies), ("RequestVerificationToken", token), .. headers]);
    }
}
