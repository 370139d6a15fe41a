using Chatter.Chat.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace Chatter.Chat.Tests.Support;

/// <summary>One server with generous limits for all tests that need nothing special; each takes users and rooms of its own.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private ChatServer? _server;

    internal ChatServer Server => _server ?? throw new InvalidOperationException("The fixture isn't started.");

    public async ValueTask InitializeAsync() => _server = await ChatServer.Start();

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}
