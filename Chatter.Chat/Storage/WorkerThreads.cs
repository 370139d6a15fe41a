using System.Collections.Concurrent;

namespace Chatter.Chat.Storage;

/// <summary>A few threads with a bounded queue before them, for what costs processor and must not take the pool's threads from the messages.</summary>
internal sealed class WorkerThreads : IDisposable
{
    private readonly BlockingCollection<Action> _waiting;
    private readonly Thread[] _threads;
    private volatile bool _stopping;

    public WorkerThreads(string name, int threads, int waiting)
    {
        _waiting = new BlockingCollection<Action>(waiting);
        _threads = [.. Enumerable.Range(1, threads).Select(i => new Thread(Work) { IsBackground = true, Name = $"{name} {i}" })];
        foreach (var thread in _threads) thread.Start();
    }

    /// <summary>Jobs that wait for a thread.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Does it on one of the threads.</summary>
    /// <param name="work">What is to be done.</param>
    /// <param name="stopped">The result where it is not done any more, since the server stops.</param>
    /// <param name="cancel">Where it is asked for while the work waits, nothing is done.</param>
    /// <returns>The result to come; null where too much waits already.</returns>
    public Task<T>? TryRun<T>(Func<T> work, T stopped, CancellationToken cancel = default)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            return _waiting.TryAdd(Job, 0, CancellationToken.None) ? result.Task : null;
        }
        catch (InvalidOperationException)
        {
            return null; // Stopping: nobody would take it out again.
        }

        void Job()
        {
            if (cancel.IsCancellationRequested)
            {
                result.TrySetCanceled(cancel);
                return;
            }
            if (_stopping)
            {
                result.TrySetResult(stopped);
                return;
            }
            try
            {
                result.TrySetResult(work());
            }
            catch (Exception e)
            {
                result.TrySetException(e);
            }
        }
    }

    public void Dispose()
    {
        _stopping = true;
        _waiting.CompleteAdding();
        var ended = ThreadGroup.Join(_threads);
        while (_waiting.TryTake(out var job)) job();
        // A thread whose disk hangs comes back to the queue some time, and would end the process there if it were gone.
        if (ended) _waiting.Dispose();
    }

    private void Work()
    {
        foreach (var job in _waiting.GetConsumingEnumerable()) job();
    }
}
