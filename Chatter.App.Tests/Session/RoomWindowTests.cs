using Chatter.App.Session;
using CsCheck;
using Xunit;

namespace Chatter.App.Tests.Session;

public sealed class RoomWindowTests
{
    private const int PageSize = 50;
    private readonly Feed _feed = new();

    [Fact]
    public void A_new_window_is_empty_and_stands_at_the_end()
    {
        var window = new RoomWindow(7);

        Assert.Empty(window.Events);
        Assert.Equal((8, 7, true), (window.From, window.To, window.AtEnd));
    }

    [Fact]
    public void Live_events_are_held_in_order_and_what_is_held_already_is_ignored()
    {
        var window = new RoomWindow(7);

        foreach (var seq in (long[])[8, 8, 9, 8, 10, 7]) window.Offer(_feed.Message(seq), following: true);

        AssertHolds(window, 8, 10);
        Assert.True(window.AtEnd);
    }

    [Fact]
    public void A_gap_detaches_the_window_and_nothing_behind_it_is_held()
    {
        var window = new RoomWindow(7);

        window.Offer(_feed.Message(8), following: true);
        window.Offer(_feed.Message(10), following: true);
        window.Offer(_feed.Message(9), following: true);

        AssertHolds(window, 8, 8);
        Assert.False(window.AtEnd);
    }

    [Fact]
    public void A_reader_who_follows_loses_the_oldest_rows_of_a_full_window()
    {
        var window = new RoomWindow(0);

        foreach (var message in _feed.Messages(1, RoomWindow.Capacity + 3)) window.Offer(message, following: true);

        AssertHolds(window, 4, RoomWindow.Capacity + 3);
        Assert.True(window.AtEnd);
    }

    [Fact]
    public void A_reader_of_older_rows_keeps_them_and_a_full_window_lets_new_events_pass()
    {
        var window = new RoomWindow(0);

        foreach (var message in _feed.Messages(1, RoomWindow.Capacity + 3)) window.Offer(message, following: false);

        AssertHolds(window, 1, RoomWindow.Capacity);
        Assert.False(window.AtEnd);
    }

    [Fact]
    public void Paging_back_beyond_the_capacity_lets_the_newest_go_and_paging_forward_brings_them_back()
    {
        var window = new RoomWindow(300);

        for (var before = 301L; before > 101; before -= PageSize) window.AddOlder(_feed.Messages(before - PageSize, before - 1), first: 1);
        AssertHolds(window, 101, 250);
        Assert.False(window.AtEnd);

        window.AddNewer(_feed.Messages(251, 300), last: 300);
        AssertHolds(window, 151, 300);
        Assert.True(window.AtEnd);
    }

    [Fact]
    public void A_page_forward_that_does_not_reach_the_end_leaves_the_window_detached()
    {
        var window = new RoomWindow(10);
        window.Offer(_feed.Message(12), following: true);

        window.AddNewer(_feed.Messages(11, 60), last: 80);

        AssertHolds(window, 11, 60);
        Assert.False(window.AtEnd);
    }

    [Fact]
    public void An_empty_page_says_that_there_is_nothing_older()
    {
        var window = new RoomWindow(10);

        window.AddOlder([], first: 1);

        Assert.Equal(1, window.From);
    }

    [Fact]
    public void An_older_page_that_comes_when_the_window_was_cut_is_of_no_use()
    {
        var window = new RoomWindow(200);
        window.AddOlder(_feed.Messages(101, 200), first: 1);

        window.Keep(50);
        window.AddOlder(_feed.Messages(51, 100), first: 1);

        AssertHolds(window, 151, 200);
    }

    [Fact]
    public void A_newer_page_that_comes_when_the_reader_went_to_the_end_is_of_no_use()
    {
        var window = new RoomWindow(100);
        window.Offer(_feed.Message(102), following: true);

        window.Empty(500);
        window.AddNewer(_feed.Messages(101, 150), last: 501);

        Assert.Empty(window.Events);
        Assert.Equal((501, 500, true), (window.From, window.To, window.AtEnd));
    }

    [Fact]
    public void A_newer_page_of_a_history_that_was_rewound_is_of_no_use()
    {
        var window = new RoomWindow(100);

        window.Empty(40);
        window.Detach();
        window.AddNewer(_feed.Messages(101, 150), last: 150);

        Assert.Empty(window.Events);
        Assert.Equal(40, window.To);
    }

    /// <summary>Pages are answered later than they are asked for, so anything can happen to the window in between.</summary>
    [Fact]
    public void Whatever_the_order_of_pages_and_live_events_the_window_holds_consecutive_seqs_and_never_more_than_its_capacity() =>
        Gen.Int[0, 99].Array[1, 120].Sample(steps =>
        {
            var world = new World(_feed, seed: 170);
            foreach (var step in steps)
            {
                world.Do(step);
                world.Check();
            }
        });

    private static void AssertHolds(RoomWindow window, long from, long to)
    {
        Assert.Equal(Enumerable.Range((int)from, (int)(to - from + 1)).Select(static seq => (long)seq), window.Events.Select(static e => e.Seq));
        Assert.Equal((from, to), (window.From, window.To));
    }

    /// <summary>A room's log that grows, a window on it, and the pages that were asked for and aren't answered yet.</summary>
    private sealed class World(Feed feed, long seed)
    {
        private readonly RoomWindow _window = new(seed);
        private readonly Queue<(bool Older, long From)> _asked = [];
        private long _last = seed;
        private bool _following = true;

        public void Do(int step)
        {
            switch (step)
            {
                case < 40:
                    for (var i = 0; i <= step; i++) _window.Offer(feed.Message(++_last), _following);
                    break;
                case < 43:
                    // The server moved the cursor: these come by paging only.
                    _last += 10;
                    if (_following) _window.Empty(_last);
                    else _window.Detach();
                    break;
                case < 60 when _window.From > 1:
                    _asked.Enqueue((true, _window.From));
                    break;
                case < 75 when !_window.AtEnd:
                    _asked.Enqueue((false, _window.To));
                    break;
                case < 90 when _asked.TryDequeue(out var page):
                    Answer(page.Older, page.From);
                    break;
                case < 93:
                    _window.Keep(PageSize);
                    break;
                case < 95:
                    _window.Empty(_last);
                    break;
                default:
                    _following = !_following;
                    break;
            }
        }

        private void Answer(bool older, long from)
        {
            if (older) _window.AddOlder(feed.Messages(Math.Max(1, from - PageSize), from - 1), first: 1);
            else _window.AddNewer(feed.Messages(from + 1, Math.Min(_last, from + PageSize)), _last);
        }

        public void Check()
        {
            Assert.InRange(_window.Events.Count, 0, RoomWindow.Capacity);
            Assert.All(_window.Events.Zip(_window.Events.Skip(1)), static pair => Assert.Equal(pair.First.Seq + 1, pair.Second.Seq));
            if (_window.Events is [var first, .., var end]) Assert.Equal((first.Seq, end.Seq), (_window.From, _window.To));
            if (_window.AtEnd) Assert.Equal(_last, _window.To);
        }
    }
}
