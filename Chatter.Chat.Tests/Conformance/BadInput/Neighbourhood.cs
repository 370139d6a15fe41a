using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.BadInput;

/// <summary>A server whose every error is a failure, and people on it who want to go on talking whatever somebody sends.</summary>
public sealed class Neighbourhood : IAsyncLifetime
{
    private ChatServer? _server;

    internal ChatServer Server => _server ?? throw new InvalidOperationException("The fixture isn't started.");

    public async ValueTask InitializeAsync() => _server = await ChatServer.Start();

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    internal async Task<Scene> Scene()
    {
        var user = await Server.User();
        var bystander = await Server.User();
        var room = await user.CreateRoom();
        await bystander.Join(room);
        return new Scene(Server, user, bystander, room, await user.Connect(), await bystander.Connect());
    }
}

/// <summary>A misbehaving user with a socket, and a bystander with one in the same room.</summary>
internal sealed class Scene(ChatServer server, TestUser user, TestUser bystander, string room, RawSocket socket, RawSocket other) : IAsyncDisposable
{
    public TestUser User => user;

    public TestUser Bystander => bystander;

    public string Room => room;

    public RawSocket Socket => socket;

    /// <summary>The bystander can speak and hears all in order, the misbehaving user can come again, and the server logged no error.</summary>
    public async Task Unharmed()
    {
        var sent = await other.Say(room, "still here?");
        var events = await other.EventsTo(room, sent.Number("seq"));
        Assert.Equal(Enumerable.Range(3, events.Count).Select(static i => (long)i), events.Select(static e => e.Number("seq")));
        Assert.DoesNotContain(other.Frames, static f => f.Is("type", "error"));
        await using var again = await user.Connect();
        await again.Settle();
        Assert.Empty(server.Log.Errors);
    }

    public async ValueTask DisposeAsync()
    {
        await socket.DisposeAsync();
        await other.DisposeAsync();
    }
}
