using Chatter.App.Session;
using Chatter.Chat.Protocol;
using CsCheck;
using Xunit;

namespace Chatter.App.Tests.Session;

public sealed class UnreadTests
{
    private readonly Feed _feed = new();

    [Fact]
    public void An_entry_says_what_is_unread_and_messages_of_others_are_counted_on_from_there()
    {
        var room = _feed.State(last: 10, read: 7, unread: 3);

        room.Apply(_feed.Message(11), Feed.Me);
        room.Apply(_feed.Joined(12, Feed.Cleo), Feed.Me);

        Assert.Equal((7, 4), (room.Read, room.Unread));
    }

    [Fact]
    public void Resumed_events_that_the_entry_counted_are_not_counted_again()
    {
        var room = _feed.State(last: 10);

        room.Enter(_feed.Entry(last: 13, read: 10, unread: 3));
        foreach (var message in _feed.Messages(11, 14)) room.Apply(message, Feed.Me);

        Assert.Equal(4, room.Unread);
    }

    [Fact]
    public void Resumed_events_that_the_entry_stands_for_do_not_change_the_room_again()
    {
        var room = _feed.State(last: 10);

        room.Enter(_feed.Entry(last: 12, members: 3));
        room.Apply(_feed.Joined(11, Feed.Cleo), Feed.Me);
        room.Apply(_feed.Event(12, EventKinds.Renamed) with { From = Feed.Ben, Name = "an older name" }, Feed.Me);
        room.Apply(_feed.Joined(13, Feed.Dan, Feed.Eve), Feed.Me);

        Assert.Equal((5, "garden"), (room.Info.Members, room.Info.Name));
    }

    [Fact]
    public void What_calls_the_reader_is_counted_on_from_the_entry()
    {
        var room = new RoomState(_feed.Entry(last: 10, read: 7, unread: 3) with { Mentions = 1 });

        room.Apply(_feed.Message(11, text: "@ada frost?"), Feed.Me);
        room.Apply(_feed.Message(12, text: "@all"), Feed.Me);
        room.Apply(_feed.Message(13, text: "@ben `@ada`"), Feed.Me);
        Assert.Equal((6, 3), (room.Unread, room.Mentions));

        room.Apply(new ReadFrame(room.Id, 11, 2) { Mentions = 1 });
        Assert.Equal((2, 1), (room.Unread, room.Mentions));
        room.Apply(_feed.Message(14, Feed.Ada, "@all"), Feed.Me);
        Assert.Equal((0, 0), (room.Unread, room.Mentions));

        room.MarkUnread(12, Feed.Me);
        Assert.Equal((2, 1), (room.Unread, room.Mentions));
        room.MarkAllRead();
        Assert.Equal((14, 0, 0), (room.Read, room.Unread, room.Mentions));
    }

    [Theory]
    [InlineData(NotifyLevels.All, 3)]
    [InlineData(NotifyLevels.Mentions, 1)]
    [InlineData(NotifyLevels.Nothing, 0)]
    public void What_counts_is_what_the_reader_wants_to_be_told(string level, long counted)
    {
        var room = new RoomState(_feed.Entry(last: 10, read: 7, unread: 3) with { Mentions = 1 });
        room.Apply(new MembershipFrame(room.Id, level, false));
        Assert.Equal(counted, room.Counted);
        room.Enter(_feed.Entry(last: 10, read: 7, unread: 3) with { Mentions = 1, Notify = level });
        Assert.Equal(counted, room.Counted);
    }

    [Fact]
    public void Joining_counts_oneself_since_the_entry_does_not()
    {
        var room = new RoomState(_feed.Entry(last: 3, members: 1));

        room.Apply(_feed.Joined(4, Feed.Ada), Feed.Me);

        Assert.Equal(2, room.Info.Members);
    }

    [Fact]
    public void An_own_message_is_read_and_all_before_it()
    {
        var room = _feed.State(last: 10, read: 7, unread: 3);

        room.Apply(_feed.Message(11, Feed.Ada), Feed.Me);

        Assert.Equal((11, 0), (room.Read, room.Unread));
    }

    [Fact]
    public void The_mark_moves_only_while_the_reader_sees_the_end()
    {
        var room = _feed.State(last: 10);
        room.Apply(_feed.Message(11), Feed.Me);
        Assert.Null(room.MarkRead());

        room.Look(atEnd: true, visible: false);
        Assert.Null(room.MarkRead());

        room.Look(atEnd: true, visible: true);
        Assert.Equal(11, room.MarkRead());
        Assert.Null(room.MarkRead());
        Assert.Equal((11, 0), (room.Read, room.Unread));
    }

    [Fact]
    public void The_mark_waits_for_what_is_still_being_resumed()
    {
        var room = _feed.State(last: 10);
        room.Look(atEnd: true, visible: true);

        room.Enter(_feed.Entry(last: 12, read: 10, unread: 2));
        Assert.Null(room.MarkRead());

        foreach (var message in _feed.Messages(11, 12)) room.Apply(message, Feed.Me);
        Assert.Equal(12, room.MarkRead());
    }

    [Fact]
    public void Another_device_moves_the_mark_and_says_what_is_unread()
    {
        var room = _feed.State(last: 10, read: 5, unread: 5);

        room.Apply(new ReadFrame(_feed.Room, 8, 2));

        Assert.Equal((8, 2), (room.Read, room.Unread));
    }

    [Fact]
    public void A_mark_that_was_lost_with_the_connection_is_not_unread_again()
    {
        var room = _feed.State(last: 10, read: 7, unread: 3);
        room.Look(atEnd: true, visible: true);
        room.MarkRead();

        room.Enter(_feed.Entry(last: 10, read: 7, unread: 3));

        Assert.Equal((10, 0), (room.Read, room.Unread));
    }

    [Fact]
    public void Messages_that_come_while_one_looks_at_older_ones_are_counted_until_one_is_back()
    {
        var room = _feed.State(last: 10);
        room.Open();
        room.Look(atEnd: false, visible: true);

        room.Apply(_feed.Message(11), Feed.Me);
        room.Apply(_feed.Message(12, Feed.Ada), Feed.Me);
        room.Apply(_feed.Message(13), Feed.Me);
        Assert.Equal(2, room.Unseen);

        room.Look(atEnd: true, visible: true);
        Assert.Equal(0, room.Unseen);
    }

    [Fact]
    public void What_is_unread_when_the_room_is_opened_is_new_until_it_is_left()
    {
        var room = _feed.State(last: 10, read: 7, unread: 3);
        Assert.Null(room.NewAfter);

        room.Open();
        Assert.Equal(7, room.NewAfter);
        room.Look(atEnd: true, visible: true);
        room.MarkRead();
        Assert.Equal(7, room.NewAfter);

        room.Close();
        room.Open();
        Assert.Null(room.NewAfter);
    }

    [Fact]
    public void What_comes_while_nobody_looks_is_new()
    {
        var room = _feed.State(last: 10);
        room.Open();
        room.Look(atEnd: true, visible: true);
        room.Apply(_feed.Message(11), Feed.Me);
        Assert.Null(room.NewAfter);

        room.Look(atEnd: true, visible: false);
        room.Apply(_feed.Message(12), Feed.Me);
        room.Apply(_feed.Message(13), Feed.Me);

        Assert.Equal(11, room.NewAfter);
    }

    [Fact]
    public void Nothing_is_new_any_more_when_one_writes()
    {
        var room = _feed.State(last: 10, read: 7, unread: 3);
        room.Open();

        room.AddPending(Feed.Pending("a"));

        Assert.Null(room.NewAfter);
    }

    [Fact]
    public void Coming_back_to_a_room_shows_its_last_rows_at_once()
    {
        var room = _feed.State(last: 0);
        foreach (var message in _feed.Messages(1, 120)) room.Apply(message, Feed.Me);

        room.Close();

        Assert.Equal((71, 120, true), (room.Window.From, room.Window.To, room.Window.AtEnd));
    }

    [Fact]
    public void Leaving_while_one_looks_at_older_rows_lets_them_go()
    {
        var room = _feed.State(last: 120);
        room.Window.AddOlder(_feed.Messages(20, 69), first: 1);
        room.Window.Detach();

        room.Close();

        Assert.Equal((0, 120, true), (room.Window.Events.Count, room.Window.To, room.Window.AtEnd));
    }

    /// <summary>The law of the protocol: what is unread are the messages of others after the mark, however the connection broke and what of it was resumed.</summary>
    [Fact]
    public void What_is_unread_are_the_messages_of_others_after_the_mark() =>
        Gen.Int[0, 9].Array[0, 80].Sample(steps =>
        {
            var log = new List<RoomEvent>();
            var room = _feed.State();
            var (applied, mark) = (0, 0L);
            foreach (var step in steps)
            {
                switch (step)
                {
                    case < 5:
                        log.Add(_feed.Message(log.Count + 1));
                        break;
                    case 5:
                        log.Add(_feed.Joined(log.Count + 1, Feed.Cleo));
                        break;
                    case 6:
                        log.Add(_feed.Message(log.Count + 1, Feed.Ada));
                        mark = log.Count;
                        break;
                    case 7:
                        // A new connection: the entry stands for the whole log, then comes what wasn't received.
                        room.Enter(_feed.Entry(last: log.Count, read: mark, unread: Unread(log, mark)));
                        break;
                    default:
                        for (; applied < log.Count; applied++) room.Apply(log[applied], Feed.Me);
                        room.Look(atEnd: true, visible: step == 9);
                        if (room.MarkRead() is { } read) mark = read;
                        break;
                }
            }
            room.Enter(_feed.Entry(last: log.Count, read: mark, unread: Unread(log, mark)));
            for (; applied < log.Count; applied++) room.Apply(log[applied], Feed.Me);

            Assert.Equal((mark, Unread(log, mark)), (room.Read, room.Unread));
        });

    private static int Unread(IEnumerable<RoomEvent> log, long mark) => log.Count(e => e.Seq > mark && e.Kind == EventKinds.Message && e.From != Feed.Ada);
}
