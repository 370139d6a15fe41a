using System.Net;
using System.Net.Sockets;
using System.Text;
using Chatter.Chat.Tests.Support;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Chatter.Chat.Tests.Gateway;

/// <summary>Who is let in when many come, and that nobody else notices.</summary>
public sealed class AdmissionTests
{
    [Fact]
    public async Task C4_of_ten_thousand_upgrades_from_one_address_a_bounded_number_gets_in_and_others_are_served()
    {
        const int each = 1_000, tries = 10_000;
        await using var server = await ChatServer.Start(static s =>
        {
            s["Chatter:Limits:SocketsPerAddress"] = $"{each}";
            s["Chatter:Limits:ConnectionsPerAddress"] = $"{each}";
        });
        using var measured = server.Measure();
        var open = new List<Peer>();
        var before = 0L;
        try
        {
            for (var i = 0; i < tries; i += 100)
            {
                foreach (var peer in await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Peer.Upgrade(server))))
                {
                    if (peer.Status == 101) open.Add(peer);
                    else peer.Dispose();
                }
                if (i == each * 2) before = GC.GetTotalMemory(forceFullCollection: true);
            }
            Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 10_000_000);
            Assert.Equal(each, open.Count);
            Assert.Equal(each, measured.Now("chatter.socket.count", "state=without_hello"));
            Assert.Equal(tries - each, measured.Hits("SocketsPerAddress") + measured.Hits("ConnectionsPerAddress"));
            using var other = await Peer.Upgrade(server, IPAddress.Parse("127.0.0.2"));
            Assert.Equal(101, other.Status);
        }
        finally
        {
            foreach (var peer in open) peer.Dispose();
        }
        // What was taken is given back.
        await Eventually.Equal(101, async () =>
        {
            using var again = await Peer.Upgrade(server);
            return again.Status;
        });
    }

    [Fact]
    public async Task A_socket_that_says_nothing_makes_way_for_a_new_one_where_there_are_too_many_of_them()
    {
        await using var server = await ChatServer.Start(static s => s["Chatter:Limits:SocketsWithoutHello"] = "3");
        using var measured = server.Measure();
        var ada = await server.User();
        await using var greeted = await ada.Connect();
        await using var first = await RawSocket.Open(server);
        await using var second = await RawSocket.Open(server);
        await using var third = await RawSocket.Open(server);
        await using var fourth = await ada.Connect();

        Assert.Equal(1006, await first.Closed());
        Assert.Equal(1, measured.Hits("SocketsWithoutHello"));
        await second.Hello(ada.Token);
        await third.Hello(ada.Token);
        foreach (var socket in new[] { greeted, second, third, fourth }) await socket.Settle();
    }

    [Fact]
    public async Task Connections_of_an_address_are_bounded_those_that_send_nothing_too()
    {
        await using var server = await ChatServer.Start(static s => (s["Chatter:Limits:SocketsPerAddress"], s["Chatter:Limits:ConnectionsPerAddress"]) = ("1", "2"));
        using var measured = server.Measure();
        var idle = new List<TcpClient>();
        for (var i = 0; i < 3; i++)
        {
            idle.Add(new TcpClient());
            await idle[^1].ConnectAsync(server.Address.Host, server.Address.Port, TestContext.Current.CancellationToken);
        }
        await Eventually.Equal(3.0, () => Task.FromResult(measured.Now("chatter.connection.count")));

        using (var refused = await Peer.Upgrade(server)) Assert.Equal(0, refused.Status);
        using (var other = await Peer.Upgrade(server, IPAddress.Parse("127.0.0.2"))) Assert.Equal(101, other.Status);
        Assert.Equal(1, measured.Hits("ConnectionsPerAddress"));
        foreach (var one in idle) one.Dispose();
        await Eventually.Equal(101, async () =>
        {
            using var again = await Peer.Upgrade(server);
            return again.Status;
        });
    }

    [Theory]
    [InlineData("RequestsPerAddress", 429, "rate_limited")]
    [InlineData("RequestsAtOnce", 503, "unavailable")]
    public async Task Requests_in_work_are_bounded(string limit, int status, string code)
    {
        await using var server = await ChatServer.Start(s => s[$"Chatter:Limits:{limit}"] = "2");
        using var measured = server.Measure();
        var slow = new[] { await Peer.Connect(server), await Peer.Connect(server) };
        foreach (var peer in slow) await peer.Write($"POST /api/login HTTP/1.1\r\nHost: {server.Address.Authority}\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{{");
        await Eventually.Equal(2.0, () => Task.FromResult(measured.Now("chatter.request.count")));

        var refused = await server.Call(HttpMethod.Get, "/api/me");
        refused.Refused(status, code);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(1, measured.Hits(limit));
        Assert.Equal(200, (await server.Call(HttpMethod.Get, "/health/live")).Status);
        foreach (var peer in slow) peer.Dispose();
        await Eventually.Equal(401, async () => (await server.Call(HttpMethod.Get, "/api/me")).Status);
    }

    [Fact]
    public async Task A_users_requests_have_a_bucket()
    {
        await using var server = await ChatServer.Start(static s => (s["Chatter:Limits:RequestsPerSecond"], s["Chatter:Limits:RequestBurst"]) = ("1", "3"));
        var ada = await server.User();
        var ben = await server.User();
        var replies = new List<Reply>();
        for (var i = 0; i < 10; i++) replies.Add(await ada.Get("/api/me"));

        Assert.Equal(200, replies[0].Status);
        var refused = replies.First(static reply => reply.Status != 200);
        refused.Refused(429, "rate_limited");
        Assert.NotNull(refused.Headers.RetryAfter);
        (await ben.Get("/api/me")).Is(200);
    }

    [Fact]
    public async Task A_room_has_so_many_invites()
    {
        await using var server = await ChatServer.Start(static s => s["Chatter:Limits:InvitesPerRoom"] = "2");
        using var measured = server.Measure();
        var ada = await server.User();
        var room = await ada.CreateRoom();
        var other = await ada.CreateRoom();
        await ada.Invite(room);
        await ada.Invite(room);

        (await ada.Post($"/api/rooms/{room}/invites", new { })).Refused(429, "rate_limited");
        Assert.Equal(1, measured.Hits("InvitesPerRoom"));
        await ada.Invite(other);
    }

    [Fact]
    public async Task A_user_has_so_many_sessions_and_the_least_used_makes_way()
    {
        await using var server = await ChatServer.Start(static s => s["Chatter:Sessions:PerUser"] = "2");
        using var measured = server.Measure();
        var first = await server.User();
        await using var socket = await first.Connect();
        server.Time.Move(TimeSpan.FromSeconds(1));
        var second = await first.LogIn();
        server.Time.Move(TimeSpan.FromSeconds(1));
        var third = await first.LogIn();

        Assert.Equal(4401, await socket.Closed());
        Assert.Equal((401, 200, 200), ((await first.Get("/api/me")).Status, (await second.Get("/api/me")).Status, (await third.Get("/api/me")).Status));
        Assert.Equal(1, measured.Hits("PerUser"));
        for (var i = 0; i < 10; i++)
        {
            server.Time.Move(TimeSpan.FromSeconds(1));
            await first.LogIn();
        }
        // Those that were ended are not kept without bound either.
        await using var store = new SqliteConnection($"Data Source={Path.Combine(server.DataPath, "chatter.db")};Mode=ReadOnly;Pooling=False");
        await store.OpenAsync(TestContext.Current.CancellationToken);
        await using var count = store.CreateCommand();
        count.CommandText = "select count(*) from sessions";
        Assert.InRange((long)(await count.ExecuteScalarAsync(TestContext.Current.CancellationToken))!, 2, 2 + 2 + 1);
    }

    [Fact]
    public async Task A_socket_that_sends_more_bytes_than_it_may_is_read_slowly_and_loses_nothing()
    {
        await using var server = await ChatServer.Start(static s => s["Chatter:Limits:BytesPerSecond"] = "65536");
        using var measured = server.Measure();
        var ada = await server.User();
        await using var socket = await ada.Connect();
        var start = TimeProvider.System.GetTimestamp();
        // Four seconds' worth may come at once; two more are sent.
        for (var i = 0; i < 12; i++) await socket.Send(new { type = "ping", nonce = $"n{i}", pad = new string('x', 32_768) });
        await socket.Answer("pong", "n11");

        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 1.5, 30);
        Assert.Equal(12, socket.Frames.Count(static frame => frame.Is("type", "pong")));
        Assert.True(measured.Hits("BytesPerSecond") > 0);
    }

    [Fact]
    public async Task A_flood_of_control_frames_ends_the_socket_too()
    {
        await using var server = await ChatServer.Start(static s => (s["Chatter:Limits:FramesPerSecond"], s["Chatter:Limits:FrameBurst"]) = ("5", "10"));
        var ada = await server.User();
        await using var flooding = await TcpWebSocket.Hello(ada);
        var ping = TcpWebSocket.Frame(TcpWebSocket.Ping, [1]);
        try
        {
            for (var i = 0; i < 1_200; i++) await flooding.Write(ping);
        }
        catch (IOException)
        {
            // The server may close before all is written.
        }
        Assert.Contains(await flooding.Closed(), (int[])[4429, 1006]);
    }

    /// <summary>A connection by hand, from an address of the loopback's own network.</summary>
    private sealed class Peer(TcpClient tcp) : IDisposable
    {
        /// <summary>What the upgrade was answered with; 0 where the connection was closed without an answer.</summary>
        public int Status { get; private set; }

        public static async Task<Peer> Connect(ChatServer server, IPAddress? from = null)
        {
            var peer = new Peer(new TcpClient(new IPEndPoint(from ?? IPAddress.Loopback, 0)) { LingerState = new LingerOption(true, 0) });
            await peer.Connect(server.Address);
            return peer;
        }

        public static async Task<Peer> Upgrade(ChatServer server, IPAddress? from = null)
        {
            var peer = new Peer(new TcpClient(new IPEndPoint(from ?? IPAddress.Loopback, 0)) { LingerState = new LingerOption(true, 0) });
            try
            {
                await peer.Connect(server.Address);
                await peer.Write($"GET /ws HTTP/1.1\r\nHost: {server.Address.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
                var head = new byte[12];
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
                limit.CancelAfter(Patience.Call);
                await peer.Stream.ReadExactlyAsync(head, limit.Token);
                peer.Status = int.Parse(Encoding.ASCII.GetString(head).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // Closed without an answer.
            }
            return peer;
        }

        public async Task Write(string text) => await Stream.WriteAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);

        public void Dispose() => tcp.Dispose();

        private async Task Connect(Uri address) => await tcp.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);

        private NetworkStream Stream => tcp.GetStream();
    }
}
