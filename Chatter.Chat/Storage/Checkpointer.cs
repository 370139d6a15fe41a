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
    /// <summary>Frames (of a page of 4 KiB each) that may be copied while commits wait: a few milliseconds' worth.</summary>
    private const int FramesBetweenCommits = 1_000;

    private const int MostRuns = 4;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        var done = 0L;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var wal = WriteAheadLog();
            // The file keeps its size when the log starts over inside it, so its time tells whether there is anything new.
            if (!wal.Exists || wal.Length < _settings.CheckpointFrom || wal.LastWriteTimeUtc.Ticks == done) continue;
            done = wal.LastWriteTimeUtc.Ticks;
            try
            {
                await Task.Run(Checkpoint, stoppingToken);
            }
            catch (SqliteException e)
            {
                Log.Failed(_logger, e);
            }
        }
    }

    private FileInfo WriteAheadLog() => new(_database.Path + "-wal");

    private void Checkpoint()
    {
        var since = Stopwatch.GetTimestamp();
        using var connection = _database.OpenWriter();
        using var command = connection.CreateCommand();
        command.CommandText = "pragma wal_checkpoint(passive)";
        CrashPoint.Begin(CrashPoint.DuringCheckpoint);
        // While commits go on, each run leaves what came during it, and that is less each time.
        var left = Left(command);
        for (var runs = 1; left > FramesBetweenCommits && runs < MostRuns; runs++) left = Left(command);
        if (left is > 0 and <= FramesBetweenCommits)
        {
            using var turn = _database.Gate.Enter(GateLimit);
            if (turn is not null) Left(command);
        }
        _metrics.Checkpointed(since);
    }

    /// <summary>Copies what no reader holds back.</summary>
    /// <returns>Frames that are left in the log.</returns>
    private static int Left(SqliteCommand command)
    {
        using var row = command.ExecuteReader();
        return row.Read() ? row.GetInt32(1) - row.GetInt32(2) : 0;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A checkpoint failed; the next one may do it")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
