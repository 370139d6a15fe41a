namespace Chatter.Chat.Search;

/// <summary>
/// Rooms with events that may not be in the index yet, each once. What the writer pays for being followed is one lock a batch and an entry a room; beyond
/// <see cref="Most"/> rooms it is only remembered that all have to be looked at.
/// </summary>
internal sealed class DirtyRooms : IDisposable
{
    public const int Most = 10_000;

    private readonly Lock _lock = new();
    private readonly AutoResetEvent _news = new(false);
    private HashSet<Guid> _rooms = [];
    private long _since;
    private bool _tooMany;

    /// <summary>Signalled when a room is added to none.</summary>
    public WaitHandle News => _news;

    /// <summary>How long the oldest of them has been waiting.</summary>
    public TimeSpan Age
    {
        get
        {
            lock (_lock) return _since == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Environment.TickCount64 - _since);
        }
    }

    public void Add(IEnumerable<Guid> rooms)
    {
        bool isFirst;
        lock (_lock)
        {
            isFirst = _since == 0;
            foreach (var room in rooms)
            {
                if (_since == 0) _since = Environment.TickCount64;
                if (_rooms.Count < Most) _rooms.Add(room);
                else _tooMany |= !_rooms.Contains(room);
            }
            isFirst &= _since != 0;
        }
        if (isFirst) _news.Set();
    }

    /// <summary>Takes all that there are.</summary>
    public IReadOnlyCollection<Guid> Take(out bool tooMany)
    {
        lock (_lock)
        {
            var taken = _rooms;
            tooMany = _tooMany;
            (_rooms, _since, _tooMany) = ([], 0, false);
            return taken;
        }
    }

    public void Dispose() => _news.Dispose();
}
