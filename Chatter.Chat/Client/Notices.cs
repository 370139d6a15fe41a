using Chatter.Chat.Protocol;

namespace Chatter.Chat.Client;

/// <summary>
/// What is told and not acknowledged: read marks, typing, presence. Read marks and presence are states, so only the newest counts, and it outlives a lost
/// connection; typing is of the moment. Not for several threads at once.
/// </summary>
internal sealed class Notices
{
    /// <summary>The server tells a room of it at most this often, and shows it for twice as long.</summary>
    private static readonly TimeSpan TypingEvery = TimeSpan.FromSeconds(3);

    private readonly Dictionary<Guid, MarkReadFrame> _marks = [];
    private readonly Dictionary<Guid, MarkReadFrame> _written = [];
    private readonly Dictionary<Guid, long> _unsure = [];
    private readonly Dictionary<Guid, TimeSpan> _typed = [];
    private readonly Queue<Guid> _typing = [];
    private TimeSpan _marksNotBefore;
    private string? _presence;
    private bool _presenceTold = true;

    public void MarkRead(Guid room, long seq, bool back)
    {
        if (back) _unsure.Remove(room);
        if (!back && _marks.TryGetValue(room, out var waiting) && waiting.Seq >= seq) return;
        _marks[room] = new MarkReadFrame(room, seq) { Back = back ? true : null };
    }

    public void Type(Guid room, TimeSpan now)
    {
        if (_typed.TryGetValue(room, out var last) && now < last + TypingEvery) return;
        _typed[room] = now;
        _typing.Enqueue(room);
    }

    public void SetPresence(string status)
    {
        _presence = status;
        _presenceTold = false;
    }

    public ClientFrame? Next(TimeSpan now)
    {
        if (!_presenceTold && _presence is not null)
        {
            _presenceTold = true;
            return new SetPresenceFrame(_presence);
        }
        if (_typing.TryDequeue(out var room)) return new StartTypingFrame(room);
        if (_marks.Count == 0 || now < _marksNotBefore) return null;
        var mark = _marks.Values.First();
        _marks.Remove(mark.Room);
        _written[mark.Room] = mark;
        return mark;
    }

    public TimeSpan? Due() => _marks.Count > 0 ? _marksNotBefore : null;

    /// <summary>Marks aren't acknowledged: those written last may have been lost with the connection. The next <c>welcome</c> tells.</summary>
    public void Disconnected()
    {
        foreach (var mark in _written.Values.Where(static mark => mark.Back is not true)) _unsure[mark.Room] = Math.Max(mark.Seq, _unsure.GetValueOrDefault(mark.Room));
        _written.Clear();
        _typing.Clear();
        _typed.Clear();
        // Each socket has a status of its own and begins as online.
        _presenceTold = _presence is null or PresenceStatus.Online;
    }

    public void Entered(IEnumerable<RoomEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (_unsure.Remove(entry.Room.Id, out var seq) && entry.Read < seq) MarkRead(entry.Room.Id, seq, back: false);
        }
    }

    /// <summary>A mark that was refused for the moment is told later, unless a newer one is waiting.</summary>
    public void Refuse(ErrorFrame error, TimeSpan now)
    {
        if (error.Re != "read" || error.Room is not { } room || !_written.Remove(room, out var mark) || !ErrorCodes.IsTransient(error.Code)) return;
        _marks.TryAdd(room, mark);
        _marksNotBefore = now + TimeSpan.FromSeconds(Math.Clamp(error.RetryAfter ?? 1, 0.01, 3_600));
    }
}
