namespace Chatter.App.Tests.Faults.History;

/// <summary>The final log of a room with what is looked up in it.</summary>
internal sealed class RoomLogIndex
{
    private readonly Dictionary<string, List<(long Seq, bool In)>> _memberships = [];
    private readonly HashSet<string> _ids = [];

    public RoomLogIndex(string room, List<LogEvent> events)
    {
        (Room, Events) = (room, events);
        foreach (var item in events)
        {
            _ids.Add(item.Id);
            if (item.Kind == "message")
            {
                ByText.TryAdd(item.Text ?? "", item);
                ByNonce.TryAdd((item.From ?? "", item.Nonce ?? ""), item);
                ById.TryAdd(item.Id, item);
            }
            if (item.Kind is not ("joined" or "left")) continue;
            foreach (var user in Users(item))
            {
                if (!_memberships.TryGetValue(user, out var changes)) _memberships.Add(user, changes = []);
                changes.Add((item.Seq, item.Kind == "joined"));
            }
        }
    }

    public string Room { get; }

    public List<LogEvent> Events { get; }

    public long Last => Events.Count == 0 ? 0 : Events[^1].Seq;

    public Dictionary<string, LogEvent> ByText { get; } = [];

    public Dictionary<(string User, string Nonce), LogEvent> ByNonce { get; } = [];

    /// <summary>Messages only.</summary>
    public Dictionary<string, LogEvent> ById { get; } = [];

    public IEnumerable<string> Members => _memberships.Where(static m => m.Value[^1].In).Select(static m => m.Key);

    public LogEvent? At(long seq) => seq >= 1 && seq <= Events.Count && Events[(int)seq - 1].Seq == seq ? Events[(int)seq - 1] : Events.Find(e => e.Seq == seq);

    public bool Has(string id) => _ids.Contains(id);

    /// <summary>Whether that user was a member once that event had happened.</summary>
    public bool IsMember(string user, long seq)
    {
        if (!_memberships.TryGetValue(user, out var changes)) return false;
        var at = changes.FindLastIndex(change => change.Seq <= seq);
        return at >= 0 && changes[at].In;
    }

    /// <summary>Whether that user was a member from that event to the end of the log.</summary>
    public bool IsMemberSince(string user, long seq) => IsMember(user, seq) && !_memberships[user].Exists(change => change.Seq > seq);

    public static bool Ends(LogEvent item, string user) => item.Kind == "left" && Users(item).Contains(user);

    public static bool Begins(LogEvent item, string user) => item.Kind == "joined" && Users(item).Contains(user);

    private static string[] Users(LogEvent item) => item.Users?.Split(',') ?? [];
}

/// <summary>The highest seq that was known by some moment.</summary>
internal sealed class KnownBy
{
    private readonly List<(long At, long Seq)> _all = [];
    private bool _sorted = true;

    public void Add(long at, long seq)
    {
        _all.Add((at, seq));
        _sorted = false;
    }

    public long Before(long moment)
    {
        if (!_sorted)
        {
            _all.Sort();
            for (var i = 1; i < _all.Count; i++)
                if (_all[i].Seq < _all[i - 1].Seq) _all[i] = (_all[i].At, _all[i - 1].Seq);
            _sorted = true;
        }
        var (low, high) = (0, _all.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_all[middle].At < moment) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? 0 : _all[low - 1].Seq;
    }
}

/// <summary>A value for each key, made when it is first asked for.</summary>
internal sealed class Table<TKey, TValue> where TKey : notnull where TValue : new()
{
    private readonly Dictionary<TKey, TValue> _all = [];

    public TValue this[TKey key]
    {
        get
        {
            if (!_all.TryGetValue(key, out var value)) _all.Add(key, value = new TValue());
            return value;
        }
    }

    public IEnumerable<KeyValuePair<TKey, TValue>> All => _all;
}
