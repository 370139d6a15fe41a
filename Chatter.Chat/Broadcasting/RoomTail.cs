namespace Chatter.Chat.Broadcasting;

/// <summary>What a tail holds at one moment: the events <see cref="First"/> to <see cref="Last"/>, none where First = Last + 1. Immutable.</summary>
internal sealed class TailView(TailEvent[] items, int offset, long first, long last)
{
    public long First => first;

    public long Last => last;

    public TailEvent this[long seq] => items[offset + (int)(seq - first)];
}

/// <summary>
/// The newest events of a room in memory. All events enter through <see cref="Offer"/>: own appends, other nodes', repeats and losses alike.
/// It may hold as few as it likes: whoever lacks what it doesn't hold reads the store, since an event is offered only after it was committed.
/// </summary>
internal sealed class RoomTail
{
    private readonly Lock _lock = new();
    private readonly int _capacity;
    private readonly bool[] _watched;
    private readonly int[] _dirty;
    private readonly Action<int, RoomTail> _wake;

    // Slots beyond the published view are written before the view that shows them is; a full array is left to its readers and replaced.
    private TailEvent[] _items = [];
    private int _end;
    private volatile TailView _view;
    private int _pins;
    private int _redactions;
    private bool _dead;

    /// <param name="room">The room's id.</param>
    /// <param name="last">The last event known to be committed, or 0.</param>
    /// <param name="capacity">Events held at most.</param>
    /// <param name="loops">How many dispatch loops there are.</param>
    /// <param name="wake">Tells loop number so-and-so that this room has news.</param>
    public RoomTail(Guid room, long last, int capacity, int loops, Action<int, RoomTail> wake)
    {
        Room = room;
        _capacity = capacity;
        _view = new TailView(_items, 0, last + 1, last);
        _watched = new bool[loops];
        _dirty = new int[loops];
        _wake = wake;
    }

    public Guid Room { get; }

    public TailView View => _view;

    /// <summary>Bytes of the frames held.</summary>
    public long Bytes { get; private set; }

    /// <summary>
    /// Takes an event: one at or below the last is ignored, the next is added. At one beyond, what lies between is in the store and was missed here,
    /// so the tail starts anew with it and the cursors read the rest from there.
    /// </summary>
    public void Offer(TailEvent item)
    {
        lock (_lock)
        {
            var view = _view;
            if (item.Seq <= view.Last) return;
            var next = item.Seq == view.Last + 1;
            var held = next ? (int)(view.Last - view.First + 1) : 0;
            if (held == 0) (_items, _end, Bytes) = (new TailEvent[Math.Min(8, _capacity)], 0, 0);
            else if (held == _capacity || _end == _items.Length) held = Compact(view, held);
            _items[_end++] = item;
            Bytes += item.Frame.Length;
            _view = new TailView(_items, _end - held - 1, item.Seq - held, item.Seq);
        }
        Wake();
    }

    /// <summary>Says that the room's log reaches to there, without the events: the cursors read them from the store.</summary>
    public void Announce(long last)
    {
        lock (_lock)
        {
            if (last <= _view.Last) return;
            (_items, _end, Bytes) = ([], 0, 0);
            _view = new TailView(_items, 0, last + 1, last);
        }
        Wake();
    }

    /// <summary>Drops the events held, to give memory back; the last seq stays known.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            (_items, _end, Bytes) = ([], 0, 0);
            _view = new TailView(_items, 0, _view.Last + 1, _view.Last);
        }
    }

    /// <summary>Drops the events held, since one of them isn't as it was: also those that were read from the store before now.</summary>
    public void Redact()
    {
        Interlocked.Increment(ref _redactions);
        Trim();
    }

    /// <summary>How often <see cref="Redact"/> was called: a page of the store is as old as this was before it was asked for.</summary>
    public int Redactions => Volatile.Read(ref _redactions);

    /// <summary>Whether that loop wants to hear of news. It looks at <see cref="View"/> after it said so, thus misses none.</summary>
    public void Watch(int loop, bool on)
    {
        Volatile.Write(ref _watched[loop], on);
        // A processor may read the view before others see what was written here, and whoever appended would neither be seen nor see this loop.
        Interlocked.MemoryBarrier();
    }

    public bool IsWatched(int loop) => Volatile.Read(ref _watched[loop]);

    /// <summary>The loop has taken notice, and is told of the next news again.</summary>
    public void Noticed(int loop) => Interlocked.Exchange(ref _dirty[loop], 0);

    /// <summary>Keeps the tail alive.</summary>
    /// <returns>False where it was given up just before.</returns>
    public bool Pin()
    {
        lock (_lock)
        {
            if (_dead) return false;
            _pins++;
            return true;
        }
    }

    /// <returns>True where that was the last pin: the tail is given up.</returns>
    public bool Unpin()
    {
        lock (_lock) return _dead = --_pins == 0;
    }

    private int Compact(TailView view, int held)
    {
        // A quarter of a full tail goes at a time: appending costs a constant on average, and rooms that fill at the same time don't make memory swing by much.
        var keep = held == _capacity ? _capacity * 3 / 4 : held;
        var items = new TailEvent[Math.Min(_capacity, Math.Max(8, keep * 2))];
        var bytes = 0L;
        for (var i = 0; i < keep; i++)
        {
            items[i] = view[view.Last - keep + 1 + i];
            bytes += items[i].Frame.Length;
        }
        (_items, _end, Bytes) = (items, keep, bytes);
        return keep;
    }

    private void Wake()
    {
        // The other half of Watch: the view must be seen before it is looked who watches.
        Interlocked.MemoryBarrier();
        for (var loop = 0; loop < _watched.Length; loop++)
            if (Volatile.Read(ref _watched[loop]) && Interlocked.Exchange(ref _dirty[loop], 1) == 0) _wake(loop, this);
    }
}
