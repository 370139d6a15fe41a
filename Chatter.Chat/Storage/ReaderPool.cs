using System.Collections.Concurrent;
using Chatter.Chat.Telemetry;
using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Storage;

/// <summary>
/// A few threads that read the store, each with a connection of its own, from one bounded queue. The provider's asynchronous methods block, so reads
/// on the thread pool would take threads from the sockets.
/// </summary>
internal sealed class ReaderPool : IDisposable
{
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    private readonly BlockingCollection<Job> _jobs;
    private readonly Func<StoreConnection> _open;
    private readonly string _limit;
    private readonly ChatterMetrics _metrics;
    private readonly Job?[] _inWork;
    private readonly Thread[] _threads;
    private readonly Timer _deadlines;

    /// <param name="open">Makes a thread's connection.</param>
    /// <param name="name">What the threads are called.</param>
    /// <param name="threads">How many there are.</param>
    /// <param name="waiting">Reads that may wait.</param>
    /// <param name="limit">The setting that says so.</param>
    /// <param name="metrics">Where it is noted that one was one too many.</param>
    public ReaderPool(Func<StoreConnection> open, string name, int threads, int waiting, string limit, ChatterMetrics metrics)
    {
        (_open, _limit, _metrics, _inWork) = (open, limit, metrics, new Job?[threads]);
        _jobs = new BlockingCollection<Job>(waiting);
        _threads = [.. Enumerable.Range(0, threads).Select(i => new Thread(() => Work(i)) { IsBackground = true, Name = $"{name} {i}" })];
        foreach (var thread in _threads) thread.Start();
        _deadlines = new Timer(_ => FailOverdue(), null, LookEvery, LookEvery);
    }

    /// <summary>Reads that wait for a thread.</summary>
    public int Waiting => _jobs.Count;

    public Task<T> Run<T>(Func<StoreConnection, T> query, CancellationToken cancel)
    {
        var job = new Job<T>(query, cancel);
        bool added;
        try
        {
            added = _jobs.TryAdd(job, 0, CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            added = false; // Stopping: no further jobs are taken.
        }
        if (!added)
        {
            _metrics.LimitHit(_limit);
            job.Fail(new StoreUnavailableException("Too many reads wait for the store."));
        }
        return job.Task;
    }

    public void Dispose()
    {
        _jobs.CompleteAdding();
        _deadlines.Dispose();
        var ended = ThreadGroup.Join(_threads);
        while (_jobs.TryTake(out var job)) job.Fail(new StoreUnavailableException("The store is closed."));
        // A read that hangs comes back to the queue some time, and would end the process there if it were gone.
        if (ended) _jobs.Dispose();
    }

    /// <summary>On a timer of its own: a disk that hangs keeps the threads, but nobody who waits.</summary>
    private void FailOverdue()
    {
        foreach (var job in _inWork) job?.FailIfOverdue();
        // The oldest come first.
        foreach (var job in _jobs)
            if (!job.FailIfOverdue()) break;
    }

    private void Work(int number)
    {
        StoreConnection? connection = null;
        foreach (var job in _jobs.GetConsumingEnumerable())
        {
            if (job.FailIfOverdue()) continue;
            try
            {
                Volatile.Write(ref _inWork[number], job);
                connection ??= _open();
                job.Run(connection);
            }
            catch (Exception e)
            {
                job.Fail(e is SqliteException ? new StoreUnavailableException(e.Message, e) : e);
                if (e is not SqliteException) continue;
                // After an error of the store itself a new connection is the only one in a known state.
                connection?.Dispose();
                connection = null;
            }
            finally
            {
                Volatile.Write(ref _inWork[number], null);
            }
        }
        connection?.Dispose();
    }

    private abstract class Job
    {
        private readonly long _since = Environment.TickCount64;

        /// <summary>Answers who has waited too long; what the query finds later is nobody's any more.</summary>
        public bool FailIfOverdue()
        {
            var age = TimeSpan.FromMilliseconds(Environment.TickCount64 - _since);
            if (age <= WaitLimit) return false;
            Fail(new StoreUnavailableException($"A read waited for {age.TotalSeconds:0} s."));
            return true;
        }

        public abstract void Run(StoreConnection connection);

        public abstract void Fail(Exception error);
    }

    private sealed class Job<T>(Func<StoreConnection, T> query, CancellationToken cancel) : Job
    {
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Task => _result.Task;

        public override void Run(StoreConnection connection)
        {
            if (cancel.IsCancellationRequested) _result.TrySetCanceled(cancel);
            else _result.TrySetResult(query(connection));
        }

        public override void Fail(Exception error) => _result.TrySetException(error);
    }
}
