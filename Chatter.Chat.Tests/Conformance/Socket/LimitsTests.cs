using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Socket;

/// <summary>Floods and numbers of sockets (docs/protocol.md §4, §4.3 and §8).</summary>
public sealed class LimitsTests
{
    [Fact]
    public async Task A_users_sends_share_one_bucket_on_all_sockets_and_over_HTTP()
    {
        await using var server = await ChatServer.Start(static s =>
        {
            s["Chatter:Limits:SendsPerSecond"] = "1";
            s["Chatter:Limits:SendBurst"] = "6";
        });
        var ada = await server.User();
        var ben = await server.User();
        var room = await ada.CreateRoom();
        await ben.Join(room);
        await using var first = await ada.Connect();
        await using var second = await ada.Connect();
        await using var his = await ben.Connect();
        Assert.Equal((1, 6), (first.Welcome.Field("limits").Number("sendsPerSecond"), first.Welcome.Field("limits").Number("sendBurst")));
        for (var i = 0; i < 3; i++)
        {
            await first.Send(new { type = "send", room, text = "x", nonce = $"a{i}" });
            await second.Send(new { type = "send", room, text = "x", nonce = $"b{i}" });
        }
        await first.Answer("sent", "a2");
        await second.Answer("sent", "b2");
        await first.Send(new { type = "send", room, text = "x", nonce = "c1" });
        await first.Send(new { type = "send", room, text = "x", nonce = "c2" });
        await first.Send(new { type = "send", room, text = "x", nonce = "c3" });
        var error = await first.Next("error");
        Assert.Equal(("rate_limited", "send", room), (error.Text("code"), error.Text("re"), error.Text("room")));
        Assert.StartsWith("c", error.Text("nonce"), StringComparison.Ordinal);
        Assert.InRange(error.Field("retryAfter").GetDouble(), 0.001, 3);
        var http = await ada.Post($"/api/rooms/{room}/messages", new { text = "x", nonce = "d1" });
        if (http.Status != 201) http.Refused(429, "rate_limited");
        await second.Send(new { type = "send", room = Guid.CreateVersion7(), text = "x", nonce = "e1" });
        await second.Send(new { type = "send", room = Guid.CreateVersion7(), text = "x", nonce = "e2" });
        Assert.Equal("rate_limited", (await second.Answer("error", "e2")).Text("code"));
        await his.Say(room, "Ben has his own");
    }

    [Fact]
    public async Task A_bucket_fills_again_and_the_same_nonce_then_passes()
    {
        await using var server = await ChatServer.Start(static s =>
        {
            s["Chatter:Limits:SendsPerSecond"] = "5";
            s["Chatter:Limits:SendBurst"] = "1";
        });
        var ada = await server.User();
        var room = await ada.CreateRoom();
        await using var socket = await ada.Connect();
        for (var i = 0; i < 10; i++) await socket.Send(new { type = "send", room, text = $"{i}", nonce = $"n{i}" });
        var refused = await socket.Next("error");
        var nonce = refused.Text("nonce");
        await Eventually.Equal(true, async () =>
        {
            await socket.Send(new { type = "send", room, text = nonce[1..], nonce });
            await socket.Settle();
            return socket.Frames.Any(f => f.Is("type", "sent") && f.Is("nonce", nonce));
        });
        Assert.Single(await ada.Log(room), e => e.Is("nonce", nonce));
    }

    [Fact]
    public async Task Frames_of_a_socket_have_a_bucket_and_a_flood_ends_it()
    {
        await using var server = await ChatServer.Start(static s =>
        {
            s["Chatter:Limits:FramesPerSecond"] = "5";
            s["Chatter:Limits:FrameBurst"] = "10";
        });
        var ada = await server.User();
        await using var flooding = await TcpWebSocket.Hello(ada);
        await using var calm = await ada.Connect();
        var ping = TcpWebSocket.Frame(TcpWebSocket.Text, [.. "{\"type\":\"ping\",\"nonce\":\"n\"}"u8]);
        for (var i = 0; i < 100; i++) await flooding.Write(ping);
        var error = await flooding.Next("error");
        Assert.Equal(("rate_limited", "ping"), (error.Text("code"), error.Text("re")));
        Assert.True(error.Field("retryAfter").GetDouble() > 0);
        try
        {
            for (var i = 0; i < 1_200; i++) await flooding.Write(ping);
        }
        catch (IOException)
        {
            // The server may close before all is written.
        }
        Assert.Contains(await flooding.Closed(), (int[])[4429, 1006]);
        await calm.Settle();
    }

    [Fact]
    public async Task Sends_beyond_the_users_bucket_are_a_flood_too()
    {
        await using var server = await ChatServer.Start(static s =>
        {
            s["Chatter:Limits:SendsPerSecond"] = "1";
            s["Chatter:Limits:SendBurst"] = "1";
        });
        var ada = await server.User();
        var room = await ada.CreateRoom();
        await using var socket = await ada.Connect();
        for (var i = 0; i < 990; i++) await socket.Send(new { type = "send", room, text = "x", nonce = $"n{i}" });
        await socket.Settle();
        Assert.True(socket.IsOpen);
        try
        {
            for (var i = 0; i < 100 && socket.IsOpen; i++) await socket.Send(new { type = "send", room, text = "x", nonce = $"m{i}" });
        }
        catch (Exception e) when (e is System.Net.WebSockets.WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The socket closed under the sender, as it should.
        }
        Assert.Equal(4429, await socket.Closed());
    }

    [Fact]
    public async Task A_user_has_so_many_sockets()
    {
        await using var server = await ChatServer.Start(static s => s["Chatter:Limits:SocketsPerUser"] = "2");
        var ada = await server.User();
        var ben = await server.User();
        await using var first = await ada.Connect();
        await using var second = await ada.Connect();
        await using var third = await RawSocket.Open(server, ada.Token);
        await third.Send(new { type = "hello" });
        Assert.Equal(1013, await third.Closed());
        await using var his = await ben.Connect();
        await first.Settle();
        await second.Close();
        await Eventually.Equal(true, async () =>
        {
            await using var next = await RawSocket.Open(server);
            await next.Send(new { type = "hello", token = ada.Token });
            try
            {
                await next.Next("welcome");
                return true;
            }
            catch (Xunit.Sdk.XunitException)
            {
                return false;
            }
        });
    }

    [Theory]
    [InlineData("Chatter:Limits:SocketsPerAddress")]
    [InlineData("Chatter:Limits:Sockets")]
    public async Task There_are_so_many_sockets_from_an_address_and_in_all(string limit)
    {
        await using var server = await ChatServer.Start(s => s[limit] = "2");
        var ada = await server.User();
        await using var first = await ada.Connect();
        var second = await RawSocket.Open(server);
        await using (var third = await TcpWebSocket.Connect(server))
        {
            await third.Refused(503, "unavailable");
            Assert.NotNull(third.Header("Retry-After"));
        }
        await second.DisposeAsync();
        await Eventually.Equal(101, () => RawSocket.TryOpen(server));
        await first.Settle();
    }
}
