using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>
/// The part of a room's log that is held for showing: events without a gap, at most <see cref="Capacity"/> of them. Its end is the room's newest event,
/// unless the reader paged back so far that the newest were let go.
/// </summary>
public sealed class RoomWindow
{
    public const int Capacity = 150;

    private readonly List<RoomEvent> _events = [];

    /// <summary>An empty window behind a room's last event.</summary>
    public RoomWindow(long last) => Empty(last);

    public IReadOnlyList<RoomEvent> Events => _events;

    /// <summary>Everything before this is not held: the first held <c>seq</c>, or the next where none is.</summary>
    public long From { get; private set; }

    /// <summary>The last held <c>seq</c>, or the one that was the room's last when the window was empty.</summary>
    public long To { get; private set; }

    /// <summary>Whether new events of the room belong into the window.</summary>
    public bool AtEnd { get; private set; }

    /// <summary>Forgets what is held and starts anew behind <paramref name="last"/>.</summary>
    public void Empty(long last)
    {
        _events.Clear();
        (From, To, AtEnd) = (last + 1, last, true);
    }

    /// <summary>The room goes on without the window.</summary>
    public void Detach() => AtEnd = false;

    /// <summary>
    /// The one way in for live events. What is held already is ignored; one that leaves a gap detaches the window.
    /// A reader who looks at older rows keeps them: then a full window lets the event pass rather than its oldest rows go.
    /// </summary>
    public void Offer(RoomEvent happened, bool following)
    {
        if (!AtEnd || happened.Seq <= To) return;
        if (happened.Seq > To + 1 || (!following && _events.Count >= Capacity))
        {
            Detach();
            return;
        }
        _events.Add(happened);
        To = happened.Seq;
        if (following) Keep(Capacity);
    }

    /// <summary>
    /// A page of older events; where the window overflows, its newest go. One that doesn't end where the window begins is of no use: the window has been
    /// let go or cut while it was on its way.
    /// </summary>
    public void AddOlder(IReadOnlyList<RoomEvent> page, long first)
    {
        var older = page.Where(e => e.Seq < From).ToList();
        if (page.Count > 0 && (older.Count == 0 || older[^1].Seq != From - 1)) return;
        _events.InsertRange(0, older);
        From = older.Count > 0 ? older[0].Seq : first;
        if (_events.Count <= Capacity) return;
        _events.RemoveRange(Capacity, _events.Count - Capacity);
        To = _events[^1].Seq;
        Detach();
    }

    /// <summary>A page of newer events; where the window overflows, its oldest go. One that doesn't go on where the window ends is of no use, see <see cref="AddOlder"/>.</summary>
    public void AddNewer(IReadOnlyList<RoomEvent> page, long last)
    {
        var newer = page.Where(e => e.Seq > To).ToList();
        if (AtEnd || (newer.Count > 0 && newer[0].Seq != To + 1)) return;
        _events.AddRange(newer);
        if (newer.Count > 0) To = newer[^1].Seq;
        AtEnd = To >= last;
        Keep(Capacity);
    }

    /// <summary>Lets the oldest go until so many are left.</summary>
    public void Keep(int count)
    {
        if (_events.Count <= count) return;
        _events.RemoveRange(0, _events.Count - count);
        From = _events[0].Seq;
    }
}
