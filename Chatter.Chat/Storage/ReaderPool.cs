using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Storage;

/// <summary>
/// A few threads that read the store, each with a connection of its own, from one bounded queue. The provider's asynchronous methods block, so reads
/// on the thread pool would take threads from the sockets.
/// </summary>
internal sealed class ReaderPool : IDisposable
{
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(5);

    private readonly BlockingCollection<Job> _jobs;
    private readonly Func<StoreConnection> _open;
    private readonly Thread[] _threads;

    public ReaderPool(Func<StoreConnection> open, int threads, int waiting)
    {
        _open = open;
        _jobs = new BlockingCollection<Job>(waiting);
        _threads = [.. Enumerable.Range(1, threads).Select(i => new Thread(Work) { IsBackground = true, Name = $"store reader {i}" })];
        foreach (var thread in _threads) thread.Start();
    }

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
        if (!added) job.Fail(new StoreUnavailableException("Too many reads wait for the store."));
        return job.Task;
    }

    public void Dispose()
    {
        _jobs.CompleteAdding();
        foreach (var thread in _threads) thread.Join(TimeSpan.FromSeconds(5));
        while (_jobs.TryTake(out var job)) job.Fail(new StoreUnavailableException("The store is closed."));
        _jobs.Dispose();
    }

    private void Work()
    {
        StoreConnection? connection = null;
        foreach (var job in _jobs.GetConsumingEnumerable())
        {
            if (job.Age > WaitLimit)
            {
                job.Fail(new StoreUnavailableException($"A read waited for {job.Age.TotalSeconds:0} s."));
                continue;
            }
            try
            {
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
        }
        connection?.Dispose();
    }

    private abstract class Job
    {
        private readonly long _since = Environment.TickCount64;

        public TimeSpan Age => TimeSpan.FromMilliseconds(Environment.TickCount64 - _since);

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
