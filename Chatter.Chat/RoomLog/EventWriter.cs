using Chatter.Chat.Broadcasting;
using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
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
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(1);

    private readonly Database _database;
    private readonly Broadcaster _broadcaster;
    private readonly EngineSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<EventWriter> _logger;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly Thread _thread;
    private readonly Lock _lock = new();
    private readonly AutoResetEvent _news = new(false);
    private readonly HashSet<Guid> _suspects = [];
    private List<WriteOperation> _waiting = [];
    private List<WriteOperation> _taken = [];
    private StoreConnection? _store;
    private long _waitingBytes;
    private bool _stopping;
    private bool _disposed;
    private volatile bool _healthy = true;

    public EventWriter(
        Database database, Broadcaster broadcaster, IOptions<EngineSettings> settings, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<EventWriter> logger)
    {
        (_database, _broadcaster, _settings, _time, _lifetime, _logger) = (database, broadcaster, settings.Value, time, lifetime, logger);
        _thread = new Thread(Run) { IsBackground = true, Name = "event writer" };
    }

    /// <summary>Raised after a commit with the events that it appended, in order, on the writer's thread.</summary>
    public event Action<IReadOnlyList<RoomEvent>>? Appended;

    /// <summary>Whether the last transaction went through.</summary>
    public bool IsHealthy => _healthy;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _thread.Start();
        return Task.CompletedTask;
    }

    /// <summary>Commits what waits and ends. Hosted services stop in the reverse order of their start, so the server, which feeds it, has stopped before.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_lock) _stopping = true;
        _news.Set();
        await Task.Run(() => _thread.Join(TimeSpan.FromSeconds(5)), CancellationToken.None);
    }

    public void Dispose()
    {
        // The container owns it twice: as itself and as a hosted service.
        if (Interlocked.Exchange(ref _disposed, true)) return;
        lock (_lock) _stopping = true;
        _news.Set();
        if (_thread.ThreadState.HasFlag(ThreadState.Unstarted) || _thread.Join(TimeSpan.FromSeconds(5))) _news.Dispose();
    }

    /// <summary>Queues an operation; operations are executed in the order of the calls.</summary>
    public void Enqueue(WriteOperation operation)
    {
        operation.EnqueuedAt = Environment.TickCount64;
        bool first;
        lock (_lock)
        {
            if (_stopping || _waitingBytes + operation.Cost > _settings.WaitingBytes)
            {
                first = false;
            }
            else
            {
                _waitingBytes += operation.Cost;
                _waiting.Add(operation);
                first = _waiting.Count == 1;
                operation = null!;
            }
        }
        if (operation is not null) operation.Failed(new StoreUnavailableException("Too much waits for the store."));
        else if (first) _news.Set();
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
            while (true)
            {
                var due = _healthy ? Timeout.InfiniteTimeSpan : ProbeEvery;
                _news.WaitOne(due);
                bool stopping;
                do
                {
                    lock (_lock)
                    {
                        (_taken, _waiting) = (_waiting, _taken);
                        _waitingBytes = 0;
                        stopping = _stopping;
                    }
                    if (_taken.Count == 0 && !_healthy) RunBatch([]);
                    for (var i = 0; i < _taken.Count; i += _settings.BatchSize) RunBatch(_taken.GetRange(i, Math.Min(_settings.BatchSize, _taken.Count - i)));
                    lock (_lock) due = _waiting.Count > 0 ? TimeSpan.Zero : Timeout.InfiniteTimeSpan;
                    _taken.Clear();
                }
                while (due == TimeSpan.Zero);
                if (stopping) break;
            }
            _store?.Dispose();
        }
        catch (Exception e)
        {
            Environment.ExitCode = 70;
            Log.Died(_logger, e);
            lock (_lock) _stopping = true;
            foreach (var operation in _taken.Concat(_waiting)) operation.Failed(new StoreUnavailableException("The writer died.", e));
            _lifetime.StopApplication();
        }
    }

    /// <summary>Commits these operations together; where one of them throws, each by itself, so that only that one fails.</summary>
    private void RunBatch(List<WriteOperation> operations)
    {
        var now = Environment.TickCount64;
        for (var i = operations.Count - 1; i >= 0; i--)
        {
            if (now - operations[i].EnqueuedAt <= _settings.AppendWithin.TotalMilliseconds) continue;
            operations[i].Failed(new StoreUnavailableException("Its deadline passed before its turn came."));
            operations.RemoveAt(i);
        }
        var error = Try(operations);
        switch (error)
        {
            case null:
                foreach (var operation in operations) Answer(operation);
                break;
            case StoreUnavailableException:
                foreach (var operation in operations) operation.Failed(error);
                break;
            case var _ when operations.Count == 1:
                Log.OperationFailed(_logger, error, operations[0].GetType().Name);
                operations[0].Failed(error);
                break;
            default:
                foreach (var operation in operations) RunBatch([operation]);
                break;
        }
    }

    private void Answer(WriteOperation operation)
    {
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

    private Exception? Try(List<WriteOperation> operations)
    {
        using var turn = _database.Gate.Enter(_settings.AppendWithin);
        if (turn is null) return new StoreUnavailableException("Somebody else wrote all the time.");
        WriteBatch? batch = null;
        try
        {
            _store ??= new StoreConnection(_database.OpenWriter());
            // How long it waits for a lock that another process holds: everybody is to be answered within the deadline, also who comes while this fails.
            _store.Connection.DefaultTimeout = _healthy ? 3 : 1;
            var time = DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());
            using var transaction = _store.Connection.BeginTransaction(deferred: false);
            _store.Transaction = transaction;
            batch = new WriteBatch(_store, time);
            foreach (var operation in operations) operation.Execute(batch);
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
            if (batch is not null) _suspects.UnionWith(batch.Appended.Select(static item => item.Room));
            GiveUp();
            if (_healthy) Log.StoreFailed(_logger, e);
            _healthy = false;
            return new StoreUnavailableException(e.Message, e);
        }
        catch (Exception e)
        {
            GiveUp();
            return e;
        }
        if (batch.Appended.Count > 0) CrashPoint.Pass(CrashPoint.AfterCommitBeforeDispatch);
        if (!_healthy) Recovered();
        foreach (var item in batch.Appended) _broadcaster.Offer(item);
        if (batch.Appended.Count == 0) return null;
        Appended?.Invoke(batch.Appended);
        CrashPoint.Pass(CrashPoint.AfterDispatchBeforeAnswer);
        return null;
    }

    private void GiveUp()
    {
        _store?.Dispose();
        _store = null;
    }

    /// <summary>A write went through again: the rooms of those whose outcome wasn't known are looked up. Where even that fails, it isn't over yet.</summary>
    private void Recovered()
    {
        try
        {
            foreach (var room in _suspects)
                _broadcaster.Announce(room, _store!.First("select last_seq from room_heads where room = $1", static row => row.GetInt64(0), room));
        }
        catch (SqliteException e)
        {
            Log.LookUpFailed(_logger, e);
            GiveUp();
            return;
        }
        _healthy = true;
        _suspects.Clear();
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

        [LoggerMessage(6, LogLevel.Warning, "The store took a write, but not the look-up of what may have failed before; the next write tries again")]
        public static partial void LookUpFailed(ILogger logger, Exception error);

        [LoggerMessage(5, LogLevel.Error, "{Operation} was committed, but its answer failed")]
        public static partial void AnswerFailed(ILogger logger, Exception error, string operation);
    }
}
