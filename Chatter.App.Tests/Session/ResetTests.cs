using Chatter.App.Session;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.App.Tests.Session;

/// <summary>What a <c>reset</c> leaves of a room, by its reason.</summary>
public sealed class ResetTests
{
    private readonly Feed _feed = new();

    [Fact]
    public void Who_follows_and_is_far_behind_starts_anew_at_the_end()
    {
        var room = Talk();

        room.Enter(_feed.Entry(last: 20_000, read: 20, unread: 19_980));
        room.Reset(new ResetFrame(_feed.Room, 1, 20_000, ResetReasons.Behind));

        Assert.Equal((0, 20_001, 20_000, true), (room.Window.Events.Count, room.Window.From, room.Window.To, room.Window.AtEnd));
        Assert.Equal((20, 19_980), (room.Read, room.Unread));
        Assert.True(room.HasOlder);
    }

    [Fact]
    public void Who_reads_older_rows_keeps_them_and_pages_on_from_there()
    {
        var room = Talk();
        room.Look(atEnd: false, visible: true);

        room.Reset(new ResetFrame(_feed.Room, 1, 20_000, ResetReasons.Behind));

        Assert.Equal((1, 20, false), (room.Window.From, room.Window.To, room.Window.AtEnd));
        room.Window.AddNewer(_feed.Messages(21, 70), last: 20_000);
        Assert.Equal(70, room.Window.To);
    }

    [Theory]
    [InlineData(ResetReasons.Epoch)]
    [InlineData(ResetReasons.Ahead)]
    public void What_is_held_of_another_history_is_forgotten_also_while_one_reads_older_rows(string reason)
    {
        var room = Talk();
        room.Look(atEnd: false, visible: true);
        room.Apply(_feed.Message(21), Feed.Me);

        Rewind(room, reason);

        Assert.Equal((0, 9, 8, true), (room.Window.Events.Count, room.Window.From, room.Window.To, room.Window.AtEnd));
        Assert.Equal((8, 0, null), (room.Last, room.Unseen, room.NewAfter));
    }

    [Theory]
    [InlineData(ResetReasons.Epoch)]
    [InlineData(ResetReasons.Ahead)]
    public void A_mark_of_another_history_does_not_hide_what_comes(string reason)
    {
        var room = Talk();
        room.Look(atEnd: true, visible: true);
        room.MarkRead();

        Rewind(room, reason);
        Assert.Equal((6, 2), (room.Read, room.Unread));

        room.Look(atEnd: false, visible: false);
        room.Apply(_feed.Message(9), Feed.Me);
        Assert.Equal(3, room.Unread);
        room.Look(atEnd: true, visible: true);
        Assert.Equal(9, room.MarkRead());
    }

    [Fact]
    public void What_waits_is_kept_and_what_only_the_other_history_has_is_not()
    {
        var room = Talk();
        room.AddPending(Feed.Pending("waits"));
        room.AddPending(Feed.Pending("committed") with { Seq = 30 });

        Rewind(room, ResetReasons.Epoch);

        Assert.Equal("waits", Assert.Single(room.Pending).Nonce);
    }

    [Fact]
    public void What_was_committed_while_one_was_far_behind_is_found_by_paging()
    {
        var room = Talk();
        room.AddPending(Feed.Pending("a") with { Seq = 19_000 });

        room.Reset(new ResetFrame(_feed.Room, 1, 20_000, ResetReasons.Behind));

        Assert.Empty(room.Pending);
    }

    /// <summary>A room with 20 messages, all held and read.</summary>
    private RoomState Talk()
    {
        var room = _feed.State();
        foreach (var message in _feed.Messages(1, 20)) room.Apply(message, Feed.Me);
        room.Apply(new ReadFrame(_feed.Room, 20, 0));
        return room;
    }

    /// <summary>The server's store was put back to an older state.</summary>
    private void Rewind(RoomState room, string reason)
    {
        room.Enter(_feed.Entry(last: 8, read: 6, unread: 2));
        room.Reset(new ResetFrame(_feed.Room, 1, 8, reason));
    }
}
