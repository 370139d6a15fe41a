using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Files;

/// <summary>A few threads that clean files and make thumbnails, from one bounded queue in which users take turns: pictures cost processor and memory, and must take neither from the messages.</summary>
internal sealed class FileWorkers : IDisposable
{
    private static readonly Refusal Busy = new(ErrorCodes.Unavailable, "Too many files are being worked on. Try again in a moment.") { RetryAfter = 2 };

    private readonly ChatterMetrics _metrics;
    private readonly WorkerThreads _threads;

    public FileWorkers(IOptions<FilesSettings> settings, ChatterMetrics metrics)
    {
        _metrics = metrics;
        _threads = new WorkerThreads("files", settings.Value.Workers, settings.Value.WorkWaiting);
        metrics.ObserveFiles(() => _threads.Waiting);
    }

    /// <summary>Does it on one of the threads, or refuses at once.</summary>
    public Task<Outcome<T>> Run<T>(Guid user, Func<Outcome<T>> work)
    {
        if (_threads.TryRun<Outcome<T>>(user, work, Busy) is { } result) return result;
        _metrics.LimitHit(nameof(FilesSettings.WorkWaiting));
        return Task.FromResult<Outcome<T>>(Busy);
    }

    public void Dispose() => _threads.Dispose();
}
