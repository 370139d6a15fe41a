using System.Diagnostics;
using Chatter.Chat.Settings;
using Chatter.Chat.Telemetry;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Storage;

/// <summary>
/// Copies the write-ahead log into the database beside the commits, not inside them: a PASSIVE checkpoint blocks nobody. Its last few frames are copied
/// between two commits, since only a log that was copied to its end starts over: else it grows until SQLite's own checkpoint, inside a commit and from
/// 64 MiB on, makes everybody wait for all of it. What can't be copied because a reader holds an old page waits for the next time.
/// </summary>
internal sealed partial class Checkpointer : BackgroundService
{
    /// <summary>Frames that may be copied while commits wait: a few milliseconds' worth.</summary>
    private const int FramesBetweenCommits = 1_000;

    private const int MostRuns = 4;
    private const int PageSize = 4_096;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan AgainAfterFailure = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan GateLimit = TimeSpan.FromSeconds(1);

    private readonly Database _database;
    private readonly EngineSettings _settings;
    private readonly ChatterMetrics _metrics;
    private readonly ILogger<Checkpointer> _logger;

    public Checkpointer(Database database, IOptions<EngineSettings> settings, ChatterMetrics metrics, ILogger<Checkpointer> logger)
    {
        (_database, _settings, _metrics, _logger) = (database, settings.Value, metrics, logger);
        metrics.ObserveWal(() => WriteAheadLog() is { Exists: true } log ? log.Length : 0);
    }

    /// <summary>On a thread of its own: behind a busy pool it would come too late, and the log grow until a commit has to empty it.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Factory.StartNew(() => Look(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Look(CancellationToken stopping)
    {
        SqliteConnection? connection = null;
        try
        {
            var failed = false;
            while (!stopping.WaitHandle.WaitOne(failed ? AgainAfterFailure : LookEvery))
            {
                try
                {
                    connection ??= _database.OpenWriter();
                    if (IsLong(connection)) Checkpoint(connection);
                    failed = false;
                }
                catch (SqliteException e)
                {
                    Log.Failed(_logger, e);
                    connection?.Dispose();
                    (connection, failed) = (null, true);
                }
            }
        }
        finally
        {
            connection?.Dispose();
        }
    }

    private FileInfo WriteAheadLog() => new(_database.Path + "-wal");

    /// <summary>Whether the log is long enough, and not copied yet. Its file doesn't say that, since it keeps its size when the log starts over inside it.</summary>
    private bool IsLong(SqliteConnection connection)
    {
        var (frames, copied) = Run(connection, "noop");
        return copied < frames && frames >= _settings.CheckpointFrom / PageSize;
    }

    private void Checkpoint(SqliteConnection connection)
    {
        var since = Stopwatch.GetTimestamp();
        CrashPoint.Begin(CrashPoint.DuringCheckpoint);
        // A run copies up to what was the end when it began. While commits go on there is a rest after each, less every time.
        var (frames, copied, before, runs) = (0, 0, 0, 0);
        do
        {
            before = copied;
            (frames, copied) = Run(connection, "passive");
        }
        while (copied - before > FramesBetweenCommits && ++runs < MostRuns);
        // Not "copied to its end": a commit that is just ending holds back its own pages, as a reader does.
        if (frames - copied <= FramesBetweenCommits)
        {
            using var turn = _database.Gate.Enter(GateLimit);
            if (turn is not null) Run(connection, "passive");
        }
        _metrics.Checkpointed(since);
    }

    /// <summary>Copies what no reader holds back, or (<c>noop</c>) only looks.</summary>
    /// <returns>Frames that the log had when this began, and those of them that are in the database.</returns>
    private static (int Frames, int Copied) Run(SqliteConnection connection, string mode)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants, above.
        command.CommandText = $"pragma wal_checkpoint({mode})";
#pragma warning restore CA2100
        using var row = command.ExecuteReader();
        return row.Read() ? (row.GetInt32(1), row.GetInt32(2)) : default;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A checkpoint failed; the next one may do it")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
