using System.Collections.Concurrent;
using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Files;

/// <summary>A few threads that clean files and make thumbnails, from one bounded queue: pictures cost processor and memory, and must take neither from the messages.</summary>
internal sealed class FileWorkers : IDisposable
{
    private static readonly Refusal Busy = new(ErrorCodes.Unavailable, "Too many files are being worked on. Try again in a moment.") { RetryAfter = 2 };

    private readonly ChatterMetrics _metrics;
    private readonly BlockingCollection<Action> _waiting;
    private readonly Thread[] _threads;
    private volatile bool _stopping;

    public FileWorkers(IOptions<FilesSettings> settings, ChatterMetrics metrics)
    {
        _metrics = metrics;
        _waiting = new BlockingCollection<Action>(settings.Value.WorkWaiting);
        _threads = [.. Enumerable.Range(1, settings.Value.Workers).Select(i => new Thread(Work) { IsBackground = true, Name = $"files {i}" })];
        foreach (var thread in _threads) thread.Start();
        metrics.ObserveFiles(() => _waiting.Count);
    }

    /// <summary>Does it on one of the threads, or refuses at once.</summary>
    public Task<Outcome<T>> Run<T>(Func<Outcome<T>> work)
    {
        var result = new TaskCompletionSource<Outcome<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool added;
        try
        {
            added = _waiting.TryAdd(Job, 0, CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            added = false; // Stopping: nobody would take it out again.
        }
        if (added) return result.Task;
        _metrics.LimitHit(nameof(FilesSettings.WorkWaiting));
        return Task.FromResult<Outcome<T>>(Busy);

        void Job()
        {
            if (_stopping)
            {
                result.TrySetResult(Busy);
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
        foreach (var thread in _threads) thread.Join();
        _waiting.Dispose();
    }

    private void Work()
    {
        foreach (var job in _waiting.GetConsumingEnumerable()) job();
    }
}
