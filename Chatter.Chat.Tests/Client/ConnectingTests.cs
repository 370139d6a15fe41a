using System.Net.WebSockets;
using Chatter.Chat.Client;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.Chat.Tests.Client;

/// <summary>When a <see cref="ChatClient"/> comes, goes, comes back and stays away.</summary>
public sealed class ConnectingTests : PeerTests
{
    private static readonly Guid Room = Guid.CreateVersion7();

    [Fact]
    public async Task It_goes_from_connecting_to_online_to_reconnecting_to_online()
    {
        var seen = new TaskCompletionSource();
        await using var peer = await ScriptedPeer.Start(
            async socket =>
            {
                await socket.Welcome("a");
                await seen.Task;
                socket.Cut();
            },
            static async socket =>
            {
                await socket.Welcome("a");
                await socket.Silence();
            });
        await using var client = new ChatClient(new ChatClientOptions { Server = peer.Address, Token = static _ => ValueTask.FromResult<string?>("secret") });
        var listener = new ClientListener(client);
        Assert.Equal(ConnectionState.Connecting, client.State);
        client.Start();
        await listener.Until(ConnectionState.Online);
        seen.SetResult();
        await listener.Until(ConnectionState.Reconnecting);
        await listener.Until(ConnectionState.Online);
    }

    [Fact]
    public async Task It_keeps_trying_where_it_is_refused_for_the_moment()
    {
        await using var peer = await ScriptedPeer.Start(
            static socket => socket.Refuse(500),
            static async socket =>
            {
                await socket.Hello();
                await socket.Close(1013);
            },
            static socket => socket.Refuse(503, "1"),
            static async socket =>
            {
                await socket.Welcome("a");
                await socket.Silence();
            });
        await using var client = peer.Connect();
        await client.Online(Cancel);
        var at = peer.ConnectedAt;
        Assert.Equal(4, at.Length);
        Assert.True(TimeProvider.System.GetElapsedTime(at[2], at[3]) >= TimeSpan.FromSeconds(0.99));
    }

    [Theory]
    [InlineData(CloseCodes.NotAuthenticated)]
    [InlineData(CloseCodes.Replaced)]
    public async Task It_is_signed_out_for_good_by_the_server(int code)
    {
        await using var peer = await ScriptedPeer.Start(async socket =>
        {
            await socket.Welcome("a", (Room, 0));
            await socket.Receive<SendFrame>();
            await socket.Close(code);
        });
        await using var client = peer.Connect();
        var listener = new ClientListener(client);
        var refused = await Assert.ThrowsAsync<ChatException>(() => client.Send(Room, "hello", cancel: Cancel));
        Assert.Equal(ErrorCodes.NotAuthenticated, refused.Refusal.Code);
        await listener.Until(ConnectionState.SignedOut);
        Assert.Equal(ErrorCodes.NotAuthenticated, (await Assert.ThrowsAsync<ChatException>(() => client.Online(Cancel))).Refusal.Code);
        await Assert.ThrowsAsync<ChatException>(() => client.Send(Room, "hello", cancel: Cancel));
        await Assert.ThrowsAsync<ChatException>(() => client.History(Room, cancel: Cancel));
        Assert.Single(peer.ConnectedAt);
    }

    [Fact]
    public async Task It_is_signed_out_by_a_refused_upgrade_and_by_a_provider_without_a_token()
    {
        await using var peer = await ScriptedPeer.Start(static socket => socket.Refuse(401));
        await using var refused = peer.Connect();
        await Assert.ThrowsAsync<ChatException>(() => refused.Online(Cancel));
        await using var without = peer.Connect(token: static _ => ValueTask.FromResult<string?>(null));
        await Assert.ThrowsAsync<ChatException>(() => without.Online(Cancel));
        Assert.Single(peer.ConnectedAt);
    }

    [Fact]
    public async Task It_asks_for_a_token_before_each_hello_and_bears_a_provider_that_fails()
    {
        await using var peer = await ScriptedPeer.Start(
            static async socket =>
            {
                Assert.Equal("ticket 2", (await socket.Welcome("a")).Token);
                await socket.Close(1011);
            },
            static async socket =>
            {
                Assert.Equal("ticket 3", (await socket.Welcome("a")).Token);
                await socket.ReceiveClose();
            });
        var asked = 0;
        await using (var client = peer.Connect(token: _ => ++asked == 1 ? throw new InvalidOperationException("Not yet.") : ValueTask.FromResult<string?>($"ticket {asked}")))
        {
            var listener = new ClientListener(client);
            await listener.Next<WelcomeFrame>();
            await listener.Next<WelcomeFrame>();
        }
        await peer.Played;
    }

    [Fact]
    public async Task A_goodbye_lets_what_is_under_way_be_answered_and_says_when_to_come_back()
    {
        await using var peer = await ScriptedPeer.Start(
            static async socket =>
            {
                await socket.Welcome("a", (Room, 0));
                var send = await socket.Receive<SendFrame>();
                await socket.Send(new GoodbyeFrame(CloseCodes.Restart, ReconnectAfter: 700, Deadline: 10_000));
                await socket.Send(Frames.Sent(send, 1));
                Assert.Equal(WebSocketCloseStatus.NormalClosure, await socket.ReceiveClose());
                await socket.Close(CloseCodes.Restart);
            },
            static async socket =>
            {
                await socket.Welcome("a", (Room, 1));
                await socket.Silence();
            });
        await using var client = peer.Connect();
        var listener = new ClientListener(client);
        Assert.Equal(1, (await client.Send(Room, "hello", cancel: Cancel)).Seq);
        await listener.Next<GoodbyeFrame>();
        await listener.Next<WelcomeFrame>();
        var at = peer.ConnectedAt;
        Assert.InRange(TimeProvider.System.GetElapsedTime(at[0], at[1]).TotalSeconds, 0.69, 5);
    }

    [Fact]
    public async Task A_silent_server_is_pinged_after_a_heartbeat_and_given_up_after_two()
    {
        await using var peer = await ScriptedPeer.Start(
            static async socket =>
            {
                await socket.Hello();
                await socket.Send(Frames.Welcome("a") with { Heartbeat = 0.8 });
                for (var i = 0; i < 2; i++)
                {
                    await socket.Receive<PingFrame>();
                    await socket.Send(new PongFrame());
                }
                await socket.Receive<PingFrame>();
                Assert.Null(await socket.ReceiveClose());
            },
            static async socket =>
            {
                await socket.Welcome("a");
                await socket.ReceiveClose();
            });
        await using (var client = peer.Connect())
        {
            var listener = new ClientListener(client);
            await listener.Next<WelcomeFrame>();
            await listener.Next<WelcomeFrame>();
            var at = peer.ConnectedAt;
            Assert.True(TimeProvider.System.GetElapsedTime(at[0], at[1]) >= TimeSpan.FromSeconds(3));
        }
        await peer.Played;
    }

    [Fact]
    public async Task A_pause_closes_the_socket_and_a_resume_goes_on_from_there_at_once()
    {
        await using var peer = await ScriptedPeer.Start(
            static async socket =>
            {
                await socket.Welcome("a", (Room, 4));
                Assert.Equal(WebSocketCloseStatus.NormalClosure, await socket.ReceiveClose());
                await socket.Close(1000);
            },
            static async socket =>
            {
                Assert.Equal(4, (await socket.Welcome("a", (Room, 4))).Resume![Room]);
                await socket.Send(Frames.Sent(await socket.Receive<SendFrame>(), 5));
                await socket.ReceiveClose();
            });
        await using (var client = peer.Connect())
        {
            await client.Online(Cancel);
            await client.Pause();
            Assert.Equal(ConnectionState.Reconnecting, client.State);
            var sending = client.Send(Room, "hello", cancel: Cancel);
            Assert.Single(client.Outbox(Room));
            Assert.Single(peer.ConnectedAt);
            client.Resume();
            Assert.Equal(5, (await sending).Seq);
        }
        await peer.Played;
    }

    [Fact]
    public async Task Disposal_ends_everything_within_two_seconds_though_the_server_does_not_answer()
    {
        await using var peer = await ScriptedPeer.Start(async socket =>
        {
            await socket.Welcome("a", (Room, 0));
            await socket.Receive<SendFrame>();
            await Task.Delay(TimeSpan.FromSeconds(4), Cancel);
        });
        var client = peer.Connect();
        var sending = client.Send(Room, "hello", cancel: Cancel);
        var paging = client.History(Room, cancel: Cancel);
        var reading = Task.Run(async () => { await foreach (var _ in client.Frames(Cancel)) { } }, Cancel);
        await client.Online(Cancel);
        var began = TimeProvider.System.GetTimestamp();
        await client.DisposeAsync();
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => sending);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => paging);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.Send(Room, "hello", cancel: Cancel));
        await reading.WaitAsync(TimeSpan.FromSeconds(2), Cancel);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task It_comes_through_a_unix_socket_as_well()
    {
        var path = Path.Combine(Path.GetTempPath(), $"chatter-{Guid.NewGuid():N}.sock");
        await using var peer = await ScriptedPeer.Start(path, null, static async socket =>
        {
            await socket.Welcome("a");
            await socket.Silence();
        });
        using var handler = ScriptedPeer.UnixHandler(path);
        await using var client = peer.Connect(handler);
        await client.Online(Cancel);
    }
}
