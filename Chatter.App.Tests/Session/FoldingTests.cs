using Chatter.App.Session;
using Chatter.Chat.Protocol;
using CsCheck;
using Xunit;

namespace Chatter.App.Tests.Session;

/// <summary>What becomes of messages is folded into those that are held, once, whatever comes first: the page or the event.</summary>
public sealed class FoldingTests
{
    private readonly Feed _feed = new();

    [Fact]
    public void An_edit_a_deletion_and_reactions_change_the_message_and_have_no_row()
    {
        var window = new RoomWindow(0);
        var (first, second) = (_feed.Message(1), _feed.Message(2));
        foreach (var happened in (RoomEvent[])[first, second, _feed.Edited(3, first, "better"), _feed.Reacted(4, first, "👍"), _feed.Reacted(5, first, "👍", Feed.Ada), _feed.Deleted(6, second)])
            window.Offer(happened, following: true, Feed.Me.Id);

        Assert.Equal([1L, 2], window.Events.Select(static e => e.Seq));
        Assert.Equal((6L, true), (window.To, window.AtEnd));
        Assert.Equal("better", window.Events[0].CurrentText());
        Assert.Equal(("👍", 2, true), window.Events[0].Reactions![0] is var reaction ? (reaction.Emoji, reaction.Count, reaction.Mine) : default);
        Assert.Equal((true, ""), (window.Events[1].Redacted, window.Events[1].CurrentText()));
    }

    [Fact]
    public void What_was_told_while_a_page_was_on_its_way_is_folded_into_it_and_what_it_knew_is_not_folded_twice()
    {
        var window = new RoomWindow(1);
        var message = _feed.Message(1);
        var crowd = Enumerable.Range(0, 12).Select(i => new UserRef(Guid.CreateVersion7(), $"user{i}")).ToArray();
        for (var i = 0; i < 12; i++) window.Offer(_feed.Reacted(2 + i, message, "👍", crowd[i]), following: true);

        // Read when eleven had reacted, of whom it names ten.
        window.AddOlder([message with { Reactions = [new ReactionInfo("👍", 11, false, crowd[..10])] }], first: 1, folded: 12);

        Assert.Equal(12, window.Events[0].Reactions![0].Count);
    }

    [Fact]
    public void Events_that_were_missed_make_what_is_held_stale_until_it_is_read_again()
    {
        var window = new RoomWindow(0);
        var (first, second) = (_feed.Message(1), _feed.Message(2));
        window.Offer(first, following: false);
        window.Offer(second, following: false);

        window.Miss();
        Assert.True(window.Stale);
        window.Renew([first with { Edited = new EditInfo(5, Feed.Morning, "better") }, second], folded: 20);

        Assert.Equal((false, "better"), (window.Stale, window.Events[0].CurrentText()));
        Assert.Equal((1L, 2L), (window.From, window.To));
        // It comes late, and is in the page.
        window.Offer(_feed.Edited(5, first, "better"), following: false);
        window.Offer(_feed.Edited(21, first, "best"), following: false);
        Assert.Equal("best", window.Events[0].CurrentText());
    }

    [Fact]
    public void Reactions_do_not_fill_a_window()
    {
        var window = new RoomWindow(0);
        var message = _feed.Message(1);
        window.Offer(message, following: false);
        for (var seq = 2; seq < 2_000; seq++) window.Offer(_feed.Reacted(seq, message, "👍", on: seq % 2 == 0), following: false);

        Assert.Equal((1, true, 1_999L), (window.Events.Count, window.AtEnd, window.To));
        Assert.Null(window.Events[0].Reactions);
    }

    [Fact]
    public void Whatever_order_pages_and_events_come_in_what_is_held_is_what_the_log_says() =>
        Gen.Int[0, 99].Array[20, 120].Sample(steps =>
        {
            var world = new World(new Feed());
            foreach (var step in steps) world.Do(step);
            world.CatchUp();
        });

    /// <summary>A log, a reader who was told a part of it, and a page that was read at some time and comes later.</summary>
    private sealed class World(Feed feed)
    {
        private static readonly string[] Emoji = ["👍", "🎉", "🥶"];
        private static readonly UserRef[] People = [Feed.Ada, Feed.Ben, .. Enumerable.Range(0, 12).Select(static i => new UserRef(Guid.CreateVersion7(), $"user{i}"))];

        private readonly List<RoomEvent> _log = [];
        private readonly List<RoomEvent> _messages = [];
        private readonly RoomWindow _window = new(0);
        private (bool Older, List<RoomEvent> Events, long Last)? _page;
        private int _told;

        public void Do(int step)
        {
            switch (step)
            {
                case < 15:
                    _messages.Add(Append(feed.Message(Next, People[step % People.Length])));
                    break;
                case < 55 when _messages.Count > 0:
                    var target = _messages[step * 7 % _messages.Count];
                    if (_log.Any(e => e.Kind == EventKinds.Deleted && e.Target == target.Id)) break;
                    Append(step switch
                    {
                        < 18 => feed.Deleted(Next, target),
                        < 25 => feed.Edited(Next, target, $"text {Next}"),
                        _ => React(target, Emoji[step % 3], People[(step + _log.Count) % People.Length]),
                    });
                    break;
                case < 75:
                    for (var i = 0; i < step - 50 && _told < _log.Count; i++) Tell();
                    break;
                case < 80:
                    _window.Detach();
                    break;
                case < 88 when _page is null && (step % 2 == 1 || _window.From > 1):
                    _page = Read(older: step % 2 == 0);
                    break;
                case < 97 when _page is { } page:
                    _page = null;
                    if (page.Older) _window.AddOlder(page.Events, 1, page.Last);
                    else _window.AddNewer(page.Events, Math.Max(_told, page.Last), page.Last);
                    break;
                case 98:
                    _window.Keep(3);
                    break;
                case 99:
                    _window.Empty(_told);
                    break;
            }
        }

        /// <summary>Everything is told: what is held must be what a page would say now.</summary>
        public void CatchUp()
        {
            while (_told < _log.Count) Tell();
            Assert.Equal(
                _window.Events.Select(e => Shown(Folded(_log[(int)e.Seq - 1], _log.Count))),
                _window.Events.Select(Shown));
            Assert.Equal(_log.Where(e => _window.Holds(e.Seq) && !MessageFold.IsChange(e)).Select(static e => e.Seq), _window.Events.Select(static e => e.Seq));
        }

        private long Next => _log.Count + 1;

        private RoomEvent Append(RoomEvent happened)
        {
            _log.Add(happened);
            return happened;
        }

        /// <summary>Each reaction changes something: the server sees to that.</summary>
        private RoomEvent React(RoomEvent target, string emoji, UserRef who) =>
            feed.Reacted(Next, target, emoji, who, on: _log.LastOrDefault(e => e.Target == target.Id && e.Emoji == emoji && e.From == who)?.On != true);

        private void Tell() => _window.Offer(_log[_told++], following: true, Feed.Me.Id);

        private (bool, List<RoomEvent>, long) Read(bool older)
        {
            var range = older ? _log.Where(e => e.Seq < _window.From).TakeLast(5) : _log.Where(e => e.Seq > _window.To).Take(5);
            return (older, [.. range.Select(e => Folded(e, _log.Count))], _log.Count);
        }

        /// <summary>As the server folds a page, independently of <see cref="MessageFold"/>.</summary>
        private RoomEvent Folded(RoomEvent happened, int until)
        {
            var changes = _log.Take(until).Where(e => e.Target == happened.Id).ToList();
            if (happened.Kind != EventKinds.Message || changes.Count == 0) return happened;
            if (changes.Any(static c => c.Kind == EventKinds.Deleted)) return happened with { Text = null, Redacted = true };
            var edit = changes.LastOrDefault(static c => c.Kind == EventKinds.Edited);
            var by = new List<(string Emoji, UserRef Who)>();
            foreach (var c in changes.Where(static c => c.Kind == EventKinds.Reacted))
            {
                var one = (c.Emoji!, c.From!);
                if (c.On != true) by.Remove(one);
                else if (!by.Contains(one)) by.Add(one);
            }
            var reactions = by.GroupBy(static r => r.Emoji).Select(static e => new ReactionInfo(e.Key, e.Count(), e.Any(static r => r.Who.Id == Feed.Me.Id), [.. e.Select(static r => r.Who).Take(10)])).ToList();
            return happened with { Edited = edit is null ? null : new EditInfo(edit.Seq, edit.At, edit.Text!), Reactions = reactions.Count == 0 ? null : reactions };
        }

        private static string Shown(RoomEvent happened) => string.Join(' ',
            happened.Seq, happened.Redacted, happened.CurrentText(), happened.Edited?.Seq,
            string.Join(',', (happened.Reactions ?? []).OrderBy(static r => r.Emoji, StringComparer.Ordinal).Select(static r => $"{r.Emoji}{r.Count}{(r.Mine ? "!" : "")}")));
    }
}
