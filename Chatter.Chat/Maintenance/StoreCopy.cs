using System.Diagnostics;
using Chatter.Chat.Storage;
using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Maintenance;

/// <summary>
/// Copies a database page by page, as of one moment, with SQLite's backup API. In one step: in several, every commit of another process between two of them
/// would make it begin again, and beside a busy server it would never end. It reads a snapshot, which holds up no writer; only what is committed
/// meanwhile has to stay in the write-ahead log. So nothing is waited for while it lasts: the copy is flushed and checked afterwards.
/// </summary>
/// <remarks><c>VACUUM INTO</c> reads a snapshot too, and for longer, since it builds every table and index anew.</remarks>
internal static class StoreCopy
{
    /// <summary>Copies to a file that doesn't exist yet.</summary>
    /// <returns>How long the snapshot was held.</returns>
    public static TimeSpan Make(StoreConnection source, string target)
    {
        using var destination = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = target, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false }.ConnectionString);
        destination.Open();
        using var command = destination.CreateCommand();
        // A copy that isn't finished is thrown away, so it needs no journal.
        command.CommandText = "pragma journal_mode = off; pragma synchronous = off";
        command.ExecuteNonQuery();
        var since = Stopwatch.GetTimestamp();
        source.Connection.BackupDatabase(destination);
        var held = Stopwatch.GetElapsedTime(since);
        destination.Close();
        Durable.FlushFile(target);
        return held;
    }
}
