using Chatter.Chat.Scheduling;
using Chatter.Chat.Telemetry;
using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Storage;

/// <summary>
/// A few threads that read the store, each with a connection of its own, from a bounded queue in which users take turns. The provider's asynchronous methods block, so reads
/// on the thread pool would take threads from the sockets.
/// </summary>
internal sealed class ReaderPool : IDisposable
{
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    private readonly Func<StoreConnection> _open;
    private readonly string _limit;
    private readonly ChatterMetrics _metrics;
    private readonly StoreConnection?[] _connections;
    private readonly Job?[] _inWork;
    private readonly FairThreads<Job> _threads;
    private readonly Timer _deadlines;

    /// <param name="open">Makes a thread's connection.</param>
    /// <param name="name">What the threads are called.</param>
    /// <param name="threads">How many there are.</param>
    /// <param name="waiting">Reads that may wait.</param>
    /// <param name="limit">The setting that says so.</param>
    /// <param name="metrics">Where it is noted that one was one too many.</param>
    /// <param name="hasFirstLane">Whether a thread is kept for what everybody begins with.</param>
    public ReaderPool(Func<StoreConnection> open, string name, int threads, int waiting, string limit, ChatterMetrics metrics, bool hasFirstLane = false)
    {
        (_open, _limit, _metrics, _inWork, _connections) = (open, limit, metrics, new Job?[threads], new StoreConnection?[threads]);
        _threads = new FairThreads<Job>(name, threads, waiting, Read, hasFirstLane);
        _deadlines = new Timer(_ => FailOverdue(), null, LookEvery, LookEvery);
    }

    /// <summary>Reads that wait for a thread.</summary>
    public int Waiting => _threads.Count;

    /// <summary>Runs a query on one of the threads.</summary>
    /// <param name="user">Whose turn it is.</param>
    /// <param name="query">What to do with the thread's connection.</param>
    /// <param name="isFirst">Whether it is what everybody begins with.</param>
    /// <param name="cancel">Where it is asked for while the read waits, nothing is read.</param>
    public Task<T> Run<T>(Guid user, Func<StoreConnection, T> query, bool isFirst, CancellationToken cancel)
    {
        var job = new Job<T>(query, cancel);
        if (!_threads.TryAdd(user, job, isFirst))
        {
            _metrics.LimitHit(_limit);
            job.Fail(new StoreUnavailableException("Too many reads wait for the store."));
        }
        return job.Task;
    }

    public void Dispose()
    {
        _deadlines.Dispose();
        _threads.Stop(static job => job.Fail(new StoreUnavailableException("The store is closed.")));
        for (var i = 0; i < _connections.Length; i++)
            if (Volatile.Read(ref _inWork[i]) is null) _connections[i]?.Dispose();
    }

    /// <summary>On a timer of its own: a disk that hangs keeps the threads, but nobody who waits.</summary>
    private void FailOverdue()
    {
        foreach (var job in _inWork) job?.FailIfOverdue();
        foreach (var jobs in _threads.Waiting())
        {
            // The oldest come first.
            foreach (var job in jobs)
                if (!job.FailIfOverdue()) break;
        }
    }

    private void Read(int thread, Job job)
    {
        if (job.FailIfOverdue()) return;
        try
        {
            Volatile.Write(ref _inWork[thread], job);
            job.Run(_connections[thread] ??= _open());
        }
        catch (Exception e)
        {
            job.Fail(e is SqliteException ? new StoreUnavailableException(e.Message, e) : e);
            if (e is not SqliteException) return;
            // After an error of the store itself a new connection is the only one in a known state.
            _connections[thread]?.Dispose();
            _connections[thread] = null;
        }
        finally
        {
            Volatile.Write(ref _inWork[thread], null);
        }
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
