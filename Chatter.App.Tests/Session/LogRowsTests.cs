using Chatter.App.Session;
using Chatter.Chat.Protocol;
using CsCheck;
using Xunit;

namespace Chatter.App.Tests.Session;

public sealed class LogRowsTests
{
    private static readonly TimeZoneInfo Auckland = TimeZoneInfo.FindSystemTimeZoneById("Pacific/Auckland");
    private static readonly DateTimeOffset Now = Feed.Morning.AddMinutes(30);
    private readonly Feed _feed = new();

    [Fact]
    public void A_message_of_somebody_whom_the_reader_blocked_is_one_line_until_he_wants_to_see_it()
    {
        var blocks = new Blocks();
        var room = new RoomState(_feed.Entry(), blocks);
        room.Apply(_feed.Message(1, Feed.Ben, "frost, @ada"), Feed.Me);
        room.Apply(_feed.Message(2, Feed.Ben, "frost") with { ReplyTo = room.Window.Events[0].Id }, Feed.Me);
        room.Apply(_feed.Message(3, Feed.Cleo, "really?") with { ReplyTo = room.Window.Events[0].Id }, Feed.Me);
        blocks.Apply(new BlockFrame(Feed.Ben, On: true));

        var rows = Messages();
        Assert.All(rows[..2], static row => Assert.Equal((true, "", false, false, (Quote?)null), (row.Withheld, row.Text, row.MentionsMe, row.Head, row.Quote)));
        Assert.Equal((false, true, (string?)null, Blocks.InPlace), (rows[2].Withheld, rows[2].Head, rows[2].Quote?.Author, rows[2].Quote?.Text));

        blocks.Show(room.Id, 1);
        rows = Messages();
        Assert.Equal((false, "frost, @ada", false, true), (rows[0].Withheld, rows[0].Text, rows[0].MentionsMe, rows[1].Withheld));
        Assert.Equal("ben", rows[2].Quote?.Author);
        blocks.Apply(new BlockFrame(Feed.Ben, On: false));
        Assert.Equal(["frost, @ada", "frost", "really?"], Messages().Select(static row => row.Text));
        Assert.True(Messages()[0].MentionsMe);

        List<MessageRow> Messages() => [.. LogRows.Build(room, Feed.Me, TimeZoneInfo.Utc, Feed.Morning).OfType<MessageRow>()];
    }

    [Fact]
    public void A_day_begins_with_its_name()
    {
        var rows = Build(
            _feed.Message(1, at: Now.AddYears(-1)),
            _feed.Message(2, at: Now.AddDays(-5)),
            _feed.Message(3, at: Now.AddDays(-1)),
            _feed.Message(4, at: Now));

        Assert.Equal(["Monday, 24 November 2025", "Thursday, 19 November", "Yesterday", "Today"], rows.OfType<DayRow>().Select(static day => day.Day));
        Assert.Equal([typeof(DayRow), typeof(MessageRow), typeof(DayRow), typeof(MessageRow), typeof(DayRow), typeof(MessageRow), typeof(DayRow), typeof(MessageRow)], rows.Select(static row => row.GetType()));
    }

    [Fact]
    public void Days_and_times_are_those_of_the_readers_zone()
    {
        var evening = new DateTimeOffset(2026, 11, 24, 10, 59, 0, TimeSpan.Zero);
        RoomEvent[] talk = [_feed.Message(1, at: evening), _feed.Message(2, at: evening.AddMinutes(1))];

        Assert.Single(Build(talk).OfType<DayRow>());
        var rows = Build(Room(talk), Auckland, evening.AddMinutes(2));
        Assert.Equal(["Yesterday", "Today"], rows.OfType<DayRow>().Select(static day => day.Day));
        Assert.Equal(["23:59", "00:00"], Messages(rows).Select(static row => row.Time));
        Assert.Equal("Wednesday, 25 November 2026, 00:00:00", Messages(rows)[^1].FullTime);
    }

    [Fact]
    public void Messages_of_one_author_within_five_minutes_are_grouped_from_each_to_the_next()
    {
        var rows = Messages(Build(
            _feed.Message(1, at: Feed.Morning),
            _feed.Message(2, at: Feed.Morning.AddMinutes(4)),
            _feed.Message(3, at: Feed.Morning.AddMinutes(8)),
            _feed.Message(4, at: Feed.Morning.AddMinutes(13)),
            _feed.Message(5, Feed.Cleo, at: Feed.Morning.AddMinutes(13)),
            _feed.Message(6, at: Feed.Morning.AddMinutes(14))));

        Assert.Equal([true, false, false, true, true, true], rows.Select(static row => row.Head));
    }

    [Fact]
    public void What_became_of_a_message_is_in_its_row_and_ends_no_group()
    {
        var (first, second) = (_feed.Message(1), _feed.Message(2));
        var rows = Messages(Build(Told(first, second, _feed.Edited(3, first, "better"), _feed.Reacted(4, first, "👍"), _feed.Deleted(5, second), _feed.Message(6))));

        Assert.Equal([("better", true), (null, false), ("message 6", false)], rows.Select(static row => (row.Text, row.Head)));
        Assert.Equal("Tuesday, 24 November 2026, 09:41:03", rows[0].Edited);
        Assert.Equal("👍", rows[0].Reactions![0].Emoji);
        Assert.False(rows[1].MayDelete);
    }

    [Fact]
    public void An_answer_begins_a_group_and_quotes_a_line_of_what_it_answers_as_it_is_now()
    {
        var (first, second) = (_feed.Message(1, text: "Frst tonight?\n" + new string('x', 300)), _feed.Message(2, text: "gone soon"));
        var unknown = Guid.CreateVersion7();
        var room = Told(first, second, _feed.Edited(3, first, "Frost\n\ntonight? " + new string('x', 300)), _feed.Deleted(4, second),
            _feed.Message(5) with { ReplyTo = first.Id }, _feed.Message(6) with { ReplyTo = second.Id }, _feed.Message(7) with { ReplyTo = unknown });

        var quotes = Messages(Build(room)).Select(static row => row.Quote).Skip(2).ToList();
        Assert.Equal((1L, "ben", "Frost tonight? " + new string('x', 145) + "…"), (quotes[0]!.Seq!.Value, quotes[0]!.Author, quotes[0]!.Text));
        Assert.Equal((2L, null), (quotes[1]!.Seq!.Value, quotes[1]!.Text));
        Assert.Equal((null, true), (quotes[2]!.Seq, quotes[2]!.IsUnknown));
        Assert.All(Messages(Build(room)).Skip(2), static row => Assert.True(row.Head));

        room.Quote(unknown, null);
        Assert.False(Messages(Build(room))[^1].Quote!.IsUnknown);
        room.Quote(unknown, _feed.Message(1, text: "found") with { Id = unknown });
        room.Apply(_feed.Event(8, EventKinds.Edited) with { Target = unknown, Text = "found and edited" }, Feed.Me);
        Assert.Equal("found and edited", Messages(Build(room))[^1].Quote!.Text);
    }

    [Fact]
    public void A_day_a_notice_and_the_line_of_what_is_new_end_a_group()
    {
        var midnight = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
        var room = Room(_feed.Message(1, at: midnight.AddMinutes(-1)), _feed.Message(2, at: midnight), _feed.Joined(3, Feed.Cleo) with { At = midnight }, _feed.Message(4, at: midnight));
        Assert.All(Messages(Build(room)), static row => Assert.True(row.Head));

        var read = new RoomState(_feed.Entry(last: 1, read: 1, unread: 0));
        read.Window.AddOlder([_feed.Message(1)], first: 1);
        read.Apply(_feed.Message(2), Feed.Me);
        var rows = Build(read);
        Assert.Equal([typeof(DayRow), typeof(MessageRow), typeof(NewRow), typeof(MessageRow)], rows.Select(static row => row.GetType()));
        Assert.True(((MessageRow)rows[^1]).Head);
    }

    [Fact]
    public void People_who_join_one_after_the_other_within_an_hour_make_one_line()
    {
        var rows = Build(
            _feed.Joined(1, Feed.Ben),
            _feed.Joined(2, Feed.Cleo, Feed.Dan),
            _feed.Joined(3, Feed.Ben),
            _feed.Left(4, Feed.Cleo),
            _feed.Joined(5, Feed.Eve) with { At = Feed.Morning },
            _feed.Joined(6, Feed.Cleo) with { At = Feed.Morning.AddHours(1) });

        Assert.Equal(["ben, cleo and dan joined", "cleo left", "eve joined", "cleo joined"], rows.OfType<NoticeRow>().Select(static row => row.Text));
    }

    [Fact]
    public void A_line_that_grows_keeps_its_key()
    {
        var room = Room(_feed.Joined(1, Feed.Ben));
        var before = Build(room).OfType<NoticeRow>().Single();

        room.Apply(_feed.Joined(2, Feed.Cleo), Feed.Me);

        Assert.Equal((before.Key, "ben and cleo joined"), Build(room).OfType<NoticeRow>().Select(static row => (row.Key, row.Text)).Single());
    }

    [Fact]
    public void A_kind_that_is_not_known_shows_nothing()
    {
        Assert.Equal([typeof(DayRow), typeof(MessageRow)], Build(_feed.Message(1), _feed.Event(2, "sung")).Select(static row => row.GetType()));
    }

    [Fact]
    public void The_line_of_what_is_new_stands_above_the_first_message_of_another_after_the_mark()
    {
        var room = _feed.State(last: 4, read: 2, unread: 1);
        room.Window.AddOlder([_feed.Message(1), _feed.Message(2), _feed.Message(3, Feed.Ada, nonce: "n3"), _feed.Message(4)], first: 1);

        Assert.DoesNotContain(Build(room), static row => row is NewRow);
        room.Open();

        Assert.Equal(["", "e1", "e2", "nn3", "new", "e4"], Build(room).Select(static row => row is DayRow ? "" : row.Key));
    }

    [Fact]
    public void A_deleted_message_has_no_text()
    {
        var row = Messages(Build(_feed.Message(1) with { Text = null, Redacted = true })).Single();

        Assert.Null(row.Text);
    }

    [Fact]
    public void Waiting_messages_stand_below_the_log_with_how_far_they_are()
    {
        var room = Room(_feed.Message(1));
        room.AddPending(Feed.Pending("a", at: Now.AddSeconds(-9)));
        room.AddPending(Feed.Pending("b", at: Now - LogRows.LongWait));
        room.AddPending(Feed.Pending("c", at: Now) with { Refusal = new Refusal(ErrorCodes.TooLong, "It is too long.") });
        room.AddPending(Feed.Pending("d", at: Now) with { Seq = 9 });

        var rows = Messages(Build(room))[1..];

        Assert.Equal([("na", Delivery.Waiting), ("nb", Delivery.WaitingLong), ("nc", Delivery.Refused), ("nd", Delivery.Confirmed)], rows.Select(static row => (row.Key, row.Delivery)));
        Assert.All(rows, static row => Assert.True(row.Mine));
        Assert.Equal("It is too long.", rows[2].Refusal?.Message);
    }

    [Fact]
    public void Waiting_messages_are_not_shown_in_the_middle_of_the_log()
    {
        var room = Room(_feed.Message(1));
        room.AddPending(Feed.Pending("a"));

        room.Window.Detach();

        Assert.Equal(["e1"], Messages(Build(room)).Select(static row => row.Key));
    }

    [Fact]
    public void A_waiting_message_that_a_page_brought_already_is_shown_once()
    {
        var room = _feed.State(last: 3);
        room.AddPending(Feed.Pending("a"));
        room.Window.Detach();

        room.Window.AddNewer([_feed.Message(4, Feed.Ada, nonce: "a")], last: 4);

        Assert.Equal(["na"], Messages(Build(room)).Select(static row => row.Key));
    }

    [Fact]
    public void A_message_that_waited_since_yesterday_does_not_begin_that_day_again()
    {
        var room = Room(_feed.Message(1, at: Now.AddDays(-1)), _feed.Message(2, at: Now));
        room.AddPending(Feed.Pending("a", at: Now.AddHours(-12)));

        var rows = Build(room);

        Assert.Equal(["Yesterday", "Today"], rows.OfType<DayRow>().Select(static day => day.Day));
        Assert.Equal("na", rows[^1].Key);
    }

    [Fact]
    public void A_clock_set_back_at_midnight_does_not_begin_a_day_twice()
    {
        // In Santiago midnight of Saturday, 4 April 2026, became 23:00 again.
        var midnight = new DateTimeOffset(2026, 4, 5, 3, 0, 0, TimeSpan.Zero);
        var zone = TimeZoneInfo.FindSystemTimeZoneById("America/Santiago");
        Assert.True(zone.GetUtcOffset(midnight.AddMinutes(-1)) > zone.GetUtcOffset(midnight.AddMinutes(1)));

        var rows = Build(Room([.. Enumerable.Range(0, 8).Select(i => _feed.Message(i + 1, at: midnight.AddMinutes((i * 30) - 60)))]), zone, midnight.AddHours(3));

        Assert.Equal(2, rows.OfType<DayRow>().Count());
    }

    [Fact]
    public void A_nonce_used_again_after_days_does_not_give_two_rows_one_key()
    {
        var rows = Build(_feed.Message(1, Feed.Ada, nonce: "1", at: Now.AddDays(-3)), _feed.Message(2, Feed.Ada, nonce: "1", at: Now));

        Assert.Equal(["n1", "e2"], Messages(rows).Select(static row => row.Key));
    }

    [Fact]
    public void Another_persons_nonce_is_no_key()
    {
        Assert.Equal(["e1", "n1"], Messages(Build(_feed.Message(1, nonce: "1"), _feed.Message(2, Feed.Ada, nonce: "1"))).Select(static row => row.Key));
    }

    /// <summary>Blazor takes a circuit down where two rows have one key.</summary>
    [Fact]
    public void No_two_rows_ever_have_one_key()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("America/Santiago");
        var kinds = Gen.OneOf(EventKinds.Message, EventKinds.Message, EventKinds.Message, EventKinds.Joined, EventKinds.Left, EventKinds.Topic, "sung");
        var people = Gen.OneOf(Feed.Ada, Feed.Ben, Feed.Cleo);
        var nonces = Gen.Int[0, 3].Select(static n => n == 0 ? null : $"{n}");
        var events = Gen.Select(kinds, people, nonces, Gen.Int[0, 2_000]).Array[0, 60];
        var pending = Gen.Select(Gen.OneOf("1", "2", "3", "4"), Gen.Int[-100, 40_000]).Array[0, 4];
        Gen.Select(events, pending).Sample((happened, waiting) =>
        {
            var start = new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);
            var at = start;
            var room = _feed.State();
            var seq = 0L;
            foreach (var (kind, who, nonce, minutes) in happened)
            {
                at = at.AddMinutes(minutes);
                var more = _feed.Event(++seq, kind, at);
                room.Apply(kind == EventKinds.Message ? more with { From = who, Text = "x", Nonce = nonce } : more with { Users = [who], From = who }, Feed.Me);
            }
            foreach (var (nonce, minutes) in waiting) room.AddPending(Feed.Pending(nonce, at: start.AddMinutes(minutes)));

            var rows = LogRows.Build(room, Feed.Me, zone, at);

            Assert.Equal(rows.Count, rows.DistinctBy(static row => row.Key).Count());
            Assert.Equal(happened.Count(static e => e.Item1 == EventKinds.Message), rows.OfType<MessageRow>().Count(static row => row.Nonce is null));
        });
    }

    private RoomState Room(params RoomEvent[] events)
    {
        var room = _feed.State(events.Length);
        room.Window.AddOlder(events, first: 1);
        return room;
    }

    /// <summary>As events that come live.</summary>
    private RoomState Told(params RoomEvent[] events)
    {
        var room = _feed.State();
        foreach (var happened in events) room.Apply(happened, Feed.Me);
        return room;
    }

    private List<LogRow> Build(params RoomEvent[] events) => Build(Room(events));

    private static List<LogRow> Build(RoomState room, TimeZoneInfo? zone = null, DateTimeOffset? now = null) => LogRows.Build(room, Feed.Me, zone ?? TimeZoneInfo.Utc, now ?? Now);

    private static List<MessageRow> Messages(List<LogRow> rows) => [.. rows.OfType<MessageRow>()];
}
