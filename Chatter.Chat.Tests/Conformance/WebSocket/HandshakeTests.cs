using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.WebSocket;

/// <summary>In place of Autobahn's groups 12 and 13: compression is never agreed on, whatever is offered, and who compresses all the same breaks the rules.</summary>
public sealed class HandshakeTests
{
    public static TheoryData<string> Offers =>
    [
        "permessage-deflate", "permessage-deflate; client_max_window_bits", "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9",
        "permessage-deflate; server_max_window_bits=15, permessage-deflate", "x-webkit-deflate-frame", "permessage-bzip2, permessage-deflate", "foo; bar=\"baz\"",
    ];

    [Theory]
    [MemberData(nameof(Offers))]
    public async Task No_extension_is_accepted(string offer)
    {
        await using var server = await ChatServer.Start();
        var user = await server.User();
        await using var socket = await TcpWebSocket.Connect(server, $"Sec-WebSocket-Extensions: {offer}");
        Assert.Equal(101, socket.Status);
        Assert.Null(socket.Header("Sec-WebSocket-Extensions"));
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", socket.Header("Sec-WebSocket-Accept"));
        await Refuses(socket, user);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_extension_is_accepted_over_HTTP_2(bool tls)
    {
        await using var server = await ChatServer.Start(tls: tls, onlyHttp2: !tls);
        var user = await server.User();
        await using var socket = await TcpWebSocket.ConnectHttp2(server, ("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"));
        Assert.Equal(200, socket.Status);
        Assert.Null(socket.Header("Sec-WebSocket-Extensions"));
        await Refuses(socket, user);
    }

    /// <summary>What it sends isn't compressed, though it would be worth it; what comes compressed is refused.</summary>
    private static async Task Refuses(TcpWebSocket socket, TestUser user)
    {
        await socket.Say(new { type = "hello", token = user.Token });
        await socket.Next("welcome");
        await socket.Send(TcpWebSocket.Text, [0xAA, 0x56, 0x2A, 0xA9, 0x2C, 0x48, 0x55, 0xB2, 0x52, 0x00, 0x00], rsv: 4);
        Assert.Equal(1002, await socket.Closed());
    }
}
