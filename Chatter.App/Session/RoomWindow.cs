using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>
/// The part of a room's log that is held for showing: a range without a gap, with at most <see cref="Limit"/> rows. What becomes of a message (edits, its deletion,
/// reactions) is folded into it and has no row; people who join or leave one after the other have one together. Its end is the room's newest event, unless the
/// reader paged back so far that the newest were let go.
/// </summary>
public sealed class RoomWindow
{
    /// <summary>How many rows are held at most in a view of a usual height.</summary>
    public const int Capacity = 150;

    /// <summary>Events of a page.</summary>
    public const int PageSize = 50;

    private const int MostInView = 500;

    private readonly HeldEvents _held = new();

    /// <summary>An empty window behind a room's last event.</summary>
    public RoomWindow(long last) => Empty(last);

    /// <summary>How many rows are held at most: more than <see cref="Capacity"/> in a view that is very high.</summary>
    public int Limit { get; private set; } = Capacity;

    /// <summary>The events that have rows, as they are now. Of people who joined or left together it is the first, with all of them.</summary>
    public IReadOnlyList<RoomEvent> Events => _held.Events;

    /// <summary>The last seq of the first row, or null: another one when a row came before it, the same when it only grew.</summary>
    public long? EndOfFirstRow => Events.Count > 0 ? _held.LastOf(0) : null;

    /// <summary>The first seq of the last row, or null.</summary>
    public long? StartOfLastRow => Events is [.., var last] ? last.Seq : null;

    /// <summary>Everything before this is not held: the first held <c>seq</c>, or the next where none is.</summary>
    public long From { get; private set; }

    /// <summary>The last held <c>seq</c>, or the one that was the room's last when the window was empty.</summary>
    public long To { get; private set; }

    /// <summary>Whether new events of the room belong into the window.</summary>
    public bool AtEnd { get; private set; }

    /// <summary>Whether changes of what is held may have been missed: it has to be read again, by <see cref="Renew"/>.</summary>
    public bool Stale { get; private set; }

    /// <summary>Whether that event is held.</summary>
    public bool Holds(long seq) => seq >= From && seq <= To;

    /// <summary>A held event by its id, or null.</summary>
    public RoomEvent? Find(Guid id) => _held.Find(id);

    /// <summary>
    /// So many rows are seen at a time. Two pages more are held than that: what comes at one end then lets nothing go that is in view.
    /// </summary>
    /// <param name="rows">As many as there can be, 500 at most.</param>
    public void Fit(int rows) => Limit = Math.Max(Capacity, Math.Clamp(rows, 0, MostInView) + 2 * PageSize);

    /// <summary>Forgets what is held and starts anew behind <paramref name="last"/>.</summary>
    public void Empty(long last)
    {
        _held.Clear();
        (From, To, AtEnd, Stale) = (last + 1, last, true, false);
    }

    /// <summary>The room goes on without the window.</summary>
    public void Detach() => AtEnd = false;

    /// <summary>Some of the room's events won't be offered: what is held stays, but may not be what it became.</summary>
    public void Miss()
    {
        _held.ForgetChanges();
        (AtEnd, Stale) = (false, true);
    }

    /// <summary>
    /// The one way in for live events. What is held already is ignored; one that leaves a gap detaches the window.
    /// A reader who looks at older rows keeps them: then a full window lets the event pass rather than its oldest rows go.
    /// </summary>
    /// <param name="happened">The event.</param>
    /// <param name="following">Whether the reader looks at the end.</param>
    /// <param name="me">Who the reader is.</param>
    public void Offer(RoomEvent happened, bool following, Guid? me = null)
    {
        // Of what is held, wherever the window is.
        if (MessageFold.IsChange(happened)) _held.Change(happened, me);
        if (!AtEnd || happened.Seq <= To) return;
        var hasRow = HeldEvents.HasRow(happened);
        if (happened.Seq > To + 1 || (hasRow && !following && _held.Count >= Limit))
        {
            Detach();
            return;
        }
        if (hasRow) _held.Insert(_held.Count, [happened], happened.Seq);
        To = happened.Seq;
        if (following) Keep(Limit);
    }

    /// <summary>
    /// A page of older events; where the window overflows, its newest go. One that doesn't end where the window begins is of no use: the window has been
    /// let go or cut while it was on its way.
    /// </summary>
    /// <param name="page">Ascending.</param>
    /// <param name="first">The room's first event.</param>
    /// <param name="folded">Up to which event the page tells what became of its messages.</param>
    public void AddOlder(IReadOnlyList<RoomEvent> page, long first, long folded = 0)
    {
        var older = page.Where(e => e.Seq < From).ToList();
        if (page.Count > 0 && (older.Count == 0 || older[^1].Seq != From - 1)) return;
        From = older.Count > 0 ? older[0].Seq : first;
        _held.Insert(0, older, folded);
        if (_held.Count <= Limit) return;
        _held.Remove(Limit, _held.Count - Limit);
        To = _held.LastOf(Limit - 1);
        Detach();
    }

    /// <summary>A page of newer events; where the window overflows, its oldest go. One that doesn't go on where the window ends is of no use, see <see cref="AddOlder"/>.</summary>
    public void AddNewer(IReadOnlyList<RoomEvent> page, long last, long folded = 0)
    {
        var newer = page.Where(e => e.Seq > To).ToList();
        if (AtEnd || (newer.Count > 0 && newer[0].Seq != To + 1)) return;
        _held.Insert(_held.Count, newer, folded);
        if (newer.Count > 0) To = newer[^1].Seq;
        AtEnd = To >= last;
        Keep(Limit);
    }

    /// <summary>Holds a page instead of what it holds now.</summary>
    public void Replace(IReadOnlyList<RoomEvent> page, long last, long folded = 0)
    {
        if (page.Count == 0) return;
        _held.Remove(0, _held.Count);
        _held.Insert(0, page, folded);
        (From, To, Stale) = (page[0].Seq, page[^1].Seq, false);
        AtEnd = To >= last;
        Keep(Limit);
    }

    /// <summary>What is held, as a page says that it is now; the range stays.</summary>
    public void Renew(IReadOnlyList<RoomEvent> page, long folded)
    {
        foreach (var now in page) _held.Renew(now, folded);
        if (page.Count == 0 || page[^1].Seq >= To) Stale = false;
    }

    /// <summary>The reader saved a message, or forgot it; where it isn't held, pages will say so.</summary>
    public void Save(Guid id, bool on) => _held.Save(id, on);

    /// <summary>Gives somebody another name in all that is held.</summary>
    public void Rename(UserRef user) => _held.Rename(user);

    /// <summary>Lets the oldest go until so many are left.</summary>
    public void Keep(int count)
    {
        if (_held.Count <= count) return;
        _held.Remove(0, _held.Count - count);
        From = Events[0].Seq;
    }
}
