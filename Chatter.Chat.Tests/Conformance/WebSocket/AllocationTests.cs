using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.WebSocket;

/// <summary>What a header announces is no reason to get memory for it. By itself, since the process's allocations are everybody's.</summary>
[Collection(Alone.Name)]
public sealed class AllocationTests
{
    private const int Sockets = 50;
    private const long Announced = 16L << 20;

    [Theory]
    [InlineData(Announced)]
    [InlineData(long.MaxValue)]
    public async Task Announced_megabytes_are_never_allocated(long announced)
    {
        await using var server = await ChatServer.Start();
        var user = await server.User();
        await Announce(user, announced, 1);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await Announce(user, announced, Sockets);
        // Opening and closing a socket, test included, takes some 100 KB; a single buffer of the size announced would be 16 MB.
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, Sockets * Announced / 20);
        Assert.Empty(server.Log.Errors);
    }

    private static async Task Announce(TestUser user, long announced, int sockets)
    {
        for (var i = 0; i < sockets; i++)
        {
            await using var socket = await TcpWebSocket.Hello(user);
            await socket.Write(LimitTests.Announcing(TcpWebSocket.Text, announced));
            Assert.Equal("close 1009", await new SocketReader(socket).Answer());
        }
    }
}
