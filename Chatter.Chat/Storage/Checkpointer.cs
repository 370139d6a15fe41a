using System.Diagnostics;
using Chatter.Chat.Settings;
using Chatter.Chat.Telemetry;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Storage;

/// <summary>
/// Copies the write-ahead log into the database beside the commits, not inside them: a PASSIVE checkpoint blocks nobody. What it can't do because a
/// reader holds an old page it does next time; beyond 64 MiB SQLite's own checkpoint, inside a commit, sees to it that the log doesn't grow without bound.
/// </summary>
internal sealed partial class Checkpointer : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

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
        command.ExecuteNonQuery();
        _metrics.Checkpointed(since);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A checkpoint failed; the next one may do it")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
