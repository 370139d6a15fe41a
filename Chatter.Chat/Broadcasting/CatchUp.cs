using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Broadcasting;

/// <summary>Reads a page of a room's log.</summary>
/// <param name="room">The room's id.</param>
/// <param name="after">The seq behind which it begins.</param>
/// <param name="arrived">Gets the page, or null where there was none and it should be asked for again. Called once, on any thread, or never if the process ends.</param>
internal delegate void PageReader(Guid room, long after, Action<IReadOnlyList<TailEvent>?> arrived);

/// <summary>Reads from the store what a tail no longer holds, a page at a time and a few at a time, so that many slow sockets cost little memory.</summary>
internal sealed partial class CatchUp : IDisposable
{
    /// <summary>Bytes of frames in a page.</summary>
    private const int PageBytes = 65_536;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly Database _database;
    private readonly ChatterMetrics _metrics;
    private readonly ILogger<CatchUp> _logger;
    private readonly SemaphoreSlim _slots;
    private readonly CancellationTokenSource _stopping = new();
    private int _waiting;

    public CatchUp(Database database, IOptions<EngineSettings> settings, ChatterMetrics metrics, ILogger<CatchUp> logger)
    {
        (_database, _metrics, _logger) = (database, metrics, logger);
        _slots = new SemaphoreSlim(settings.Value.CatchUps);
        metrics.ObserveCatchUps(() => Volatile.Read(ref _waiting));
    }

    /// <inheritdoc cref="PageReader"/>
    public void Read(Guid room, long after, Action<IReadOnlyList<TailEvent>?> arrived) => _ = ReadPage(room, after, arrived);

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        _slots.Dispose();
    }

    private async Task ReadPage(Guid room, long after, Action<IReadOnlyList<TailEvent>?> arrived)
    {
        IReadOnlyList<TailEvent>? page = null;
        try
        {
            await TakeSlot();
            try
            {
                var events = await _database.Read(store => EventRows.After(store, room, after, PageBytes), _stopping.Token);
                page = [.. events.Select(static e => new TailEvent(e))];
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return;
        }
        catch (Exception e)
        {
            Log.Failed(_logger, e, room, after);
        }
        _metrics.CaughtUp(page is { Count: > 0 });
        if (page is null or [])
        {
            // The loop asks again; not at once, since the store is in trouble.
            if (page is []) Log.Missing(_logger, room, after);
            page = null;
            try
            {
                await Task.Delay(RetryAfter, _stopping.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
        arrived(page);
    }

    private async ValueTask TakeSlot()
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await _slots.WaitAsync(_stopping.Token);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The store did not give room {Room} after {Seq}; asking again")]
        public static partial void Failed(ILogger logger, Exception error, Guid room, long seq);

        [LoggerMessage(2, LogLevel.Error, "The store has nothing of room {Room} after {Seq}, although it was committed")]
        public static partial void Missing(ILogger logger, Guid room, long seq);
    }
}
