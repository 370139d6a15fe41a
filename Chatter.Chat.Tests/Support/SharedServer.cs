using Chatter.Chat.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace Chatter.Chat.Tests.Support;

/// <summary>
/// One server with generous limits for all tests that need nothing special; each takes users and rooms of its own. Whatever they do to it, none of it may
/// be an error of the server's: a test that provokes one needs a server of its own.
/// </summary>
public sealed class SharedServer : IAsyncLifetime
{
    private ChatServer? _server;

    internal ChatServer Server => _server ?? throw new InvalidOperationException("The fixture isn't started.");

    public async ValueTask InitializeAsync() => _server = await ChatServer.Start();

    /// <summary>Two people in a room of the first one's.</summary>
    internal async Task<(TestUser Ada, TestUser Ben, string Room)> Two()
    {
        var (ada, ben) = (await Server.User(), await Server.User());
        var room = await ada.CreateRoom();
        await ben.Join(room);
        return (ada, ben, room);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not { } server) return;
        await server.DisposeAsync();
        Assert.True(server.Log.Errors.Count == 0, $"The server that tests share logged {server.Log.Errors.Count} errors:\n{string.Join('\n', server.Log.Errors)}");
    }
}
