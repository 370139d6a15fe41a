using System.Diagnostics;
using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Storage;
using Chatter.Chat.Telemetry;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Chatter.Chat.Search;

/// <summary>
/// Has the index follow the log, on a thread of its own, after the commits and beside them: nobody who writes waits for it. It is told which rooms have news, and looks
/// at all of them at the start and every second or so, so that it lacks nothing that it wasn't told of. Whatever fails, it begins anew with what the index says of
/// itself; an index that can't be right is thrown away.
/// </summary>
internal sealed partial class SearchIndexer : IHostedService, IDisposable
{
    /// <summary>Events of one transaction: some hundred milliseconds' worth.</summary>
    private const int BatchEvents = 4_000;

    /// <summary>Events of a room that are read in one go: many rooms have their turn in a batch.</summary>
    private const int RoomEvents = 500;

    /// <summary>What comes within this time is taken in together: each transaction costs as much as dozens of messages.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>Looking at all rooms may take this share of the time.</summary>
    private const int LookShare = 50;

    /// <summary>How long a stopping indexer goes on; less than the host waits for it.</summary>
    private static readonly TimeSpan FinishWithin = TimeSpan.FromSeconds(4);

    private readonly Database _database;
    private readonly StoreEpoch _epoch;
    private readonly EventWriter _writer;
    private readonly SearchIndex _index;
    private readonly ILogger<SearchIndexer> _logger;
    private readonly DirtyRooms _dirty = new();
    private readonly ManualResetEvent _stopping = new(false);
    private readonly Thread _thread;

    // The thread's own.
    private readonly HashSet<Guid> _queued = [];
    private readonly Queue<Guid> _queue = new();
    private IndexFile? _file;
    private StoreConnection? _log;
    private int _generation;
    private bool _toPurge;
    private bool _toMerge;
    private bool _disposed;

    public SearchIndexer(Database database, StoreEpoch epoch, EventWriter writer, SearchIndex index, ChatterMetrics metrics, ILogger<SearchIndexer> logger)
    {
        (_database, _epoch, _writer, _index, _logger) = (database, epoch, writer, index, logger);
        _thread = new Thread(Run) { IsBackground = true, Name = "search indexer", Priority = ThreadPriority.BelowNormal };
        writer.Appended += Notice;
        metrics.ObserveSearchIndex(() => index.IsHealthy, () => index.Behind, () => Math.Max(_dirty.Age.TotalSeconds, index.Age.TotalSeconds));
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _thread.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping.Set();
        await Task.Run(() => _thread.Join(TimeSpan.FromSeconds(5)), CancellationToken.None);
    }

    public void Dispose()
    {
        // The container owns it twice: as itself and as a hosted service.
        if (Interlocked.Exchange(ref _disposed, true)) return;
        _writer.Appended -= Notice;
        _stopping.Set();
        if (!_thread.ThreadState.HasFlag(System.Threading.ThreadState.Unstarted) && !_thread.Join(TimeSpan.FromSeconds(5))) return;
        _dirty.Dispose();
        _stopping.Dispose();
    }

    /// <summary>On the writer's thread.</summary>
    private void Notice(IReadOnlyList<RoomEvent> appended) => _dirty.Add(appended.Select(static item => item.Room));

    private void Run()
    {
        while (!_stopping.WaitOne(0))
        {
            try
            {
                Follow();
            }
            catch (Exception e)
            {
                // It has no state but what is committed, so it can always begin again.
                if (_index.IsHealthy) Log.Failed(_logger, e);
                _index.Failed();
                _stopping.WaitOne(LookEvery);
            }
            finally
            {
                Close();
            }
        }
        Finish();
    }

    /// <summary>Takes in what is left before the process ends: else words of messages that were deleted just now would stay in the file until the next start.</summary>
    private void Finish()
    {
        var since = Stopwatch.GetTimestamp();
        try
        {
            // A new one has nothing to forget.
            if (!_index.IsTrusted || (_file = IndexFile.Open(_database.Files, _epoch.Value)) is null) return;
            _generation = _index.Generation;
            _log = _database.OpenReader();
            var follower = new LogFollower(_log);
            Look(follower);
            while (_queue.Count > 0 && _index.Generation == _generation && Stopwatch.GetElapsedTime(since) < FinishWithin) Batch(follower);
            if (_toPurge) _file.Purge();
        }
        catch (Exception e)
        {
            // The next start goes on where the last commit was.
            Log.Unfinished(_logger, e);
        }
        finally
        {
            Close();
        }
    }

    private void Follow()
    {
        _log = _database.OpenReader();
        var follower = new LogFollower(_log);
        Open();
        var look = Look(follower);
        _toMerge = true;
        while (true)
        {
            while (_queue.Count > 0)
            {
                var since = Stopwatch.GetTimestamp();
                if (IsOver()) return;
                Batch(follower);
                _toMerge = true;
                // Where people write all the time, half of it is theirs.
                if (_queue.Count > 0 && _dirty.Age > TimeSpan.Zero && _stopping.WaitOne(Stopwatch.GetElapsedTime(since))) return;
            }
            _index.CaughtUp();
            if (_toPurge) _toPurge = !_file!.Purge();
            if (Stopwatch.GetElapsedTime(look.At) > Max(LookEvery, look.Took * LookShare))
            {
                look = Look(follower);
                continue;
            }
            var woken = WaitHandle.WaitAny([_stopping, _dirty.News], _toMerge ? TimeSpan.Zero : LookEvery);
            if (woken == WaitHandle.WaitTimeout && _toMerge)
            {
                _toMerge = _file!.Merge();
                continue;
            }
            if (woken == 0 || IsOver() || (woken == 1 && _stopping.WaitOne(Gather))) return;
            Queue(_dirty.Take(out var tooMany));
            if (tooMany) look = Look(follower);
        }
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <summary>Whether to begin anew: stopping, or somebody has found the index damaged.</summary>
    private bool IsOver() => _stopping.WaitOne(0) || _index.Generation != _generation;

    private void Open()
    {
        _generation = _index.Generation;
        var files = _database.Files;
        _file = _index.IsTrusted ? IndexFile.Open(files, _epoch.Value) : null;
        if (_file is not null)
        {
            _index.Opened();
            return;
        }
        Log.Building(_logger, files.SearchIndex);
        _file = IndexFile.Create(files, _epoch.Value);
        // Who has the old one open is to look for the new one.
        _generation = _index.Renewed();
    }

    private void Close()
    {
        _queue.Clear();
        _queued.Clear();
        _file?.Dispose();
        _log?.Dispose();
        (_file, _log) = (null, null);
    }

    /// <summary>Compares all rooms with the index.</summary>
    private (long At, TimeSpan Took) Look(LogFollower follower)
    {
        var since = Stopwatch.GetTimestamp();
        // Deleted by hand, as somebody does who wants a new one.
        if (!File.Exists(_database.Files.SearchIndex)) _index.Distrust(_generation);
        var heads = follower.Heads();
        var behind = 0L;
        foreach (var (room, last) in heads)
        {
            var read = _file!.Rooms.GetValueOrDefault(room)?.Seq ?? 0;
            if (read == last) continue;
            behind += last - read;
            Queue([room]);
        }
        Queue(_file!.Rooms.Keys.Where(room => !heads.ContainsKey(room)).ToList());
        _index.Seen(behind);
        return (Stopwatch.GetTimestamp(), Stopwatch.GetElapsedTime(since));
    }

    private void Queue(IEnumerable<Guid> rooms)
    {
        foreach (var room in rooms)
            if (_queued.Add(room)) _queue.Enqueue(room);
    }

    /// <summary>Takes a part of what waits into the index; a room that has more stands at the end again.</summary>
    private void Batch(LogFollower follower)
    {
        var states = new List<MessageState>();
        var read = new Dictionary<Guid, long>();
        var events = 0L;
        for (var rooms = _queue.Count; rooms > 0 && events < BatchEvents; rooms--)
        {
            var room = _queue.Dequeue();
            _queued.Remove(room);
            if (follower.Head(room) is not { } last)
            {
                if (!Forget(room)) Queue([room]);
                continue;
            }
            var from = _file!.Rooms.GetValueOrDefault(room)?.Seq ?? 0;
            if (from > last)
            {
                // The log has lost what the index knows of: another history, whatever its epoch says.
                Log.Ahead(_logger, room);
                _index.Distrust(_generation);
                return;
            }
            var (found, to) = follower.Page(room, from, RoomEvents);
            if (to == from) continue;
            states.AddRange(found);
            read.Add(room, to);
            events += to - from;
            if (to < last) Queue([room]);
        }
        if (read.Count == 0) return;
        _toPurge |= InIndex(() => _file!.Apply(states, read));
        _index.Took(events);
    }

    private bool Forget(Guid room)
    {
        _toPurge = true;
        return InIndex(() => _file!.Forget(room, BatchEvents / 4));
    }

    private T InIndex<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException e) when (SearchIndex.IsDamage(e) || e.SqliteErrorCode is raw.SQLITE_ERROR or raw.SQLITE_CONSTRAINT)
        {
            // A table that isn't there, or rows that can't be there: the statements are right.
            _index.Distrust(_generation);
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The search index failed; it is tried again every second")]
        public static partial void Failed(ILogger logger, Exception error);

        [LoggerMessage(2, LogLevel.Information, "The search index {Path} is built anew")]
        public static partial void Building(ILogger logger, string path);

        [LoggerMessage(4, LogLevel.Warning, "The search index could not take in what was left; the next start does")]
        public static partial void Unfinished(ILogger logger, Exception error);

        [LoggerMessage(3, LogLevel.Warning, "The search index knows more of room {Room} than its log: it is built anew")]
        public static partial void Ahead(ILogger logger, Guid room);
    }
}
