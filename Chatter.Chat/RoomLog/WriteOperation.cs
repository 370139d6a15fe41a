using Chatter.Chat.Protocol;
using Chatter.Chat.Storage;

namespace Chatter.Chat.RoomLog;

/// <summary>
/// Something to do in the writer's next transaction. It decides inside the transaction, where what it reads can't change any more, and writes
/// nothing before it has decided; so a refusal leaves no trace and no gap.
/// </summary>
internal abstract class WriteOperation
{
    private bool _answered;

    /// <summary>What it holds of the queue's bound, in bytes.</summary>
    public virtual int Cost => 256;

    /// <summary>The user who asked for it and the room that it concerns, as far as there are such; for the log of slow operations.</summary>
    public virtual (Guid? User, Guid? Room) About => default;

    /// <summary>What it is called in logs and metrics: its class.</summary>
    public string Kind => GetType().Name;

    /// <summary>When it entered the queue, in <see cref="Environment.TickCount64"/>.</summary>
    public long EnqueuedAt { get; set; }

    /// <summary>Whether its sender has an answer, which may be that nobody knows.</summary>
    public bool IsAnswered => Volatile.Read(ref _answered);

    /// <summary>Why it was refused, once executed; null where it was done.</summary>
    public abstract Refusal? Refusal { get; }

    /// <summary>Takes the right to answer: <see cref="Committed"/> or <see cref="Failed"/> is called once, by whoever gets it.</summary>
    public bool TryAnswer() => !Interlocked.Exchange(ref _answered, true);

    /// <summary>Reads, decides and writes. May be called again after a batch was rolled back.</summary>
    public abstract void Execute(WriteBatch batch);

    /// <summary>What <see cref="Execute"/> did is committed, and its events were offered. Called on the writer's thread: be quick.</summary>
    public abstract void Committed();

    /// <summary>It may or may not have happened (a store that failed or hangs), or it did not (an operation that threw). Called on any thread.</summary>
    public abstract void Failed(Exception error);
}

/// <summary>An operation whose caller awaits an outcome.</summary>
internal abstract class WriteOperation<T> : WriteOperation
{
    private readonly TaskCompletionSource<Outcome<T>> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Outcome<T> _outcome;

    /// <summary>Completes with what was decided, or <c>unavailable</c>; faults where the operation itself failed.</summary>
    public Task<Outcome<T>> Result => _result.Task;

    public sealed override Refusal? Refusal => _outcome.Refusal;

    public sealed override void Execute(WriteBatch batch) => _outcome = Decide(batch);

    public sealed override void Committed() => _result.TrySetResult(_outcome);

    public sealed override void Failed(Exception error)
    {
        if (error is StoreUnavailableException) _result.TrySetResult(StoreUnavailableException.Refusal);
        else _result.TrySetException(error);
    }

    protected abstract Outcome<T> Decide(WriteBatch batch);
}
