namespace Chatter.Chat.Storage;

/// <summary>
/// Lets one writer at a time into the database. SQLite has one write lock; a second connection that wants it sleeps in steps and can starve for
/// seconds, so everybody in this process who writes passes here first. Hold it for a transaction and nothing slower.
/// </summary>
public sealed class WriteGate : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Waits for one's turn; disposing the lease ends it.</summary>
    public async ValueTask<Lease> Enter(CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        return new Lease(_gate);
    }

    /// <summary>Waits for one's turn on a thread of one's own.</summary>
    /// <returns>Null where <paramref name="limit"/> passed first.</returns>
    internal Lease? Enter(TimeSpan limit)
    {
        // In the queue of those who wait asynchronously, which is served in order: who blocks in SemaphoreSlim.Wait is overtaken as long as others come.
        var turn = _gate.WaitAsync();
        if (turn.Wait(limit)) return new Lease(_gate);
        turn.ContinueWith(_ => _gate.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    /// <summary>One's turn.</summary>
    public sealed class Lease : IDisposable
    {
        private SemaphoreSlim? _gate;

        internal Lease(SemaphoreSlim gate) => _gate = gate;

        /// <summary>Lets the next one in.</summary>
        public void Dispose() => Interlocked.Exchange(ref _gate, null)?.Release();
    }
}
