using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Http;

/// <summary><c>POST /api/login</c>, <c>POST /api/logout</c> and <c>GET /api/me</c> (docs/protocol.md §3).</summary>
public sealed class LoginTests(SharedServer shared)
{
    private Task<Reply> LogIn(object? body) => shared.Server.Call(HttpMethod.Post, "/api/login", body);

    [Fact]
    public async Task Logging_in_gives_a_new_token_for_the_same_user()
    {
        var user = await shared.Server.User();
        var body = (await LogIn(new { name = user.Name, password = user.Password, device = "a phone" })).Is(200);
        Assert.NotEqual(user.Token, body.Text("token"));
        Assert.True(body.Time("expiresAt") > DateTimeOffset.UtcNow);
        Assert.Equal(user.Id, body.Field("user").Id());
        (await user.Get("/api/me")).Is(200);
    }

    [Fact]
    public async Task The_name_is_known_in_any_case()
    {
        var user = await shared.Server.User(Unique.Name("Case"));
        var body = (await LogIn(new { name = user.Name.ToUpperInvariant(), password = user.Password })).Is(200);
        Assert.Equal(user.Name, body.Field("user").Text("name"));
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_name_are_answered_the_same()
    {
        var user = await shared.Server.User();
        var wrong = await LogIn(new { name = user.Name, password = "battery staple 8" });
        var unknown = await LogIn(new { name = Unique.Name(), password = "battery staple 8" });
        wrong.Refused(401, "bad_credentials");
        Assert.Equal(wrong.Fingerprint("-"), unknown.Fingerprint("-"));
    }

    [Fact]
    public async Task No_character_of_the_password_is_dropped_or_folded()
    {
        var password = new string('q', 3) + string.Concat(Enumerable.Range(0, 60).Select(static i => (char)('a' + (i * 7 % 26)))) + "Z";
        var user = await shared.Server.User(password: password);
        (await LogIn(new { name = user.Name, password = password[..^1] })).Refused(401, "bad_credentials");
        (await LogIn(new { name = user.Name, password = password[..^1] + "z" })).Refused(401, "bad_credentials");
        (await LogIn(new { name = user.Name, password })).Is(200);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"name":"x","name":"y","password":"z"}""")]
    public async Task A_body_that_is_no_JSON_is_a_bad_frame(string body) => (await LogIn(body)).Refused(400, "bad_frame");

    [Theory]
    [InlineData("name", """{"password":"battery staple 7"}""")]
    [InlineData("name", """{"name":"","password":"battery staple 7"}""")]
    [InlineData("password", """{"name":"somebody"}""")]
    [InlineData("password", """{"name":"somebody","password":null}""")]
    [InlineData("password", """{"name":"somebody","password":7}""")]
    public async Task A_field_that_is_missing_or_wrong_is_invalid(string field, string body) => (await LogIn(body)).Refused(422, "invalid").Field("errors").Field(field);

    [Fact]
    public async Task A_device_has_100_characters_at_most()
    {
        var user = await shared.Server.User();
        (await LogIn(new { name = user.Name, password = user.Password, device = new string('d', 101) })).Refused(422, "invalid");
        (await LogIn(new { name = user.Name, password = user.Password, device = new string('d', 100) })).Is(200);
    }

    [Fact]
    public async Task Logins_of_one_address_are_limited_and_told_when_to_come_again()
    {
        await using var server = await ChatServer.Start(static s => s["Chatter:Limits:LoginsPerMinute"] = "2");
        var user = await server.User();
        var replies = new List<Reply>();
        for (var i = 0; i < 4; i++) replies.Add(await server.Call(HttpMethod.Post, "/api/login", new { name = user.Name, password = "wrong password" }));
        replies[0].Refused(401, "bad_credentials");
        replies[^1].Refused(429, "rate_limited");
        Assert.NotNull(replies[^1].Headers.RetryAfter);
    }

    [Fact]
    public async Task Logging_out_kills_the_token_at_once_and_closes_its_sockets_but_no_others()
    {
        var phone = await shared.Server.User();
        var laptop = await phone.LogIn();
        await using var phoneSocket = await phone.Connect();
        await using var otherPhoneSocket = await phone.Connect();
        await using var laptopSocket = await laptop.Connect();
        var reply = await phone.Post("/api/logout");
        Assert.Equal(204, reply.Status);
        (await phone.Get("/api/me")).Refused(401, "not_authenticated");
        Assert.Equal(4401, await phoneSocket.Closed());
        Assert.Equal(4401, await otherPhoneSocket.Closed());
        (await phone.Post("/api/logout")).Refused(401, "not_authenticated");
        await laptopSocket.Settle();
        (await laptop.Get("/api/me")).Is(200);
    }

    [Fact]
    public async Task Me_is_the_user_and_his_rooms()
    {
        var user = await shared.Server.User();
        var first = await user.CreateRoom();
        var second = await user.CreateRoom(isPrivate: true);
        await user.Say(first, "hello");
        var body = (await user.Get("/api/me")).Is(200);
        Assert.Equal(user.Id, body.Field("user").Text("id"));
        var rooms = body.List("rooms");
        Assert.Equal([first, second], rooms.Select(static r => r.Field("room").Id()).Order().ToArray().OrderBy(r => r == first ? 0 : 1));
        var entry = rooms.Single(r => r.Field("room").Is("id", first));
        Assert.Equal("owner", entry.Text("role"));
        Assert.Equal((1, 2, 2, 0), (entry.Number("first"), entry.Number("last"), entry.Number("read"), entry.Number("unread")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Without_a_good_token_nobody_is_served(string? token)
    {
        foreach (var path in (string[])["/api/me", "/api/rooms", $"/api/rooms/{Guid.CreateVersion7()}", $"/api/rooms/{Guid.CreateVersion7()}/events", $"/api/rooms/{Guid.CreateVersion7()}/members"])
        {
            (await shared.Server.Call(HttpMethod.Get, path, null, null, token is null ? [] : [("Authorization", "Bearer " + token)])).Refused(401, "not_authenticated");
        }
        (await shared.Server.Call(HttpMethod.Post, "/api/rooms", new { name = Unique.Room() }, token)).Refused(401, "not_authenticated");
    }

    [Theory]
    [InlineData("token")]
    [InlineData("access_token")]
    public async Task A_token_in_the_query_vouches_for_nobody(string parameter)
    {
        var user = await shared.Server.User();
        (await shared.Server.Call(HttpMethod.Get, $"/api/me?{parameter}={user.Token}")).Refused(401, "not_authenticated");
    }

    [Fact]
    public async Task A_token_expires()
    {
        await using var server = await ChatServer.Start(static s => s["Chatter:Sessions:Sliding"] = "01:00:00");
        var user = await server.User();
        (await user.Get("/api/me")).Is(200);
        server.Time.Move(TimeSpan.FromMinutes(61));
        (await user.Get("/api/me")).Refused(401, "not_authenticated");
        Assert.Equal(401, await RawSocket.TryOpen(server, user.Token));
        await using var socket = await RawSocket.Open(server);
        await socket.Send(new { type = "hello", token = user.Token });
        Assert.Equal(4401, await socket.Closed());
    }

    [Fact]
    public async Task Sessions_outlive_a_restart()
    {
        await using var server = await ChatServer.Start();
        var user = await server.User();
        var gone = await user.LogIn();
        await gone.Post("/api/logout");
        await server.Restart();
        (await user.Get("/api/me")).Is(200);
        (await gone.Get("/api/me")).Refused(401, "not_authenticated");
        await user.LogIn();
    }
}
