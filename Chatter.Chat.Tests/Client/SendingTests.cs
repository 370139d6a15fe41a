using Chatter.Chat.Client;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.Chat.Tests.Client;

/// <summary>What a sender may count on.</summary>
public sealed class SendingTests : PeerTests
{
    private static readonly Guid Room = Guid.CreateVersion7();

    [Fact]
    public async Task A_send_completes_with_the_committed_event_and_the_outbox_is_empty()
    {
        await using var peer = await ScriptedPeer.Start(async socket =>
        {
            await socket.Welcome("a", (Room, 7));
            var send = await socket.Receive<SendFrame>();
            Assert.Equal(("hello", "n1", null), (send.Text, send.Nonce, send.Prev));
            await socket.Send(Frames.Sent(send, 8));
            await socket.Silence();
        });
        await using var client = peer.Connect();
        var sending = client.Send(Room, "hello \n", nonce: "n1", cancel: Cancel);
        Assert.Equal("hello", Assert.Single(client.Outbox(Room)).Text);
        var @event = await sending;
        Assert.Equal((8, EventKinds.Message, "hello", "ada"), (@event.Seq, @event.Kind, @event.Text, @event.From?.Name));
        Assert.Empty(client.Outbox(Room));
    }

    [Fact]
    public async Task Ones_own_event_acknowledges_as_well()
    {
        await using var peer = await ScriptedPeer.Start(async socket =>
        {
            await socket.Welcome("a", (Room, 0));
            var send = await socket.Receive<SendFrame>();
            // Somebody else's nonce is theirs, even where it is the same.
            await socket.Send(Frames.Message(Room, 1, "other", send.Nonce) with { From = new UserRef(Guid.CreateVersion7(), "bob") }, Frames.Message(Room, 2, send.Text, send.Nonce));
            await socket.Silence();
        });
        await using var client = peer.Connect();
        Assert.Equal(2, (await client.Send(Room, "hello", cancel: Cancel)).Seq);
    }

    [Fact]
    public async Task What_a_lost_connection_left_open_is_sent_again_with_its_nonces_in_order()
    {
        var acknowledged = new TaskCompletionSource();
        await using var peer = await ScriptedPeer.Start(
            async socket =>
            {
                await socket.Welcome("a", (Room, 0));
                await socket.Send(Frames.Sent(await socket.Receive<SendFrame>(), 1));
                Assert.Equal("n2", (await socket.Receive<SendFrame>()).Nonce);
                await acknowledged.Task;
                socket.Cut();
            },
            async socket =>
            {
                await socket.Welcome("b", (Room, 0));
                await socket.Send(new ResetFrame(Room, 1, 1, ResetReasons.Epoch));
                var second = await socket.Receive<SendFrame>();
                var third = await socket.Receive<SendFrame>();
                Assert.Equal([("n2", null), ("n3", "n2")], new[] { second, third }.Select(static send => (send.Nonce, send.Prev)));
                await socket.Send(Frames.Sent(third, 3), Frames.Sent(second, 2));
                await socket.Silence();
            });
        await using var client = peer.Connect();
        var sends = Enumerable.Range(1, 3).Select(i => client.Send(Room, "hello", nonce: $"n{i}", cancel: Cancel)).ToArray();
        await sends[0];
        acknowledged.SetResult();
        Assert.Equal([1, 2, 3], (await Task.WhenAll(sends)).Select(static @event => @event.Seq));
    }

    [Fact]
    public async Task A_final_refusal_fails_the_send_and_lets_those_behind_it_through()
    {
        await using var peer = await ScriptedPeer.Start(async socket =>
        {
            await socket.Welcome("a", (Room, 0));
            var first = await socket.Receive<SendFrame>();
            var second = await socket.Receive<SendFrame>();
            Assert.Equal(first.Nonce, second.Prev);
            await socket.Send(Frames.Refused(first, ErrorCodes.Muted), Frames.Refused(second, ErrorCodes.OutOfOrder));
            var again = await socket.Receive<SendFrame>();
            Assert.Equal((second.Nonce, null), (again.Nonce, again.Prev));
            await socket.Send(Frames.Sent(again, 1));
            await socket.Silence();
        });
        await using var client = peer.Connect();
        var refused = client.Send(Room, "one", cancel: Cancel);
        var committed = client.Send(Room, "two", cancel: Cancel);
        Assert.Equal(ErrorCodes.Muted, (await Assert.ThrowsAsync<ChatException>(() => refused)).Refusal.Code);
        Assert.Equal(1, (await committed).Seq);
    }

    [Theory]
    [InlineData(ErrorCodes.RateLimited)]
    [InlineData(ErrorCodes.Unavailable)]
    [InlineData(ErrorCodes.OutOfOrder)]
    public async Task A_refusal_for_the_moment_is_repeated_after_its_time(string code)
    {
        await using var peer = await ScriptedPeer.Start(async socket =>
        {
            await socket.Welcome("a", (Room, 0));
            var send = await socket.Receive<SendFrame>();
            var asked = TimeProvider.System.GetTimestamp();
            await socket.Send(Frames.Refused(send, code, code == ErrorCodes.OutOfOrder ? null : 0.4));
            Assert.Equal(send, await socket.Receive<SendFrame>());
            if (code != ErrorCodes.OutOfOrder) Assert.True(TimeProvider.System.GetElapsedTime(asked) >= TimeSpan.FromSeconds(0.39));
            await socket.Send(Frames.Sent(send, 1));
            await socket.Silence();
        });
        await using var client = peer.Connect();
        var listener = new ClientListener(client);
        Assert.Equal(1, (await client.Send(Room, "hello", cancel: Cancel)).Seq);
        await listener.Next<SentFrame>();
    }

    [Fact]
    public async Task What_no_server_would_take_is_refused_at_once()
    {
        await using var peer = await ScriptedPeer.Start();
        await using var client = peer.Connect();
        Assert.Equal(ErrorCodes.Invalid, (await Assert.ThrowsAsync<ChatException>(() => client.Send(Room, " ", cancel: Cancel))).Refusal.Code);
        Assert.Equal(ErrorCodes.TooLong, (await Assert.ThrowsAsync<ChatException>(() => client.Send(Room, new string('x', 8_001), cancel: Cancel))).Refusal.Code);
        Assert.Equal(ErrorCodes.Invalid, (await Assert.ThrowsAsync<ChatException>(() => client.Send(Room, "x", nonce: "no nonce", cancel: Cancel))).Refusal.Code);
        Assert.Empty(client.Outbox(Room));
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_before_the_send_left_withdraws_it()
    {
        await using var peer = await ScriptedPeer.Start();
        await using var client = peer.Connect();
        using var impatient = new CancellationTokenSource();
        var sending = client.Send(Room, "hello", cancel: impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Empty(client.Outbox(Room));
    }

    [Fact]
    public async Task A_page_is_asked_for_again_when_the_connection_was_lost_and_told_to_nobody_else()
    {
        var page = new HistoryFrame(Room, [Frames.Message(Room, 4), Frames.Message(Room, 5)], 1, 5, true);
        await using var peer = await ScriptedPeer.Start(
            async socket =>
            {
                await socket.Welcome("a", (Room, 5));
                await socket.Receive<HistoryRequest>();
                socket.Cut();
            },
            async socket =>
            {
                await socket.Welcome("a", (Room, 5));
                var request = await socket.Receive<HistoryRequest>();
                Assert.Equal((6, 2), (request.Before, request.Limit));
                await socket.Send(new ErrorFrame(ErrorCodes.Unavailable, "Later.") { Re = "history", Nonce = request.Nonce, RetryAfter = 0.05 });
                request = await socket.Receive<HistoryRequest>();
                await socket.Send(page with { Nonce = request.Nonce }, Frames.Message(Room, 6));
                request = await socket.Receive<HistoryRequest>();
                await socket.Send(new ErrorFrame(ErrorCodes.NotAMember, "No.") { Re = "history", Nonce = request.Nonce });
                await socket.Silence();
            });
        await using var client = peer.Connect();
        var told = new List<ServerFrame>();
        client.FramesReceived += told.AddRange;
        var listener = new ClientListener(client);
        Assert.Equal([4, 5], (await client.History(Room, before: 6, limit: 2, cancel: Cancel)).Events.Select(static @event => @event.Seq));
        Assert.Equal(ErrorCodes.NotAMember, (await Assert.ThrowsAsync<ChatException>(() => client.History(Room, cancel: Cancel))).Refusal.Code);
        await listener.Seqs(1);
        Assert.DoesNotContain(told, static frame => frame is HistoryFrame or ErrorFrame);
    }

    [Fact]
    public async Task Read_marks_and_presence_outlive_a_lost_connection_and_typing_is_told_once_in_a_while()
    {
        await using var peer = await ScriptedPeer.Start(
            async socket =>
            {
                await socket.Welcome("a", (Room, 9));
                Assert.Equal(PresenceStatus.Away, (await socket.Receive<SetPresenceFrame>()).Status);
                Assert.Equal(5, (await socket.Receive<MarkReadFrame>()).Seq);
                socket.Cut();
            },
            async socket =>
            {
                await socket.Welcome("a", (Room, 9));
                Assert.Equal(PresenceStatus.Away, (await socket.Receive<SetPresenceFrame>()).Status);
                Assert.Equal(5, (await socket.Receive<MarkReadFrame>()).Seq);
                await socket.Send(Frames.Message(Room, 10));
                await socket.Receive<StartTypingFrame>();
                await socket.Send(Frames.Sent(await socket.Receive<SendFrame>(), 11));
                await socket.ReceiveClose();
            });
        await using (var client = peer.Connect())
        {
            var listener = new ClientListener(client);
            client.Typing(Room);
            client.MarkRead(Room, 5);
            client.MarkRead(Room, 4);
            client.SetPresence(PresenceStatus.Away);
            await listener.Seqs(1);
            for (var i = 0; i < 10; i++) client.Typing(Room);
            await client.Send(Room, "hello", cancel: Cancel);
        }
        await peer.Played;
    }
}
