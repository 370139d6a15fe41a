using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Http;

/// <summary>The browser's cookie and where it may come from (docs/protocol.md §3 and §4).</summary>
public sealed class CookieTests(SharedServer shared)
{
    private static (string, string) Cookie(TestUser user) => ("Cookie", "chatter=" + user.Token);

    [Fact]
    public async Task The_cookie_vouches_for_reading()
    {
        var user = await shared.Server.User();
        var reply = await shared.Server.Call(HttpMethod.Get, "/api/me", null, null, Cookie(user));
        Assert.Equal(user.Id, reply.Is(200).Field("user").Text("id"));
    }

    [Fact]
    public async Task A_change_by_cookie_needs_the_antiforgery_token()
    {
        var user = await shared.Server.User();
        var room = await user.CreateRoom();
        (await shared.Server.Call(HttpMethod.Post, "/api/rooms", new { name = Unique.Room() }, null, Cookie(user))).Refused(403, "forbidden");
        (await shared.Server.Call(HttpMethod.Patch, $"/api/rooms/{room}", new { topic = "x" }, null, Cookie(user))).Refused(403, "forbidden");
        (await shared.Server.Call(HttpMethod.Post, $"/api/rooms/{room}/messages", new { text = "x" }, null, Cookie(user))).Refused(403, "forbidden");
        (await shared.Server.Call(HttpMethod.Delete, $"/api/rooms/{room}/members/{Guid.CreateVersion7()}", null, null, Cookie(user))).Refused(403, "forbidden");
        (await shared.Server.Call(HttpMethod.Post, "/api/logout", null, null, Cookie(user))).Refused(403, "forbidden");
        Assert.Single(await user.Log(room));
    }

    [Fact]
    public async Task A_header_beside_the_cookie_needs_no_antiforgery_token()
    {
        var user = await shared.Server.User();
        (await shared.Server.Call(HttpMethod.Post, "/api/rooms", new { name = Unique.Room() }, user.Token, Cookie(user))).Is(201);
    }

    [Fact]
    public async Task A_header_of_another_scheme_says_nothing_beside_the_cookie()
    {
        var user = await shared.Server.User();
        (string, string) basic = ("Authorization", "Basic YWRhOnNlY3JldA==");
        Assert.Equal(user.Id, (await shared.Server.Call(HttpMethod.Get, "/api/me", null, null, Cookie(user), basic)).Is(200).Field("user").Text("id"));
        await using var socket = await RawSocket.Open(shared.Server, headers: [Cookie(user), basic, ("Origin", shared.Server.Address.GetLeftPart(UriPartial.Authority))]);
        Assert.Equal(user.Id, (await socket.Hello(null)).Field("user").Text("id"));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("https://{host}")]
    [InlineData("http://{host}.evil.example")]
    [InlineData("http://evil.{host}")]
    public async Task A_cookie_from_a_foreign_origin_opens_no_socket(string origin)
    {
        var user = await shared.Server.User();
        var foreign = origin.Replace("{host}", shared.Server.Address.Authority, StringComparison.Ordinal);
        await using var socket = await TcpWebSocket.Connect(shared.Server, $"Cookie: chatter={user.Token}", $"Origin: {foreign}");
        await socket.Refused(403, "origin");
    }

    [Fact]
    public async Task A_cookie_from_the_hosts_own_origin_opens_a_socket()
    {
        var user = await shared.Server.User();
        await using var socket = await RawSocket.Open(shared.Server, headers: [Cookie(user), ("Origin", shared.Server.Address.GetLeftPart(UriPartial.Authority))]);
        var welcome = await socket.Hello(null);
        Assert.Equal(user.Id, welcome.Field("user").Text("id"));
    }

    [Fact]
    public async Task A_cookie_from_an_allowed_origin_opens_a_socket()
    {
        await using var server = await ChatServer.Start(static s => s["Chatter:AllowedOrigins:0"] = "https://chat.example.org");
        var user = await server.User();
        Assert.Equal(101, await RawSocket.TryOpen(server, null, Cookie(user), ("Origin", "https://chat.example.org")));
        Assert.Equal(403, await RawSocket.TryOpen(server, null, Cookie(user), ("Origin", "https://chat.example.org.evil.example")));
        Assert.Equal(403, await RawSocket.TryOpen(server, null, Cookie(user), ("Origin", "http://chat.example.org")));
    }

    [Fact]
    public async Task Without_a_cookie_the_origin_does_not_matter()
    {
        var user = await shared.Server.User();
        await using var socket = await RawSocket.Open(shared.Server, headers: [("Origin", "https://elsewhere.example")]);
        await socket.Hello(user.Token);
    }
}
