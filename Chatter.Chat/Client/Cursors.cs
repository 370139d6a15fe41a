using System.Globalization;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Client;

/// <summary>
/// By room, the last <c>seq</c> that was received, and the rules by which frames move it (docs/protocol.md §4.3). What passes through here has, in each room,
/// each <c>seq</c> once and each exactly one above the last. Not for several threads at once.
/// </summary>
internal sealed class Cursors
{
    /// <summary>Of the 65,536 bytes that a <c>hello</c> may have; the rest is for the token.</summary>
    private const int ResumeBytes = 60_000;

    private readonly Dictionary<Guid, long> _seqs = [];
    private readonly HashSet<Guid> _resumed = [];
    private readonly HashSet<Guid> _leftOut = [];
    private readonly HashSet<Guid> _stale = [];
    private string? _staleEpoch;
    private string? _helloEpoch;

    /// <summary>As in the last <c>welcome</c>.</summary>
    public string? Epoch { get; private set; }

    /// <summary>The cursor of a room, or null where there is none.</summary>
    public long? Of(Guid room) => _seqs.TryGetValue(room, out var seq) ? seq : null;

    /// <summary>What <c>hello</c> says. Begins a connection.</summary>
    public (IReadOnlyDictionary<Guid, long>? Resume, string? Epoch) Hello()
    {
        _resumed.Clear();
        _leftOut.Clear();
        // A connection may break after a welcome with a new epoch and before every room got its reset. The cursors left over are of the old epoch,
        // and under the new one they would silently mean other events; so the old one is named until all are told.
        _helloEpoch = _stale.Count > 0 ? _staleEpoch : Epoch;
        var resume = new Dictionary<Guid, long>();
        var bytes = 0;
        foreach (var (room, seq) in _seqs)
        {
            bytes += 40 + seq.ToString(CultureInfo.InvariantCulture).Length;
            if (bytes > ResumeBytes)
            {
                _leftOut.Add(room);
                continue;
            }
            resume.Add(room, seq);
            _resumed.Add(room);
        }
        return resume.Count == 0 ? (null, null) : (resume, _helloEpoch);
    }

    /// <summary>Moves the cursors by a frame, and adds to <paramref name="deliver"/> what is to be passed on because of it.</summary>
    /// <returns>False where events are missing between the cursor and this frame: the connection is of no use any more.</returns>
    public bool Apply(ServerFrame frame, List<ServerFrame> deliver)
    {
        switch (frame)
        {
            case RoomEvent @event: return Advance(@event, deliver);
            case WelcomeFrame welcome:
                Welcome(welcome);
                deliver.Add(frame);
                Enter(welcome.Rooms, welcome.More is true, deliver);
                return true;
            case RoomsFrame rooms:
                deliver.Add(frame);
                Enter(rooms.Rooms, rooms.More is true, deliver);
                return true;
            case SubscribedFrame subscribed:
                _seqs[subscribed.Room] = subscribed.Entry.Last;
                break;
            case UnsubscribedFrame unsubscribed:
                _seqs.Remove(unsubscribed.Room);
                _stale.Remove(unsubscribed.Room);
                break;
            case ResetFrame reset:
                _seqs[reset.Room] = reset.Last;
                _stale.Remove(reset.Room);
                break;
        }
        deliver.Add(frame);
        return true;
    }

    private bool Advance(RoomEvent @event, List<ServerFrame> deliver)
    {
        if (!_seqs.TryGetValue(@event.Room, out var seq) || @event.Seq > seq + 1) return false;
        if (@event.Seq <= seq) return true;
        _seqs[@event.Room] = @event.Seq;
        deliver.Add(@event);
        return true;
    }

    private void Welcome(WelcomeFrame welcome)
    {
        _stale.Clear();
        if (welcome.Epoch != _helloEpoch)
        {
            _stale.UnionWith(_resumed);
            _staleEpoch = _helloEpoch;
        }
        Epoch = welcome.Epoch;
    }

    /// <summary>
    /// Rooms as <c>welcome</c> and <c>rooms</c> tell them. Where there were too many to resume them all, the server doesn't know what is held of the others,
    /// so what it would have said about them is said here.
    /// </summary>
    private void Enter(IReadOnlyList<RoomEntry> entries, bool more, List<ServerFrame> deliver)
    {
        foreach (var entry in entries)
        {
            var room = entry.Room.Id;
            if (_resumed.Contains(room)) continue;
            if (_leftOut.Remove(room) && (Epoch != _helloEpoch || _seqs[room] != entry.Last))
            {
                var reason = Epoch != _helloEpoch ? ResetReasons.Epoch : _seqs[room] > entry.Last ? ResetReasons.Ahead : ResetReasons.Behind;
                deliver.Add(new ResetFrame(room, entry.First, entry.Last, reason));
            }
            _seqs[room] = entry.Last;
        }
        if (more) return;
        foreach (var room in _leftOut)
        {
            _seqs.Remove(room);
            deliver.Add(new UnsubscribedFrame(room, UnsubscribedReasons.Unknown));
        }
        _leftOut.Clear();
    }
}
