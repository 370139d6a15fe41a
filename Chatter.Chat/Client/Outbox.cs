using Chatter.Chat.Protocol;

namespace Chatter.Chat.Client;

/// <summary>
/// What was sent and isn't acknowledged, one ordered list per room. Each frame names the unacknowledged send before it in <c>prev</c>, so that the server
/// refuses it if that one isn't in the log: whatever is refused, lost or repeated, nothing overtakes (docs/protocol.md §4.1). Not for several threads at once.
/// </summary>
/// <param name="random">From 0 to 1, for the jitter.</param>
internal sealed class Outbox(Func<double> random)
{
    public const int PerRoom = 1_000;

    /// <summary>Most sends that wait for answers at once: a refusal takes all behind it along, and refusals in great number close the socket (4429).</summary>
    public const int WidestWindow = 64;

    private const int FirstWindow = 24;

    /// <summary>An answer takes the server 5 s at most; where none came in this time the send is repeated.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    private readonly Dictionary<Guid, List<OutboxEntry>> _rooms = [];
    private readonly Dictionary<(Guid Room, string Nonce), OutboxEntry> _entries = [];
    private readonly List<Guid> _turns = [];
    private readonly LinkedList<OutboxEntry> _flying = [];
    private int _turn;
    private int _window = FirstWindow;
    private TimeSpan _pausedUntil;

    /// <summary>Sends written on this connection whose answers are still to come.</summary>
    public int InFlight => _flying.Count;

    public int Count => _entries.Count;

    /// <summary>Takes a send in. The same nonce with the same content, while that isn't acknowledged, is the same send.</summary>
    public Outcome<OutboxEntry> Add(Guid room, string text, Guid? replyTo, string nonce, DateTimeOffset at, IReadOnlyList<AttachmentInfo>? attachments = null)
    {
        var entry = new OutboxEntry(nonce, room, text, replyTo, at, attachments is { Count: > 0 } ? attachments : null);
        if (_entries.TryGetValue((room, nonce), out var known))
            return known.IsSame(entry) ? known : new Refusal(ErrorCodes.NonceReused, "This nonce was used for another message.");
        if (!_rooms.TryGetValue(room, out var list))
        {
            _rooms.Add(room, list = []);
            _turns.Add(room);
        }
        if (list.Count >= PerRoom) return new Refusal(ErrorCodes.Invalid, $"There are {PerRoom} messages waiting to be sent to this room already.");
        list.Add(entry);
        _entries.Add((room, nonce), entry);
        return entry;
    }

    /// <summary>Takes a send back that was never written. Nothing names it in <c>prev</c> then, since what is behind it wasn't written either.</summary>
    public bool TryWithdraw(OutboxEntry entry)
    {
        if (entry.Attempts > 0 || !Remove(entry)) return false;
        entry.Withdraw();
        return true;
    }

    public IReadOnlyList<PendingSend> Of(Guid room) => _rooms.TryGetValue(room, out var list) ? [.. list.Select(static entry => entry.ToPending())] : [];

    /// <summary>The next frame to be written now, which is then waiting for its answer; null where there is none.</summary>
    public SendFrame? Next(TimeSpan now)
    {
        while (_flying.First is { Value: var oldest } && now >= oldest.WrittenAt + AnswerWithin) Land(oldest);
        if (now < _pausedUntil || _flying.Count >= _window) return null;
        for (var i = 0; i < _turns.Count; i++)
        {
            _turn = (_turn + 1) % _turns.Count;
            var list = _rooms[_turns[_turn]];
            var index = list.FindIndex(static entry => entry.Flight is null);
            if (index < 0 || !IsDue(list[index], index, now)) continue;
            var entry = list[index];
            entry.Flight = _flying.AddLast(entry);
            entry.WrittenAt = now;
            entry.Attempts++;
            entry.AwaitsPredecessor = false;
            return new SendFrame(entry.Room, entry.Text) { Nonce = entry.Nonce, Prev = index > 0 ? list[index - 1].Nonce : null, ReplyTo = entry.ReplyTo, Attachments = entry.AttachmentIds };
        }
        return null;
    }

    /// <summary>When <see cref="Next"/> is worth asking again though nothing else happens; null where only an answer or a new send can change anything.</summary>
    public TimeSpan? Due()
    {
        TimeSpan? due = _flying.First is { Value: var oldest } ? oldest.WrittenAt + AnswerWithin : null;
        if (_flying.Count >= _window) return due;
        foreach (var list in _rooms.Values)
        {
            var index = list.FindIndex(static entry => entry.Flight is null);
            if (index < 0 || (list[index].AwaitsPredecessor && index > 0)) continue;
            var at = list[index].NotBefore > _pausedUntil ? list[index].NotBefore : _pausedUntil;
            if (due is null || at < due) due = at;
        }
        return due;
    }

    /// <summary>The connection is gone: whatever waited for its answer has an unknown outcome and is written again, in order, on the next.</summary>
    public void Disconnected()
    {
        while (_flying.First is { Value: var entry }) Land(entry);
        foreach (var entry in _entries.Values) entry.AwaitsPredecessor = false;
        _window = FirstWindow;
    }

    /// <summary>A <c>sent</c>: committed.</summary>
    public void Acknowledge(SentFrame sent, UserRef? me)
    {
        if (sent.Nonce is null || !_entries.TryGetValue((sent.Room, sent.Nonce), out var entry)) return;
        Settle(entry, new RoomEvent(sent.Room, sent.Seq, sent.Id, sent.At, EventKinds.Message) { From = me, Text = entry.Text, ReplyTo = entry.ReplyTo, Nonce = entry.Nonce, Attachments = entry.Attachments });
    }

    /// <summary>One's own event came before its <c>sent</c>, or instead of it: committed as well.</summary>
    public void Acknowledge(RoomEvent @event)
    {
        if (@event.Nonce is not null && @event.Kind == EventKinds.Message && _entries.TryGetValue((@event.Room, @event.Nonce), out var entry)) Settle(entry, @event);
    }

    /// <summary>An <c>error</c> that names a send: it is repeated in time, or given up.</summary>
    /// <returns>Whether it was about a send of this outbox.</returns>
    public bool Refuse(ErrorFrame error, TimeSpan now)
    {
        if (Find(error) is not { } entry) return false;
        var refusal = new Refusal(error.Code, error.Message) { RetryAfter = error.RetryAfter, Last = error.Last };
        if (!ErrorCodes.IsTransient(error.Code))
        {
            Remove(entry);
            entry.Fail(new ChatException(refusal));
            return true;
        }
        entry.Refusal = refusal;
        // An answer to an earlier attempt than the one that is planned by now changes nothing.
        if (entry.Flight is null) return true;
        Land(entry);
        switch (error.Code)
        {
            case ErrorCodes.RateLimited:
                // The bucket is the user's, so no other room's send would fare better.
                _pausedUntil = Later(_pausedUntil, now + TimeSpan.FromSeconds(Math.Clamp(error.RetryAfter ?? 1, 0.01, 3_600)));
                _window = 1;
                break;
            case ErrorCodes.OutOfOrder:
                entry.AwaitsPredecessor = true;
                break;
            default:
                entry.NotBefore = now + (error.RetryAfter is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0.01, 3_600)) : Backoff.Delay(entry.Attempts - 1, random()));
                break;
        }
        return true;
    }

    /// <summary>Gives everything up.</summary>
    public void Fail(Func<Exception> reason)
    {
        foreach (var entry in _entries.Values.ToArray())
        {
            Remove(entry);
            entry.Fail(reason());
        }
    }

    private static bool IsDue(OutboxEntry entry, int index, TimeSpan now) => now >= entry.NotBefore && !(entry.AwaitsPredecessor && index > 0);

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private OutboxEntry? Find(ErrorFrame error) =>
        error.Nonce is null || error.Re is not (null or "send") ? null
        : error.Room is { } room ? _entries.GetValueOrDefault((room, error.Nonce))
        : _entries.Values.FirstOrDefault(entry => entry.Nonce == error.Nonce);

    private void Settle(OutboxEntry entry, RoomEvent @event)
    {
        Remove(entry);
        _window = Math.Min(WidestWindow, _window + 1);
        entry.Complete(@event);
    }

    private void Land(OutboxEntry entry)
    {
        if (entry.Flight is null) return;
        _flying.Remove(entry.Flight);
        entry.Flight = null;
    }

    private bool Remove(OutboxEntry entry)
    {
        if (!_entries.Remove((entry.Room, entry.Nonce))) return false;
        Land(entry);
        var list = _rooms[entry.Room];
        list.Remove(entry);
        if (list.Count > 0) return true;
        _rooms.Remove(entry.Room);
        _turns.Remove(entry.Room);
        return true;
    }
}
