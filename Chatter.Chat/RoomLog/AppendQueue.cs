namespace Chatter.Chat.RoomLog;

/// <summary>
/// What waits for the writer, and what it has in work: bounded in bytes, and in time whatever the writer does. A commit that hangs must not keep
/// anybody waiting for his answer, so the deadlines are seen to from outside (<see cref="TakeOverdue"/>).
/// </summary>
internal sealed class AppendQueue(long maxBytes, TimeSpan within)
{
    private readonly Lock _lock = new();
    private List<WriteOperation> _waiting = [];
    private List<WriteOperation> _inWork = [];
    private long _waitingBytes;
    private long _inWorkBytes;
    private bool _closed;

    /// <summary>How many wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _waiting.Count;
        }
    }

    /// <summary>Bytes held by what waits and what is in work.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock) return _waitingBytes + _inWorkBytes;
        }
    }

    /// <summary>How long the oldest operation that nobody has answered has been here, be it waiting or in work.</summary>
    public TimeSpan OldestAge
    {
        get
        {
            lock (_lock)
            {
                var oldest = _inWork.Find(static operation => !operation.IsAnswered) ?? _waiting.Find(static operation => !operation.IsAnswered);
                return oldest is null ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Environment.TickCount64 - oldest.EnqueuedAt);
            }
        }
    }

    /// <summary>Adds an operation behind the others.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="first">Whether nothing waited before it.</param>
    /// <returns>False where there is no room, or no writer any more.</returns>
    public bool TryAdd(WriteOperation operation, out bool first)
    {
        first = false;
        operation.EnqueuedAt = Environment.TickCount64;
        lock (_lock)
        {
            if (_closed || _waitingBytes + _inWorkBytes + operation.Cost > maxBytes) return false;
            _waitingBytes += operation.Cost;
            _waiting.Add(operation);
            first = _waiting.Count == 1;
            return true;
        }
    }

    /// <summary>Hands all that waits to the writer, in order, until <see cref="Done"/>.</summary>
    /// <param name="closed">Whether nothing will follow.</param>
    public List<WriteOperation> Take(out bool closed)
    {
        lock (_lock)
        {
            (_inWork, _waiting) = (_waiting, _inWork);
            (_inWorkBytes, _waitingBytes) = (_waitingBytes, 0);
            closed = _closed;
            return _inWork;
        }
    }

    /// <summary>The writer is done with what it took.</summary>
    /// <returns>Whether something waits already.</returns>
    public bool Done()
    {
        lock (_lock)
        {
            _inWork.Clear();
            _inWorkBytes = 0;
            return _waiting.Count > 0;
        }
    }

    /// <summary>What has waited too long: what the writer hasn't taken is withdrawn; of what it has in work nobody knows the outcome.</summary>
    public List<WriteOperation> TakeOverdue()
    {
        var since = Environment.TickCount64 - (long)within.TotalMilliseconds;
        lock (_lock)
        {
            var overdue = _inWork.TakeWhile(operation => operation.EnqueuedAt < since).Where(static operation => !operation.IsAnswered).ToList();
            var withdrawn = _waiting.TakeWhile(operation => operation.EnqueuedAt < since).Count();
            overdue.AddRange(_waiting.Take(withdrawn));
            foreach (var operation in _waiting.Take(withdrawn)) _waitingBytes -= operation.Cost;
            _waiting.RemoveRange(0, withdrawn);
            return overdue;
        }
    }

    /// <summary>Takes nothing more.</summary>
    public void Close()
    {
        lock (_lock) _closed = true;
    }

    /// <summary>All that the writer owes an answer.</summary>
    public List<WriteOperation> Owed()
    {
        lock (_lock) return [.. _inWork, .. _waiting];
    }
}
