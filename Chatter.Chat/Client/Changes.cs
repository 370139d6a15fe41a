using Chatter.Chat.Protocol;

namespace Chatter.Chat.Client;

/// <summary>
/// Edits, deletions and reactions that aren't acknowledged. One of a room is on the wire at a time, and the next waits for its answer: of two edits of a message
/// the later has to win, whatever was lost or refused for the moment. Each is repeated with its nonce until it is settled. Not for several threads at once.
/// </summary>
/// <param name="random">From 0 to 1, for the jitter.</param>
internal sealed class Changes(Func<double> random)
{
    public const int Most = 1_000;

    /// <summary>As for sends: an answer takes the server 5 s at most.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    private readonly Dictionary<Guid, Queue<Pending>> _rooms = [];

    public int Count { get; private set; }

    /// <summary>Those on the wire, whose outcome a close now would leave unknown.</summary>
    public int InFlight => _rooms.Values.Count(static room => room.Peek().OnWire);

    public Outcome<Task<SentFrame>> Add(ChangeFrame frame)
    {
        if (Count >= Most) return new Refusal(ErrorCodes.Invalid, $"There are {Most} changes waiting already.");
        if (!_rooms.TryGetValue(frame.Room, out var room)) _rooms.Add(frame.Room, room = new Queue<Pending>());
        var pending = new Pending(frame);
        room.Enqueue(pending);
        Count++;
        return pending.Completion.Task;
    }

    /// <summary>The next frame to be written now; null where there is none.</summary>
    public ChangeFrame? Next(TimeSpan now)
    {
        foreach (var room in _rooms.Values)
        {
            var first = room.Peek();
            if (now < first.NotBefore) continue;
            (first.OnWire, first.NotBefore) = (true, now + AnswerWithin);
            return first.Frame;
        }
        return null;
    }

    /// <summary>When <see cref="Next"/> is worth asking again though nothing else happens.</summary>
    public TimeSpan? Due() => _rooms.Count == 0 ? null : _rooms.Values.Min(static room => room.Peek().NotBefore);

    /// <summary>The connection is gone: what was on it is written again on the next.</summary>
    public void Disconnected()
    {
        foreach (var room in _rooms.Values)
            if (room.Peek() is { OnWire: true } first) (first.OnWire, first.NotBefore) = (false, TimeSpan.Zero);
    }

    /// <summary>A <c>sent</c>: committed.</summary>
    public void Acknowledge(SentFrame sent)
    {
        if (Take(sent.Room, sent.Nonce) is { } done) done.Completion.TrySetResult(sent);
    }

    /// <summary>One's own event came before its <c>sent</c>, or instead of it.</summary>
    public void Acknowledge(RoomEvent item) => Acknowledge(new SentFrame(item.Room, item.Seq, item.Id, item.At) { Nonce = item.Nonce });

    /// <returns>Whether it was about one of these.</returns>
    public bool Refuse(ErrorFrame error, TimeSpan now)
    {
        if (error.Room is not { } room || First(room, error.Nonce) is not { } pending) return false;
        if (ErrorCodes.IsTransient(error.Code))
        {
            pending.OnWire = false;
            pending.NotBefore = now + (error.RetryAfter is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0.01, 3_600)) : Backoff.Delay(pending.Refusals++, random()));
            return true;
        }
        Take(room, error.Nonce)?.Fail(new ChatException(new Refusal(error.Code, error.Message)));
        return true;
    }

    /// <summary>Gives everything up.</summary>
    public void Fail(Func<Exception> reason)
    {
        foreach (var pending in _rooms.Values.SelectMany(static room => room).ToArray()) pending.Fail(reason());
        _rooms.Clear();
        Count = 0;
    }

    private Pending? First(Guid room, string? nonce) => nonce is not null && _rooms.TryGetValue(room, out var waiting) && waiting.Peek() is var first && first.Frame.Nonce == nonce ? first : null;

    private Pending? Take(Guid room, string? nonce)
    {
        if (First(room, nonce) is not { } first) return null;
        var waiting = _rooms[room];
        waiting.Dequeue();
        if (waiting.Count == 0) _rooms.Remove(room);
        Count--;
        return first;
    }

    private sealed class Pending(ChangeFrame frame)
    {
        public ChangeFrame Frame => frame;

        public TaskCompletionSource<SentFrame> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool OnWire { get; set; }

        /// <summary>Not to be written before: on the wire, when it is taken for lost.</summary>
        public TimeSpan NotBefore { get; set; }

        public int Refusals { get; set; }

        public void Fail(Exception reason)
        {
            Completion.TrySetException(reason);
            _ = Completion.Task.Exception;
        }
    }
}
