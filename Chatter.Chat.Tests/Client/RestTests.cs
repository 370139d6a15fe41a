using System.Globalization;
using System.Text.Json;
using Chatter.Chat.Client;
using Chatter.Chat.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Chatter.Chat.Tests.Client;

/// <summary>The HTTP calls as they go over the wire.</summary>
public sealed class RestTests : PeerTests
{
    private static readonly Guid Room = Guid.CreateVersion7();

    private static string RoomJson => $$"""{"id":"{{Room}}","name":"Lobby","private":false,"owner":"{{Room}}","members":2,"createdAt":"2026-11-23T21:46:10.408Z"}""";

    [Fact]
    public async Task Each_call_has_its_method_path_body_and_token()
    {
        var calls = new List<string>();
        await using var peer = await ScriptedPeer.Start(null, app => app.MapFallback(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            calls.Add($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString} {await reader.ReadToEndAsync()}".Replace(Room.ToString(), "ID", StringComparison.Ordinal));
            Assert.Equal("Bearer secret", http.Request.Headers.Authorization);
            http.Response.ContentType = "application/json";
            var path = http.Request.Path.Value!;
            var answer = path.EndsWith("/join", StringComparison.Ordinal) ? $$"""{"room":{{RoomJson}},"joined":true,"seq":9}"""
                : path.EndsWith("/invites", StringComparison.Ordinal) ? """{"invite":"code","uses":3}"""
                : path.EndsWith("/members", StringComparison.Ordinal) ? """{"members":[],"next":"more"}"""
                : path == "/api/rooms" && http.Request.Method == "GET" ? $$"""{"rooms":[{{RoomJson}}]}"""
                : RoomJson;
            await http.Response.WriteAsync(answer);
        }));
        await using var client = new ChatClient(new ChatClientOptions { Server = peer.Address, Token = static _ => ValueTask.FromResult<string?>("secret") });

        Assert.Equal("Lobby", Assert.Single((await client.Rooms("a&b", limit: 3, cancel: Cancel)).Rooms).Name);
        Assert.Equal(Room, (await client.CreateRoom("Lobby", isPrivate: true, cancel: Cancel)).Owner);
        Assert.Equal(9, (await client.Join(Room, "code", Cancel)).Seq);
        await client.Leave(Room, Cancel);
        await client.Update(Room, topic: "", cancel: Cancel);
        Assert.Equal(new Invite("code", null, 3), await client.CreateInvite(Room, TimeSpan.FromHours(1), 3, Cancel));
        await client.Remove(Room, Room, "Rude.", Cancel);
        Assert.Equal("more", (await client.Members(Room, "x", cancel: Cancel)).Next);
        Assert.Equal(
            [
                "GET /api/rooms?search=a%26b&limit=3 ",
                """POST /api/rooms {"name":"Lobby","private":true}""",
                """POST /api/rooms/ID/join {"invite":"code"}""",
                "POST /api/rooms/ID/leave ",
                """PATCH /api/rooms/ID {"topic":""}""",
                """POST /api/rooms/ID/invites {"expiresIn":3600,"uses":3}""",
                """DELETE /api/rooms/ID/members/ID {"reason":"Rude."}""",
                "GET /api/rooms/ID/members?after=x ",
            ], calls);
    }

    [Fact]
    public async Task A_problem_is_a_refusal()
    {
        await using var peer = await ScriptedPeer.Start(null, static app =>
        {
            app.MapPost("/api/rooms", static http => Problem(http, 422, """{"title":"Unprocessable","detail":"The name is empty.","code":"invalid","errors":{"name":["The name is empty."]}}"""));
            app.MapGet("/api/rooms", static http =>
            {
                http.Response.Headers.RetryAfter = 7.ToString(CultureInfo.InvariantCulture);
                return Problem(http, 429, """{"title":"Too many","code":"rate_limited"}""");
            });
            app.MapFallback(static http => Problem(http, 502, "<html>", "text/html"));
        });
        var client = new ChatClient(new ChatClientOptions { Server = peer.Address, Token = static _ => ValueTask.FromResult<string?>("secret") });
        await using (client)
        {
            var invalid = (await Assert.ThrowsAsync<ChatException>(() => client.CreateRoom("", cancel: Cancel))).Refusal;
            Assert.Equal((ErrorCodes.Invalid, "The name is empty."), (invalid.Code, invalid.Message));
            Assert.Equal(["The name is empty."], invalid.Errors!["name"]);
            var limited = (await Assert.ThrowsAsync<ChatException>(() => client.Rooms(cancel: Cancel))).Refusal;
            Assert.Equal((ErrorCodes.RateLimited, 7), (limited.Code, limited.RetryAfter));
            Assert.Equal(ErrorCodes.Unavailable, (await Assert.ThrowsAsync<ChatException>(() => client.Leave(Room, Cancel))).Refusal.Code);
            await peer.DisposeAsync();
            Assert.Equal(ErrorCodes.Unavailable, (await Assert.ThrowsAsync<ChatException>(() => client.Rooms(cancel: Cancel))).Refusal.Code);
        }
    }

    [Fact]
    public async Task Logging_in_starts_and_logging_out_ends()
    {
        await using var peer = await ScriptedPeer.Start(null, static app =>
        {
            app.MapPost("/api/login", static async http =>
            {
                var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
                if (body.RootElement.GetProperty("password").GetString() != "right") await Problem(http, 401, """{"detail":"No.","code":"bad_credentials"}""");
                else await http.Response.WriteAsync(Json(http, """{"token":"secret","expiresAt":"2026-12-23T21:46:10.408Z","user":{"id":"019abcde-0000-7000-8000-000000000000","name":"ada","displayName":"Ada","createdAt":"2026-11-23T21:46:10.408Z"}}"""));
            });
            app.MapPost("/api/logout", static http =>
            {
                http.Response.StatusCode = http.Request.Headers.Authorization == "Bearer secret" ? 204 : 500;
                return Task.CompletedTask;
            });
        }, static async socket =>
        {
            Assert.Equal("secret", (await socket.Welcome("a")).Token);
            await socket.ReceiveClose();
        });
        Assert.Equal(ErrorCodes.BadCredentials, (await Assert.ThrowsAsync<ChatException>(() => ChatClient.LogIn(peer.Address, "ada", "wrong", Cancel))).Refusal.Code);
        await using var client = await ChatClient.LogIn(peer.Address, "ada", "right", Cancel);
        await client.Online(Cancel);
        await client.LogOut(Cancel);
        Assert.Equal(ConnectionState.SignedOut, client.State);
        await peer.Played;
    }

    private static string Json(HttpContext http, string body)
    {
        http.Response.ContentType = "application/json";
        return body;
    }

    private static Task Problem(HttpContext http, int status, string body, string type = "application/problem+json")
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        return http.Response.WriteAsync(body);
    }
}
