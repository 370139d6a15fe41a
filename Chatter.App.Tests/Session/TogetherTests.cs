using Chatter.App.Session;
using Chatter.Chat.Protocol;
using CsCheck;
using Xunit;

namespace Chatter.App.Tests.Session;

/// <summary>People who join or leave one after the other are one row, however their events came, and take the place of one.</summary>
public sealed class TogetherTests
{
    private readonly Feed _feed = new();

    [Fact]
    public void Hundreds_who_joined_are_a_few_rows_of_a_window_that_holds_what_is_around_them()
    {
        var log = Enumerable.Range(1, 420).Select(seq => seq is > 60 and <= 380 ? _feed.Joined(seq, Somebody(seq)) : _feed.Message(seq)).ToList();
        var window = new RoomWindow(420);
        for (var to = 420; to > 0; to -= 50) window.AddOlder(log[Math.Max(0, to - 50)..to], first: 1);

        Assert.Equal((1, 420, true), (window.From, window.To, window.AtEnd));
        Assert.Equal(100, window.Events.Count(static e => e.Kind == EventKinds.Message));
        Assert.InRange(window.Events.Count(static e => e.Kind == EventKinds.Joined), 4, 8);
        Assert.Equal(320, window.Events.Sum(static e => e.Users?.Count ?? 0));
    }

    [Fact]
    public void A_page_that_only_makes_a_row_longer_is_told_from_one_that_brings_another()
    {
        var window = new RoomWindow(20);
        window.AddOlder([.. Enumerable.Range(11, 10).Select(seq => _feed.Joined(seq, Somebody(seq)))], first: 1);
        var (first, last) = (window.EndOfFirstRow, window.StartOfLastRow);

        window.AddOlder([.. Enumerable.Range(5, 6).Select(seq => _feed.Joined(seq, Somebody(seq)))], first: 1);
        Assert.Equal((first, 5), (window.EndOfFirstRow, window.From));
        window.AddOlder([_feed.Message(4)], first: 1);
        Assert.NotEqual(first, window.EndOfFirstRow);

        window.Detach();
        window.AddNewer([_feed.Joined(21, Somebody(21))], last: 30);
        Assert.Equal(5, window.StartOfLastRow);
        window.AddNewer([_feed.Message(22)], last: 30);
        Assert.NotEqual(last, window.StartOfLastRow);
    }

    [Fact]
    public void What_is_not_known_here_takes_no_place()
    {
        var window = new RoomWindow(0);
        for (var seq = 1; seq <= 2 * RoomWindow.Capacity; seq++) window.Offer(_feed.Event(seq, "sung"), following: false);
        Assert.Empty(window.Events);
        Assert.Equal((1, 2 * RoomWindow.Capacity, true), (window.From, window.To, window.AtEnd));
    }

    [Fact]
    public void Read_again_they_have_the_names_that_they_have_now()
    {
        var window = new RoomWindow(2);
        window.AddOlder([_feed.Joined(1, Feed.Ben), _feed.Joined(2, Feed.Cleo)], first: 1);
        window.Miss();

        window.Renew([_feed.Joined(1, Feed.Ben), _feed.Joined(2, Feed.Cleo with { Name = "clea" })], folded: 2);

        Assert.Equal(["ben", "clea"], window.Events.Single().Users!.Select(static user => user.Name));
        Assert.False(window.Stale);
    }

    /// <summary>Whatever comes in which pieces, each event of the range is in exactly one row, in order.</summary>
    [Fact]
    public void However_the_log_is_cut_into_pages_nobody_is_lost_or_shown_twice()
    {
        var kinds = Gen.OneOf(Gen.Const(EventKinds.Joined), Gen.Const(EventKinds.Joined), Gen.Const(EventKinds.Joined), Gen.Const(EventKinds.Left), Gen.Const(EventKinds.Message), Gen.Const("sung"));
        var runs = Gen.Select(kinds, Gen.Int[1, 90], Gen.Int[0, 90]).Array[1, 12];
        Gen.Select(runs, Gen.Int[0, 400], Gen.Bool.Array[1, 60], Gen.Int[1, 60]).Sample((made, start, turns, size) =>
        {
            var log = new List<RoomEvent>();
            var at = Feed.Morning;
            foreach (var (kind, count, minutes) in made)
            {
                at = at.AddMinutes(minutes);
                for (var i = 0; i < count; i++)
                {
                    var seq = log.Count + 1;
                    log.Add(_feed.Event(seq, kind, at) with { Users = kind is EventKinds.Joined or EventKinds.Left ? [Somebody(seq)] : null });
                }
            }
            var last = log.Count;
            var window = new RoomWindow(Math.Min(start, last));
            window.Detach();
            foreach (var older in turns)
            {
                if (older && window.From > 1) window.AddOlder(log[(int)Math.Max(0, window.From - 1 - size)..(int)(window.From - 1)], first: 1);
                else if (!older && !window.AtEnd) window.AddNewer(log[(int)window.To..(int)Math.Min(last, window.To + size)], last);
                Check(window, log);
            }
        });
    }

    private static void Check(RoomWindow window, List<RoomEvent> log)
    {
        Assert.InRange(window.Events.Count, 0, RoomWindow.Capacity);
        var range = log.Where(e => window.Holds(e.Seq)).ToList();
        Assert.Equal(range.SelectMany(static e => e.Users ?? []), window.Events.SelectMany(static e => e.Users ?? []));
        Assert.Equal(range.Where(static e => e.Kind == EventKinds.Message).Select(static e => e.Seq), window.Events.Where(static e => e.Kind == EventKinds.Message).Select(static e => e.Seq));
        Assert.All(window.Events, static e => Assert.InRange(e.Users?.Count ?? 1, 1, 100));
    }

    private static UserRef Somebody(long number) => new(new Guid((int)number, 0, 0, new byte[8]), $"user{number}");
}
