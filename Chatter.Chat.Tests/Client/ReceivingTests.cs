using System.Text;
using Chatter.Chat.Client;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.Chat.Tests.Client;

/// <summary>What a listener of a <see cref="ChatClient"/> may count on.</summary>
public sealed class ReceivingTests : PeerTests
{
    private static readonly Guid Room = Guid.CreateVersion7();

    [Fact]
    public async Task Whoever_listens_right_after_the_start_misses_nothing()
    {
        await using var peer = await ScriptedPeer.Start(async socket =>
        {
            var hello = await socket.Welcome("a", (Room, 0));
            Assert.Equal(("secret", null, null), (hello.Token, hello.Resume, hello.Epoch));
            await socket.Send(Frames.Message(Room, 1));
            await socket.Silence();
        });
        await using var client = peer.Connect();
        await client.Online(Cancel);
        var listener = new ClientListener(client);
        Assert.Equal("a", (await listener.Next<WelcomeFrame>()).Epoch);
        Assert.Equal([1], await listener.Seqs(1));
        Assert.Equal((Frames.Ada.Id, "a", ConnectionState.Online), (client.User?.Id, client.Epoch, client.State));
    }

    [Fact]
    public async Task A_lost_connection_is_resumed_and_what_comes_twice_is_dropped()
    {
        await using var peer = await ScriptedPeer.Start(
            async socket =>
            {
                await socket.Welcome("a", (Room, 0));
                await socket.Send(Frames.Message(Room, 1), Frames.Message(Room, 2), Frames.Message(Room, 2), Frames.Message(Room, 1), Frames.Message(Room, 3));
                await socket.Close(1011);
            },
            async socket =>
            {
                var hello = await socket.Welcome("a", (Room, 5));
                Assert.Equal("a", hello.Epoch);
                Assert.Equal(3, Assert.Single(hello.Resume!).Value);
                await socket.Send(Frames.Message(Room, 3), Frames.Message(Room, 4), Frames.Message(Room, 5));
                await socket.ReceiveClose();
            });
        await using (var client = peer.Connect())
        {
            var listener = new ClientListener(client);
            Assert.Equal([1, 2, 3, 4, 5], await listener.Seqs(5));
        }
        await peer.Played;
    }

    [Fact]
    public async Task A_gap_is_noticed_and_filled_by_resuming()
    {
        await using var peer = await ScriptedPeer.Start(
            async socket =>
            {
                await socket.Welcome("a", (Room, 0));
                await socket.Send(Frames.Message(Room, 1), Frames.Message(Room, 3));
                await socket.Silence();
            },
            async socket =>
            {
                Assert.Equal(1, Assert.Single((await socket.Welcome("a", (Room, 3))).Resume!).Value);
                await socket.Send(Frames.Message(Room, 2), Frames.Message(Room, 3));
                await socket.Silence();
            });
        await using var client = peer.Connect();
        Assert.Equal([1, 2, 3], await new ClientListener(client).Seqs(3));
    }

    [Fact]
    public async Task A_new_epoch_resets_the_room_and_says_so()
    {
        await using var peer = await ScriptedPeer.Start(
            async socket =>
            {
                await socket.Welcome("a", (Room, 8));
                await socket.Close(1012);
            },
            async socket =>
            {
                Assert.Equal("a", (await socket.Welcome("b", (Room, 5))).Epoch);
                await socket.Send(new ResetFrame(Room, 1, 5, ResetReasons.Epoch), Frames.Message(Room, 6));
                await socket.Close(1011);
            },
            async socket =>
            {
                var hello = await socket.Welcome("b", (Room, 6));
                Assert.Equal(("b", 6), (hello.Epoch, hello.Resume![Room]));
                await socket.ReceiveClose();
            });
        await using (var client = peer.Connect())
        {
            var listener = new ClientListener(client);
            Assert.Equal(ResetReasons.Epoch, (await listener.Next<ResetFrame>()).Reason);
            Assert.Equal(6, (await listener.Next<RoomEvent>()).Seq);
            Assert.Equal("b", client.Epoch);
            await listener.Next<WelcomeFrame>();
        }
        await peer.Played;
    }

    [Fact]
    public async Task Unknown_frames_and_kinds_are_passed_over_and_a_message_of_more_than_a_mebibyte_is_read()
    {
        await using var peer = await ScriptedPeer.Start(async socket =>
        {
            await socket.Welcome("a", (Room, 0));
            await socket.Raw("{\"type\":\"fireworks\",\"size\":3}"u8.ToArray());
            await socket.Send(Frames.Message(Room, 1) with { Kind = "fireworks" });
            await socket.Raw(Encoding.UTF8.GetBytes($$$"""{"pad":"{{{new string('x', 1_500_000)}}}","type":"typing","room":"{{{Room}}}","user":{"id":"{{{Room}}}","name":"bob"}}"""));
            await socket.Send(Frames.Message(Room, 2));
            await socket.Silence();
        });
        await using var client = peer.Connect();
        var listener = new ClientListener(client);
        Assert.Equal("fireworks", (await listener.Next<RoomEvent>()).Kind);
        Assert.Equal("bob", (await listener.Next<TypingFrame>()).User.Name);
        Assert.Equal([2], await listener.Seqs(1));
    }

    [Fact]
    public async Task A_stream_gives_the_same_and_ends_when_signed_out()
    {
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var peer = await Flood(3_000, listening.Task, static socket => socket.Close(CloseCodes.Replaced));
        await using var client = peer.Connect();
        var seqs = new List<long>();
        await foreach (var frame in client.Frames(Cancel))
        {
            if (frame is WelcomeFrame) listening.SetResult();
            if (frame is RoomEvent @event) seqs.Add(@event.Seq);
        }
        Assert.Equal(Enumerable.Range(1, 3_000).Select(static seq => (long)seq), seqs);
        Assert.Equal(ConnectionState.SignedOut, client.State);
    }

    [Fact]
    public async Task A_stream_that_is_left_does_not_hold_the_others_back()
    {
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var peer = await Flood(3_000, listening.Task, static socket => socket.Silence());
        await using var client = peer.Connect();
        var listener = new ClientListener(client);
        listening.SetResult();
        await foreach (var frame in client.Frames(Cancel))
        {
            if (frame is RoomEvent) break;
        }
        Assert.Equal(3_000, (await listener.Seqs(3_000))[^1]);
    }

    [Fact]
    public async Task A_bot_that_awaits_its_answers_while_it_reads_does_not_lock_itself_up_behind_a_flood()
    {
        const int Flood = 5_000;
        var reached = 0L;
        await using var peer = await ScriptedPeer.Start(
            async socket =>
            {
                await socket.Welcome("a", (Room, 0));
                await socket.Send(Frames.Message(Room, 1));
                var send = await socket.Receive<SendFrame>();
                for (var seq = 2; seq <= Flood; seq++) await socket.Send(Frames.Message(Room, seq));
                await socket.Send(Frames.Sent(send, Flood + 1));
                await socket.Silence();
            },
            async socket =>
            {
                var hello = await socket.Welcome("a", (Room, Flood));
                for (var seq = hello.Resume![Room] + 1; seq <= Flood; seq++) await socket.Send(Frames.Message(Room, seq));
                await socket.Silence();
            });
        await using var client = peer.Connect();
        await foreach (var frame in client.Frames(Cancel))
        {
            if (frame is not RoomEvent @event) continue;
            Assert.Equal(++reached, @event.Seq);
            if (@event.Seq == 1) Assert.Equal(Flood + 1, (await client.Send(Room, "pong", cancel: Cancel)).Seq);
            if (@event.Seq == Flood) break;
        }
    }

    [Fact]
    public async Task A_listener_that_throws_harms_nobody_else()
    {
        await using var peer = await ScriptedPeer.Start(async socket =>
        {
            await socket.Welcome("a", (Room, 0));
            await socket.Send(Frames.Message(Room, 1));
            await socket.Silence();
        });
        await using var client = peer.Connect();
        client.FramesReceived += static _ => throw new InvalidOperationException("Not my day.");
        client.StateChanged += static _ => throw new InvalidOperationException("Not my day.");
        Assert.Equal([1], await new ClientListener(client).Seqs(1));
    }

    /// <summary>A peer that sends this many messages once somebody listens: until then a client keeps the newest 1,024 only.</summary>
    private Task<ScriptedPeer> Flood(int count, Task listening, Func<PeerSocket, Task> end) => ScriptedPeer.Start(async socket =>
    {
        await socket.Welcome("a", (Room, 0));
        await listening.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        for (var seq = 1; seq <= count; seq++) await socket.Send(Frames.Message(Room, seq));
        await end(socket);
    });
}
