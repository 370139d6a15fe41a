using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Chatter.Chat.Storage;

/// <summary>
/// Writes a store anew, once, that an older Chatter made: it didn't overwrite what was deleted, so pages that were freed before may still have texts that nobody should read, and so may
/// every backup made of them.
/// </summary>
internal sealed partial class OldPages(Database database, ILogger<OldPages> logger)
{
    private const string Done = "pages_cleaned";

    /// <summary>Does it, or nothing where it was done. Where the disk has no room for it, the next start tries again.</summary>
    public async Task Clean(CancellationToken cancel)
    {
        using var turn = await database.Gate.Enter(cancel);
        using var store = new StoreConnection(database.OpenWriter());
        if (store.First("select 1 from store_info where key = $1", static row => row.GetInt64(0), Done) == 1) return;
        // A new store has nothing to clean.
        if (store.First("select exists (select 1 from events)", static row => row.GetInt64(0)) == 1)
        {
            var size = new FileInfo(database.Path).Length;
            var free = new DriveInfo(database.Folder).AvailableFreeSpace;
            // The copy, and the write-ahead log by which it comes back.
            if (free < 2 * size)
            {
                Log.NoRoom(logger, database.Path, 2 * size - free);
                return;
            }
            var since = Stopwatch.GetTimestamp();
            try
            {
                store.Execute("vacuum");
            }
            catch (SqliteException e) when (e.SqliteErrorCode is raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN)
            {
                // SQLite makes the copy in the system's temporary folder, which may be small.
                Log.NotCleaned(logger, e, database.Path);
                return;
            }
            if (store.First("pragma wal_checkpoint(truncate)", static row => row.GetInt64(0)) != 0) return;
            Log.Cleaned(logger, database.Path, Stopwatch.GetElapsedTime(since).TotalSeconds);
        }
        store.Execute("insert or ignore into store_info (key, value) values ($1, '1')", Done);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Path} was written anew in {Seconds:0.0} s, so that nothing is left of what was deleted before")]
        public static partial void Cleaned(ILogger logger, string path, double seconds);

        [LoggerMessage(2, LogLevel.Warning, "{Path} may still have deleted texts in pages that are free; to write it anew takes {Bytes} bytes of disk more. The next start tries again")]
        public static partial void NoRoom(ILogger logger, string path, long bytes);

        [LoggerMessage(3, LogLevel.Warning, "{Path} may still have deleted texts in pages that are free, and could not be written anew; SQLite needs its size in the temporary folder (SQLITE_TMPDIR). The next start tries again")]
        public static partial void NotCleaned(ILogger logger, Exception error, string path);
    }
}
