using System.Text.Json;
using Xunit;

namespace Chatter.Chat.Tests.Support;

/// <summary>Somebody registered over HTTP, and what he can do with his token.</summary>
internal sealed class TestUser
{
    public const string GoodPassword = "battery staple 7";

    private TestUser(ChatServer server, string name, string password, JsonElement answer)
    {
        (Server, Name, Password) = (server, name, password);
        (Token, Id) = (answer.Text("token"), answer.Field("user").Id());
    }

    public ChatServer Server { get; }

    public string Name { get; }

    public string Password { get; }

    public string Token { get; }

    public string Id { get; }

    public static async Task<TestUser> Register(ChatServer server, string name, string password)
    {
        var reply = await server.Call(HttpMethod.Post, "/api/register", new { name, password });
        return new TestUser(server, name, password, reply.Is(201));
    }

    /// <summary>The same person in a further session.</summary>
    public async Task<TestUser> LogIn()
    {
        var reply = await Server.Call(HttpMethod.Post, "/api/login", new { name = Name, password = Password });
        return new TestUser(Server, Name, Password, reply.Is(200));
    }

    public Task<Reply> Get(string path) => Server.Call(HttpMethod.Get, path, token: Token);

    public Task<Reply> Post(string path, object? body = null) => Server.Call(HttpMethod.Post, path, body, Token);

    public Task<Reply> Patch(string path, object body) => Server.Call(HttpMethod.Patch, path, body, Token);

    public Task<Reply> Put(string path, object? body = null) => Server.Call(HttpMethod.Put, path, body, Token);

    public Task<Reply> Delete(string path, object? body = null) => Server.Call(HttpMethod.Delete, path, body, Token);

    /// <summary>A room of his; gives its id.</summary>
    public async Task<string> CreateRoom(string? name = null, bool isPrivate = false)
    {
        var reply = await Post("/api/rooms", new { name = name ?? Unique.Room(), @private = isPrivate });
        return reply.Is(201).Id();
    }

    /// <summary>Joins; gives the seq of his <c>joined</c>.</summary>
    public async Task<long> Join(string room, string? invite = null)
    {
        var reply = await Post($"/api/rooms/{room}/join", new { invite });
        return reply.Is(200).Number("seq");
    }

    public async Task Leave(string room)
    {
        var reply = await Post($"/api/rooms/{room}/leave");
        Assert.Equal(204, reply.Status);
    }

    public async Task<string> Invite(string room, object? terms = null)
    {
        var reply = await Post($"/api/rooms/{room}/invites", terms ?? new { });
        return reply.Is(201).Text("invite");
    }

    /// <summary>Says something over HTTP; gives the event.</summary>
    public async Task<JsonElement> Say(string room, string text, string? nonce = null)
    {
        var reply = await Post($"/api/rooms/{room}/messages", new { text, nonce = nonce ?? Unique.Nonce() });
        return reply.Is(201);
    }

    /// <summary>The whole log of a room, page after page from the first event that he may read.</summary>
    public async Task<List<JsonElement>> Log(string room)
    {
        var events = new List<JsonElement>();
        for (var after = 0L; ;)
        {
            var reply = await Get($"/api/rooms/{room}/events?after={after}&limit=200");
            var page = reply.Is(200);
            events.AddRange(page.List("events"));
            if (!page.Flag("more")) return events;
            after = events[^1].Number("seq");
        }
    }

    /// <summary>A socket that has said hello and was welcomed.</summary>
    public async Task<RawSocket> Connect(object? resume = null, string? epoch = null, int? receiveBuffer = null)
    {
        var socket = await RawSocket.Open(Server, receiveBuffer: receiveBuffer);
        await socket.Hello(Token, resume, epoch);
        return socket;
    }
}
