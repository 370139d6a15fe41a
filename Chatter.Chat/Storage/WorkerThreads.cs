using Chatter.Chat.Scheduling;

namespace Chatter.Chat.Storage;

/// <summary>A few threads with a bounded queue before them, in which users take turns, for what costs processor.</summary>
internal sealed class WorkerThreads(string name, int threads, int waiting) : IDisposable
{
    private readonly FairThreads<Work> _threads = new(name, threads, waiting, static (_, work) => work.Do());

    /// <summary>Jobs that wait for a thread.</summary>
    public int Waiting => _threads.Count;

    /// <summary>Does it on one of the threads.</summary>
    /// <param name="user">Whose work it is, or <see cref="Guid.Empty"/> where it can't be told yet.</param>
    /// <param name="work">What is to be done.</param>
    /// <param name="stopped">The result where it is not done any more, since the server stops.</param>
    /// <param name="cancel">Where it is asked for while the work waits, nothing is done.</param>
    /// <returns>The result to come; null where too much waits already.</returns>
    public Task<T>? TryRun<T>(Guid user, Func<T> work, T stopped, CancellationToken cancel = default)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _threads.TryAdd(user, new Work(Do, () => result.TrySetResult(stopped))) ? result.Task : null;

        void Do()
        {
            if (cancel.IsCancellationRequested)
            {
                result.TrySetCanceled(cancel);
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

    public void Dispose() => _threads.Stop(static work => work.Stopped());

    private sealed record Work(Action Do, Action Stopped);
}
