using Chatter.App.Session;
using Chatter.Chat.Protocol;
using CsCheck;
using Xunit;

namespace Chatter.App.Tests.Session;

/// <summary>An own message is shown at once, and its event takes its place under the same key.</summary>
public sealed class PendingTests
{
    private readonly Feed _feed = new();

    [Fact]
    public void The_event_takes_the_place_of_what_waited_under_the_same_key()
    {
        var room = _feed.State();
        room.AddPending(Feed.Pending("a", "Frost tonight?"));
        var waiting = Rows(room).Single();

        room.Apply(_feed.Message(1, Feed.Ada, "Frost tonight?", nonce: "a"), Feed.Me);

        var confirmed = Rows(room).Single();
        Assert.Equal((waiting.Key, Delivery.Waiting), (confirmed.Key, waiting.Delivery));
        Assert.Equal(Delivery.Confirmed, confirmed.Delivery);
        Assert.Empty(room.Pending);
    }

    [Fact]
    public void The_same_nonce_waits_once()
    {
        var room = _feed.State();

        Assert.True(room.AddPending(Feed.Pending("a")));
        Assert.False(room.AddPending(Feed.Pending("a", "again")));

        Assert.Equal("on its way", Assert.Single(room.Pending).Text);
    }

    [Fact]
    public void Only_ones_own_event_takes_its_place()
    {
        var room = _feed.State();
        room.AddPending(Feed.Pending("a"));

        room.Apply(_feed.Message(1, Feed.Ben, nonce: "a"), Feed.Me);

        Assert.Single(room.Pending);
    }

    [Fact]
    public void What_is_acknowledged_before_its_event_comes_is_shown_as_sent_until_then()
    {
        var room = _feed.State(last: 4);
        room.AddPending(Feed.Pending("a"));

        room.ReplacePending(Feed.Pending("a") with { Seq = 6 });
        Assert.Equal([("na", Delivery.Confirmed)], Rows(room).Select(static row => (row.Key, row.Delivery)));

        room.Apply(_feed.Message(5), Feed.Me);
        room.Apply(_feed.Message(6, Feed.Ada, nonce: "a"), Feed.Me);
        Assert.Equal(["e5", "na"], Rows(room).Select(static row => row.Key));
    }

    [Fact]
    public void What_is_acknowledged_after_a_lost_connection_stays_until_its_event_is_resumed()
    {
        var room = _feed.State(last: 4);
        room.AddPending(Feed.Pending("a"));

        room.Enter(_feed.Entry(last: 6, read: 6));
        room.ReplacePending(Feed.Pending("a") with { Seq = 6 });
        room.Apply(_feed.Message(5), Feed.Me);
        Assert.Equal(["e5", "na"], Rows(room).Select(static row => row.Key));

        room.Apply(_feed.Message(6, Feed.Ada, nonce: "a"), Feed.Me);
        Assert.Equal(["e5", "na"], Rows(room).Select(static row => row.Key));
        Assert.Empty(room.Pending);
    }

    [Fact]
    public void What_was_committed_before_the_cursor_is_the_logs_business()
    {
        var room = _feed.State(last: 9);
        room.AddPending(Feed.Pending("a"));

        room.ReplacePending(Feed.Pending("a") with { Seq = 3 });

        Assert.Empty(room.Pending);
    }

    [Fact]
    public void A_refused_message_stays_until_its_writer_decides()
    {
        var room = _feed.State();
        room.AddPending(Feed.Pending("a"));

        room.ReplacePending(Feed.Pending("a") with { Refusal = new Refusal(ErrorCodes.NotAMember, "You aren't in this room.") });
        room.Apply(_feed.Message(1), Feed.Me);
        Assert.Equal(Delivery.Refused, Rows(room)[^1].Delivery);

        room.RemovePending("a");
        Assert.Equal(["e1"], Rows(room).Select(static row => row.Key));
    }

    /// <summary>Whatever comes first, the answer, the event, a page, or a new connection: each message is there, once.</summary>
    [Fact]
    public void However_frames_cross_each_own_message_is_shown_exactly_once() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[0, 3].Array[0, 40]).Sample((count, steps) =>
        {
            var room = _feed.State();
            for (var i = 1; i <= count; i++) room.AddPending(Feed.Pending($"{i}"));
            // The server has committed them all; what it says of each arrives in its order, the two kinds independently.
            var (told, applied) = (0, 0);
            foreach (var step in steps)
            {
                if (step == 0 && told < count) room.ReplacePending(Feed.Pending($"{++told}") with { Seq = told });
                if (step == 1 && applied < count) room.Apply(_feed.Message(++applied, Feed.Ada, nonce: $"{applied}"), Feed.Me);
                if (step == 2) room.Enter(_feed.Entry(last: count, read: count));
                if (step == 3 && room.Window.AtEnd)
                {
                    room.Window.Detach();
                    room.Window.AddNewer([.. Enumerable.Range(1, count).Skip((int)room.Window.To).Select(seq => _feed.Message(seq, Feed.Ada, nonce: $"{seq}"))], last: count);
                }
                Assert.Equal(Enumerable.Range(1, count).Select(static i => $"n{i}"), Rows(room).Select(static row => row.Key).Order(StringComparer.Ordinal));
            }
        });

    private static List<MessageRow> Rows(RoomState room) => [.. LogRows.Build(room, Feed.Me, TimeZoneInfo.Utc, Feed.Morning.AddMinutes(1)).OfType<MessageRow>()];
}
