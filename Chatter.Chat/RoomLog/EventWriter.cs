using System.Diagnostics;
using Chatter.Chat.Broadcasting;
using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Telemetry;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.RoomLog;

/// <summary>
/// The one that appends to the logs. What waits, from all rooms, is committed in one transaction (group commit): while one commit runs, the next
/// batch gathers; there is no timer. After the commit, and never before, events are offered to the tails and their senders are answered.
/// </summary>
internal sealed partial class EventWriter : IHostedService, IDisposable
{
    /// <summary>Rooms in which something may have happened, beyond which nothing more is tried before the store has answered.</summary>
    private const int MostSuspects = 10_000;

    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>An operation that takes longer is logged: everyone else waits for it.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(100);

    /// <summary>How long an append may wait before the server isn't ready.</summary>
    private static readonly TimeSpan MostLag = TimeSpan.FromSeconds(1);

    private readonly Database _database;
    private readonly Broadcaster _broadcaster;
    private readonly EngineSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<EventWriter> _logger;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ChatterMetrics _metrics;
    private readonly Thread _thread;
    private readonly AutoResetEvent _news = new(false);
    private readonly AppendQueue _queue;
    private readonly Timer _deadlines;

    // Rooms in which a commit may have happened although it failed, with the first seq that it may have appended.
    private readonly Dictionary<Guid, long> _suspects = [];

    private readonly LogMemory _memory = new();
    private StoreConnection? _store;
    private bool _deferred;
    private long _busySince;
    private bool _disposed;
    private volatile bool _healthy = true;

    public EventWriter(
        Database database, Broadcaster broadcaster, IOptions<EngineSettings> settings, TimeProvider time, IHostApplicationLifetime lifetime, ChatterMetrics metrics,
        ILogger<EventWriter> logger)
    {
        (_database, _broadcaster, _settings, _time, _lifetime, _metrics, _logger) = (database, broadcaster, settings.Value, time, lifetime, metrics, logger);
        _queue = new AppendQueue(_settings.WaitingBytes, _settings.AppendWithin);
        _thread = new Thread(Run) { IsBackground = true, Name = "event writer" };
        _deadlines = new Timer(_ => AnswerOverdue());
        metrics.ObserveAppends(() => _queue.Count, () => _queue.Bytes);
        metrics.ObserveStore(() => IsHealthy);
    }

    /// <summary>Raised after a commit with the events that it appended, in order, on the writer's thread.</summary>
    public event Action<IReadOnlyList<RoomEvent>>? Appended;

    /// <summary>Whether something has waited for its commit for more than a second: the store is slow, or there is more to write than it can take.</summary>
    public bool IsBehind => _queue.OldestAge > MostLag;

    /// <summary>Whether the last transaction went through, and the one under way doesn't hang.</summary>
    public bool IsHealthy => _healthy && !(Volatile.Read(ref _busySince) is > 0 and var since && Environment.TickCount64 - since > _settings.AppendWithin.TotalMilliseconds);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _thread.Start();
        _deadlines.Change(LookEvery, LookEvery);
        return Task.CompletedTask;
    }

    /// <summary>Commits what waits and ends. Hosted services stop in the reverse order of their start, so the server, which feeds it, has stopped before.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Close();
        _news.Set();
        await Task.Run(() => _thread.Join(TimeSpan.FromSeconds(5)), CancellationToken.None);
    }

    public void Dispose()
    {
        // The container owns it twice: as itself and as a hosted service.
        if (Interlocked.Exchange(ref _disposed, true)) return;
        _queue.Close();
        _deadlines.Dispose();
        _news.Set();
        if (_thread.ThreadState.HasFlag(System.Threading.ThreadState.Unstarted) || _thread.Join(TimeSpan.FromSeconds(5))) _news.Dispose();
    }

    /// <summary>Queues an operation; operations are executed in the order of the calls.</summary>
    public void Enqueue(WriteOperation operation)
    {
        if (!_queue.TryAdd(operation, out var first))
        {
            _metrics.LimitHit(nameof(EngineSettings.WaitingBytes));
            Fail(operation, new StoreUnavailableException("Too much waits for the store."));
        }
        else if (first)
        {
            _news.Set();
        }
    }

    /// <summary>Queues an operation and waits for its outcome.</summary>
    public Task<Outcome<T>> Do<T>(WriteOperation<T> operation)
    {
        Enqueue(operation);
        return operation.Result;
    }

    private void Run()
    {
        try
        {
            var stopping = false;
            while (!stopping)
            {
                _news.WaitOne(_healthy ? Timeout.InfiniteTimeSpan : ProbeEvery);
                do
                {
                    var taken = _queue.Take(out stopping);
                    if (taken.Count == 0 && !_healthy) RunBatch([]);
                    for (var i = 0; i < taken.Count; i += _settings.BatchSize) RunBatch(taken.GetRange(i, Math.Min(_settings.BatchSize, taken.Count - i)));
                    Release();
                }
                while (_queue.Done());
            }
            _store?.Dispose();
        }
        catch (Exception e)
        {
            Environment.ExitCode = 70;
            Log.Died(_logger, e);
            _queue.Close();
            foreach (var operation in _queue.Owed()) Fail(operation, new StoreUnavailableException("The writer died.", e));
            _lifetime.StopApplication();
        }
    }

    /// <summary>Commits these operations together; where one of them throws, each by itself, so that only that one fails.</summary>
    private void RunBatch(List<WriteOperation> operations)
    {
        var since = Environment.TickCount64 - (long)_settings.AppendWithin.TotalMilliseconds;
        var refused = !_healthy && _suspects.Count >= MostSuspects;
        for (var i = operations.Count - 1; i >= 0; i--)
        {
            // Whoever has heard `unavailable` while it waited is not to see it happen, where that can still be helped.
            if (!refused && !operations[i].IsAnswered && operations[i].EnqueuedAt >= since) continue;
            Fail(operations[i], new StoreUnavailableException("Its deadline passed before its turn came."));
            operations.RemoveAt(i);
        }
        var error = Try(operations, out var appended);
        switch (error)
        {
            case null:
                Tell(appended, operations);
                break;
            case StoreUnavailableException:
                foreach (var operation in operations) Fail(operation, error);
                break;
            case var _ when operations.Count == 1:
                Log.OperationFailed(_logger, error, operations[0].GetType().Name);
                Fail(operations[0], error);
                break;
            default:
                foreach (var operation in operations) RunBatch([operation]);
                break;
        }
    }

    /// <summary>On a timer of its own: a commit that hangs keeps the writer, but nobody who waits.</summary>
    private void AnswerOverdue()
    {
        foreach (var operation in _queue.TakeOverdue())
        {
            _metrics.LimitHit(nameof(EngineSettings.AppendWithin));
            Fail(operation, new StoreUnavailableException("The store did not answer in time."));
        }
        _broadcaster.WakeHeld();
    }

    private void Fail(WriteOperation operation, Exception error)
    {
        if (!operation.TryAnswer()) return;
        _metrics.OperationAnswered(error is StoreUnavailableException ? ErrorCodes.Unavailable : ErrorCodes.Internal);
        operation.Failed(error);
    }

    private void Answer(WriteOperation operation)
    {
        if (!operation.TryAnswer()) return;
        _metrics.OperationAnswered(operation.Refusal?.Code ?? "ok");
        try
        {
            operation.Committed();
        }
        catch (Exception e)
        {
            // It is committed all the same, and the others want their answers.
            Log.AnswerFailed(_logger, e, operation.GetType().Name);
        }
    }

    private Exception? Try(List<WriteOperation> operations, out List<RoomEvent> appended)
    {
        Volatile.Write(ref _busySince, Environment.TickCount64);
        try
        {
            return Commit(operations, out appended);
        }
        finally
        {
            Volatile.Write(ref _busySince, 0);
        }
    }

    private Exception? Commit(List<WriteOperation> operations, out List<RoomEvent> appended)
    {
        appended = [];
        using var turn = _database.Gate.Enter(_settings.AppendWithin);
        if (turn is null) return Ill(new StoreUnavailableException("Somebody else wrote all the time."));
        var since = Stopwatch.GetTimestamp();
        WriteBatch? batch = null;
        try
        {
            _store ??= new StoreConnection(_database.OpenWriter());
            // How long it waits for a lock that another process holds: everybody is to be answered within the deadline, also who comes while this fails.
            _store.Connection.DefaultTimeout = _healthy ? 3 : 1;
            var time = DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());
            using var transaction = _store.Connection.BeginTransaction(deferred: false);
            _store.Transaction = transaction;
            _memory.Trim();
            batch = new WriteBatch(_store, _memory, time);
            // Whose deadline passed while the lock was waited for has heard `unavailable`, and needn't see it happen.
            foreach (var operation in operations)
                if (!operation.IsAnswered) Execute(operation, batch);
            batch.Flush();
            // A store that failed shows its recovery only by a write.
            if (!_healthy) _store.Execute("insert or replace into store_info (key, value) values ('probed_at', $1)", time.ToUnixTimeMilliseconds());
            CrashPoint.Pass(CrashPoint.BeforeCommit);
            transaction.Commit();
            _store.Transaction = null;
            turn.Dispose();
        }
        catch (SqliteException e)
        {
            // At COMMIT this is an unknown outcome, not a failure: the commit may show up later. So the connection is given up, nobody is told
            // more than `unavailable`, and the rooms are looked up again once the store answers.
            foreach (var item in batch?.Appended ?? []) _suspects.TryAdd(item.Room, item.Seq);
            GiveUp();
            return Ill(e);
        }
        catch (Exception e)
        {
            GiveUp();
            return e;
        }
        // Before anybody hears of them.
        if (batch.Appended is [.., var last])
        {
            _database.Mark.Note(last);
            CrashPoint.Pass(CrashPoint.AfterCommitBeforeDispatch);
        }
        if (!_healthy) Recover(batch);
        if (operations.Count > 0) _metrics.BatchCommitted(operations.Count, since);
        appended = batch.Appended;
        return null;
    }

    private void Execute(WriteOperation operation, WriteBatch batch)
    {
        var since = Stopwatch.GetTimestamp();
        operation.Execute(batch);
        var took = Stopwatch.GetElapsedTime(since);
        _metrics.OperationExecuted(operation.Kind, took);
        if (took > Slow) Log.SlowOperation(_logger, operation.Kind, took.TotalMilliseconds, operation.About.User, operation.About.Room);
    }

    private StoreUnavailableException Ill(Exception error)
    {
        if (_healthy) Log.StoreFailed(_logger, error);
        _healthy = false;
        return error as StoreUnavailableException ?? new StoreUnavailableException(error.Message, error);
    }

    /// <summary>Events first, answers second, and the loops begin when all are there: who spoke gets his answer and his event by one write.</summary>
    private void Tell(List<RoomEvent> appended, List<WriteOperation> operations)
    {
        if (!CrashPoint.IsArmed(CrashPoint.AfterDispatchBeforeAnswer)) Broadcaster.Hold();
        Publish(appended);
        if (appended.Count > 0) CrashPoint.Pass(CrashPoint.AfterDispatchBeforeAnswer);
        foreach (var operation in operations) Answer(operation);
    }

    /// <summary>
    /// Has the loops begin, unless more waits already: then they begin with that, one commit later, and write both at once. A write costs as much as a
    /// dozen events in it, so where much happens this is the sooner way; where a commit hangs, <see cref="AnswerOverdue"/> begins without it.
    /// </summary>
    private void Release()
    {
        _deferred = !_deferred && _queue.Count > 0;
        if (!_deferred) _broadcaster.Release();
    }

    private void Publish(List<RoomEvent> appended)
    {
        foreach (var item in appended)
        {
            _metrics.EventAppended(item.Kind);
            _broadcaster.Offer(item);
        }
        if (appended.Count > 0) Appended?.Invoke(appended);
    }

    private void GiveUp()
    {
        _store?.Dispose();
        _store = null;
        _memory.Clear();
    }

    /// <summary>
    /// The store answers again: what it holds of the commits whose outcome was unknown is published now. Not only for who reads the rooms: who repeats a
    /// join that had happened is told that he is in already, and his open sockets hear of the room by its <c>joined</c> alone.
    /// </summary>
    private void Recover(WriteBatch batch)
    {
        try
        {
            foreach (var (room, first) in _suspects)
            {
                var before = batch.Appended.Find(item => item.Room == room)?.Seq ?? long.MaxValue;
                Publish(EventRows.After(_store!, room, first - 1, int.MaxValue, until: before - 1));
                _suspects.Remove(room);
            }
        }
        catch (SqliteException)
        {
            // It is looked up again with the next write. What this one appended may be published before: a gap is read from the store.
            GiveUp();
            return;
        }
        _healthy = true;
        Log.StoreRecovered(_logger);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Critical, "The event writer died: stopping")]
        public static partial void Died(ILogger logger, Exception error);

        [LoggerMessage(2, LogLevel.Error, "The store failed; sends answer `unavailable` until it recovers")]
        public static partial void StoreFailed(ILogger logger, Exception error);

        [LoggerMessage(3, LogLevel.Warning, "The store has recovered")]
        public static partial void StoreRecovered(ILogger logger);

        [LoggerMessage(4, LogLevel.Error, "{Operation} failed and was rolled back")]
        public static partial void OperationFailed(ILogger logger, Exception error, string operation);

        [LoggerMessage(6, LogLevel.Warning, "{Operation} of user {User} in room {Room} kept the writer for {Milliseconds} ms")]
        public static partial void SlowOperation(ILogger logger, string operation, double milliseconds, Guid? user, Guid? room);

        [LoggerMessage(5, LogLevel.Error, "{Operation} was committed, but its answer failed")]
        public static partial void AnswerFailed(ILogger logger, Exception error, string operation);
    }
}
