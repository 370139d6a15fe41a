using Chatter.Chat.Scheduling;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Broadcasting;

/// <summary>Reads a page of a room's log.</summary>
/// <param name="user">Who lacks it: users take turns.</param>
/// <param name="room">The room's id.</param>
/// <param name="after">The seq behind which it begins.</param>
/// <param name="arrived">Gets the page, or null where there was none and it should be asked for again. Called once, on any thread, or never if the process ends.</param>
internal delegate void PageReader(Guid user, Guid room, long after, Action<IReadOnlyList<TailEvent>?> arrived);

/// <summary>Reads from the store what a tail no longer holds, a page at a time and a few at a time, so that many slow sockets cost little memory.</summary>
internal sealed partial class CatchUp : IDisposable
{
    /// <summary>Bytes of frames in a page.</summary>
    private const int PageBytes = 65_536;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly Database _database;
    private readonly ChatterMetrics _metrics;
    private readonly ILogger<CatchUp> _logger;
    private readonly FairQueue<Guid, Wanted> _wanted;
    private readonly int _atOnce;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private int _inWork;
    private bool _stopped;

    public CatchUp(Database database, IOptions<EngineSettings> settings, ChatterMetrics metrics, ILogger<CatchUp> logger)
    {
        (_database, _metrics, _logger, _atOnce) = (database, metrics, logger, settings.Value.CatchUps);
        // No bound but that of the sockets: each asks for one page at a time.
        _wanted = new FairQueue<Guid, Wanted>(int.MaxValue, int.MaxValue, Math.Max(1, _atOnce / 3));
        metrics.ObserveCatchUps(() => _wanted.Count);
    }

    /// <inheritdoc cref="PageReader"/>
    public void Read(Guid user, Guid room, long after, Action<IReadOnlyList<TailEvent>?> arrived)
    {
        lock (_lock)
        {
            if (_stopped) return;
            _wanted.TryAdd(user, new Wanted(room, after, arrived));
        }
        ReadNext();
    }

    public void Dispose()
    {
        lock (_lock) _stopped = true;
        _stopping.Cancel();
        _stopping.Dispose();
        _wanted.Dispose();
    }

    /// <summary>Begins with as many as may be read at a time.</summary>
    private void ReadNext()
    {
        while (true)
        {
            Guid user;
            Wanted? wanted;
            lock (_lock)
            {
                if (_stopped || _inWork >= _atOnce || !_wanted.TryTake(out user, out wanted)) return;
                _inWork++;
            }
            _ = ReadPage(user, wanted.Room, wanted.After, wanted.Arrived);
        }
    }

    private async Task ReadPage(Guid user, Guid room, long after, Action<IReadOnlyList<TailEvent>?> arrived)
    {
        IReadOnlyList<TailEvent>? page = null;
        try
        {
            try
            {
                var events = await _database.Read(user, store => EventRows.After(store, room, after, PageBytes), _stopping.Token);
                page = [.. events.Select(static e => new TailEvent(e))];
            }
            finally
            {
                lock (_lock)
                {
                    _wanted.Done(user);
                    _inWork--;
                }
                ReadNext();
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

    private sealed record Wanted(Guid Room, long After, Action<IReadOnlyList<TailEvent>?> Arrived);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The store did not give room {Room} after {Seq}; asking again")]
        public static partial void Failed(ILogger logger, Exception error, Guid room, long seq);

        [LoggerMessage(2, LogLevel.Error, "The store has nothing of room {Room} after {Seq}, although it was committed")]
        public static partial void Missing(ILogger logger, Guid room, long seq);
    }
}
