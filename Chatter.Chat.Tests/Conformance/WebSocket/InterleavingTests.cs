using System.Globalization;
using System.Text;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.WebSocket;

/// <summary>Pongs, answers and the close frame on a socket whose events wait half-sent, because nobody reads them.</summary>
public sealed class InterleavingTests
{
    private const int Messages = 400;
    private const int Pings = 50;

    /// <summary>With TLS, over HTTP/2, whether past the server where that goes, and a header that makes it the server's.</summary>
    public static TheoryData<bool, bool, bool, string?> Transports => new()
    {
        { false, false, true, null }, { false, false, true, "X-Request-Id: 1" }, { false, false, false, null }, { true, false, true, null }, { true, true, true, null }, { false, true, true, null },
    };

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Control_frames_wait_for_the_end_of_a_half_sent_event(bool tls, bool http2, bool direct, string? header)
    {
        await using var server = await ChatServer.Start(settings => settings["Chatter:Socket:Direct"] = direct.ToString(), tls, http2 && !tls);
        var user = await server.User();
        var room = await user.CreateRoom();
        // The first is always the server's.
        await using var first = await TcpWebSocket.Hello(user, http2);
        await using var socket = await TcpWebSocket.Hello(user, http2, RawSocket.SmallBuffer, header is null ? [] : [header]);
        Assert.Equal(tls || http2 || !direct || header is not null, http2 || socket.IsByHttp);
        var reader = new SocketReader(socket);
        await SayMuch(user, room, http2);

        var sent = new List<string>();
        for (var i = 0; i < Pings; i++)
        {
            var payload = i.ToString(CultureInfo.InvariantCulture);
            await socket.Write(AutobahnCase.Ping(payload));
            sent.Add(AutobahnCase.PongOf(Encoding.ASCII.GetBytes(payload)));
        }
        await socket.Write(AutobahnCase.Text(AutobahnCase.CarrierOf(100)));
        sent.Add(AutobahnCase.Accepted);
        var answers = new List<string>();
        while (answers.Count < sent.Count) answers.Add(await reader.Answer());
        while (reader.Events < Messages) await reader.Event();
        Assert.Equal(sent, answers);

        await SayMuch(user, room, http2);
        await socket.Write([.. AutobahnCase.Ping("last"), .. ClosingCases.Close(1006)]);
        Assert.Equal(AutobahnCase.PongOf("last"u8.ToArray()), await reader.Answer());
        Assert.Equal(AutobahnCase.ProtocolError, await reader.Answer());
        await socket.StopSending();
        Assert.True(await socket.Ended());
        Assert.InRange(reader.Events, Messages, 2 * Messages - 1);
        Assert.Empty(server.Log.Errors);
    }

    /// <summary>More than the kernel takes for a client that doesn't read; all committed when it returns.</summary>
    private static async Task SayMuch(TestUser user, string room, bool http2)
    {
        await using var writer = await TcpWebSocket.Hello(user, http2);
        for (var i = 0; i < Messages; i++) await writer.Say(new { type = "send", room, text = new string('x', 6_000), nonce = Unique.Nonce() });
        for (var i = 0; i < Messages; i++) await writer.Next("sent");
    }
}
