using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Security;

/// <summary>What one caller does must not change how everyone else is served for the life of the process.</summary>
public sealed class RawSocketProofTests
{
    [Theory]
    [InlineData("/WS")]
    [InlineData("/%77s")]
    [InlineData("/ws?")]
    [InlineData("/ws?token=1")]
    [InlineData("/ws/")]
    [InlineData("http://{host}/ws")]
    public async Task A_first_socket_at_another_spelling_keeps_later_ones_on_the_short_way(string target)
    {
        await using var server = await ChatServer.Start();
        using var measured = server.Measure();
        var ada = await server.User();
        await using (var stranger = await TcpWebSocket.Connect(server, target.Replace("{host}", server.Address.Authority, StringComparison.Ordinal), [])) Assert.Equal(101, stranger.Status);
        await using var first = await TcpWebSocket.Hello(ada);
        await using var second = await TcpWebSocket.Hello(ada);
        Assert.Equal((true, false), (first.IsByHttp, second.IsByHttp));
        Assert.Equal((2, 1), (measured.Sum("chatter.socket.opened", "way=http"), measured.Sum("chatter.socket.opened", "way=raw")));
    }
}
