using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Socket;

/// <summary>The heartbeat and stuck sockets (docs/protocol.md §4.3 and §4.4).</summary>
public sealed class HeartbeatTests
{
    private static Task<ChatServer> Beating() => ChatServer.Start(static s => s["Chatter:Socket:Heartbeat"] = "00:00:01");

    [Fact]
    public async Task Who_is_silent_is_pinged_and_then_closed()
    {
        await using var server = await Beating();
        var ada = await server.User();
        await using var socket = await TcpWebSocket.Hello(ada);
        Assert.Equal(TcpWebSocket.Ping, (await socket.Read()).Opcode);
        Assert.Equal(4410, await socket.Closed());
    }

    [Fact]
    public async Task Who_answers_pings_stays()
    {
        await using var server = await Beating();
        var ada = await server.User();
        await using var socket = await TcpWebSocket.Hello(ada);
        for (var i = 0; i < 4; i++)
        {
            var (opcode, payload) = await socket.Read();
            Assert.Equal(TcpWebSocket.Ping, opcode);
            await socket.Send(TcpWebSocket.Pong, payload);
        }
        await socket.Say(new { type = "ping", nonce = "n" });
        await socket.Next("pong");
    }

    [Fact]
    public async Task Who_says_something_needs_no_ping()
    {
        await using var server = await Beating();
        var ada = await server.User();
        await using var socket = await TcpWebSocket.Hello(ada);
        for (var i = 0; i < 8; i++)
        {
            await socket.Say(new { type = "ping", nonce = "n" });
            Assert.Equal(TcpWebSocket.Text, (await socket.Read()).Opcode);
            await Task.Delay(300, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Who_only_listens_stays_while_there_is_something_to_hear()
    {
        await using var server = await Beating();
        var ada = await server.User();
        var ben = await server.User();
        var room = await ada.CreateRoom();
        await ben.Join(room);
        await using var listener = await TcpWebSocket.Hello(ben);
        for (var i = 0; i < 10; i++)
        {
            await ada.Say(room, $"{i}");
            var (opcode, _) = await listener.Read();
            Assert.Equal(TcpWebSocket.Text, opcode);
            await Task.Delay(300, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Whichever of its two clocks runs out first ends it.</summary>
    [Theory]
    [InlineData("00:00:00.5", "00:01:00", 4410)]
    [InlineData("00:01:00", "00:00:00.5", 4408)]
    public async Task A_socket_before_hello_is_no_exception_to_closing(string heartbeat, string helloWithin, int code)
    {
        await using var server = await ChatServer.Start(s => (s["Chatter:Socket:Heartbeat"], s["Chatter:Socket:HelloWithin"]) = (heartbeat, helloWithin));
        await using var socket = await TcpWebSocket.Connect(server);
        Assert.Equal(code, await socket.Closed());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_takes_nothing_off_the_wire_is_closed_and_nobody_else_notices(bool tls)
    {
        await using var server = await ChatServer.Start(static s => s["Chatter:Socket:StuckAfter"] = "00:00:01", tls);
        var ada = await server.User();
        var ben = await server.User();
        var room = await ada.CreateRoom();
        await ben.Join(room);
        await using var hers = await ada.Connect();
        await using var stuck = await ben.Connect(receiveBuffer: RawSocket.SmallBuffer);
        stuck.StopReading();
        var text = new string('x', 8_000);
        for (var i = 0; i < 1_000; i++) await hers.Send(new { type = "send", room, text, nonce = $"{i}" });
        await hers.EventsTo(room, 1_002, Patience.Bulk);
        await Eventually.Equal(false, async () =>
            (await ada.Get($"/api/rooms/{room}/members")).Is(200).List("members").Single(m => m.Field("user").Is("id", ben.Id)).Flag("online"));
        stuck.ReadAgain();
        Assert.Contains(await stuck.Closed(), (int[])[4410, 1006]);
        var events = stuck.Events(room);
        Assert.InRange(events.Count, 0, 999);
        Assert.Equal(Enumerable.Range(3, events.Count).Select(static i => (long)i), events.Select(static e => e.Number("seq")));
        await using var again = await ben.Connect(new Dictionary<string, long> { [room] = 2 + events.Count }, stuck.Welcome.Text("epoch"));
        Assert.Equal(1_000 - events.Count, (await again.EventsTo(room, 1_002, Patience.Bulk)).Count);
        Assert.Empty(server.Log.Errors);
    }

    [Fact]
    public async Task Who_sends_without_reading_is_held_back_and_loses_nothing()
    {
        await using var server = await ChatServer.Start();
        var ada = await server.User();
        var room = await ada.CreateRoom();
        await using var socket = await ada.Connect(receiveBuffer: RawSocket.SmallBuffer);
        socket.StopReading();
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 5_000; i++) await socket.Send(new { type = "send", room, text = new string('x', 500), nonce = $"n{i}" });
        }, TestContext.Current.CancellationToken);
        await using var other = await ada.Connect();
        await other.Say(room, "unhindered");
        socket.ReadAgain();
        await sending;
        await socket.EventsTo(room, 5_002, Patience.Bulk);
        await socket.Answer("sent", "n4999");
        Assert.Equal(5_000, socket.Frames.Count(static f => f.Is("type", "sent")));
    }
}
