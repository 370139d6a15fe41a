using Chatter.Chat.Client;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.Chat.Tests.Client;

/// <summary>Edits, deletions and reactions by the client: each happens once, and in a room in the order of the calls.</summary>
public sealed class ChangingTests : PeerTests
{
    private static readonly Guid Room = Guid.CreateVersion7();
    private static readonly Guid Message = Guid.CreateVersion7();

    [Fact]
    public async Task The_later_edit_waits_for_the_earlier_which_is_repeated_where_it_is_refused_for_the_moment()
    {
        await using var peer = await ScriptedPeer.Start(async socket =>
        {
            await socket.Welcome("a", (Room, 7));
            var first = await socket.Receive<EditFrame>();
            await socket.Send(new ErrorFrame(ErrorCodes.RateLimited, "Slow down.") { Re = "edit", Room = Room, Nonce = first.Nonce, RetryAfter = 0.05 });
            Assert.Equal(first, await socket.Receive<EditFrame>());
            await socket.Send(Sent(first, 8));
            var second = await socket.Receive<EditFrame>();
            Assert.Equal(("two", Message), (second.Text, second.Target));
            await socket.Send(Sent(second, 9));
            await socket.Silence();
        });
        await using var client = peer.Connect();
        var (one, two) = (client.Edit(Room, Message, "one ", Cancel), client.Edit(Room, Message, "two", Cancel));
        Assert.Equal((8L, 9L), ((await one).Seq, (await two).Seq));
    }

    [Fact]
    public async Task What_a_lost_connection_left_open_is_sent_again_with_its_nonce_and_ones_own_event_acknowledges_as_well()
    {
        var nonce = "";
        await using var peer = await ScriptedPeer.Start(
            async socket =>
            {
                await socket.Welcome("a", (Room, 0));
                nonce = (await socket.Receive<DeleteFrame>()).Nonce!;
                socket.Cut();
            },
            async socket =>
            {
                await socket.Welcome("a", (Room, 0));
                Assert.Equal(nonce, (await socket.Receive<DeleteFrame>()).Nonce);
                await socket.Send(Frames.Message(Room, 1, "", nonce) with { Kind = EventKinds.Deleted, Text = null, Target = Message });
                await socket.Silence();
            });
        await using var client = peer.Connect();
        Assert.Equal(1, (await client.Delete(Room, Message, Cancel)).Seq);
    }

    [Fact]
    public async Task What_is_refused_for_good_is_told_and_the_next_goes_on()
    {
        await using var peer = await ScriptedPeer.Start(async socket =>
        {
            await socket.Welcome("a", (Room, 0));
            var edit = await socket.Receive<EditFrame>();
            await socket.Send(new ErrorFrame(ErrorCodes.Forbidden, "Not yours.") { Re = "edit", Room = Room, Nonce = edit.Nonce });
            await socket.Send(Sent(await socket.Receive<ReactFrame>(), 5));
            await socket.Silence();
        });
        await using var client = peer.Connect();
        var (refused, reacted) = (client.Edit(Room, Message, "mine now", Cancel), client.React(Room, Message, "👍", true, Cancel));
        Assert.Equal(ErrorCodes.Forbidden, (await Assert.ThrowsAsync<ChatException>(() => refused)).Refusal.Code);
        Assert.Equal(5, (await reacted).Seq);
        Assert.Throws<ChatException>(() => { _ = client.Edit(Room, Message, "  ", Cancel); });
    }

    private static SentFrame Sent(ChangeFrame frame, long seq) => new(frame.Room, seq, Guid.CreateVersion7(), DateTimeOffset.UnixEpoch) { Nonce = frame.Nonce };
}
