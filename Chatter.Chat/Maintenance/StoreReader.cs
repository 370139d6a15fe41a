using Chatter.Chat.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Chatter.Chat.Maintenance;

/// <summary>Opens databases that belong to others: read-only, and a backup without leaving anything beside it.</summary>
internal static class StoreReader
{
    /// <summary>Opens a database for reading, beside a server that writes it or at rest.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sealed">Nobody writes it and it has no log, as in a backup: SQLite needs no files beside it then, and no right to make them.</param>
    public static StoreConnection Open(string path, bool @sealed)
    {
        Batteries_V2.Init();
        var source = @sealed ? $"file:{Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal)}?immutable=1" : path;
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = source, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 30 }.ConnectionString);
        try
        {
            connection.Open();
            Database.Configure(connection, readOnly: true);
            return new StoreConnection(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens the database of a folder, whatever kind of folder it is.</summary>
    /// <exception cref="MaintenanceException">There is none, or SQLite can't read it where it is.</exception>
    public static StoreConnection Open(StoreFiles files)
    {
        if (PendingRestore.IsIn(files)) throw new MaintenanceException($"a restore into {files.Folder} was cut off. Start the server, which finishes it, or restore again.");
        if (!File.Exists(files.Database)) throw new MaintenanceException($"there is no {StoreFiles.DatabaseName} in {files.Folder}.");
        try
        {
            using (File.OpenRead(files.Database)) { }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MaintenanceException($"{files.Database} can't be read: {e.Message}", e);
        }
        if (BackupSeal.IsIn(files.Folder)) return Open(files.Database, @sealed: true);
        StoreConnection? store = null;
        try
        {
            store = Open(files.Database, @sealed: false);
            store.First("select 1 from sqlite_master", static row => row.GetInt64(0));
            return store;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY)
        {
            store?.Dispose();
            // A folder that can't be written: SQLite can't make its index of the log there. It needs none where there is no log.
            if (new FileInfo(files.Log) is not { Exists: true, Length: > 0 }) return Open(files.Database, @sealed: true);
            throw new MaintenanceException($"{files.Folder} can't be written, and its database has a write-ahead log, which SQLite can't read there. Copy the folder to where it can be written.", e);
        }
        catch
        {
            store?.Dispose();
            throw;
        }
    }

    /// <summary>Whether a database has a table: older data lacks some.</summary>
    public static bool HasTable(StoreConnection store, string name) => store.First("select 1 from sqlite_master where type = 'table' and name = $1", static row => row.GetInt64(0), name) == 1;

    /// <summary>Whether a table has a column: older data lacks some.</summary>
    public static bool HasColumn(StoreConnection store, string table, string column) =>
        store.First("select 1 from pragma_table_info($1) where name = $2", static row => row.GetInt64(0), table, column) == 1;

    /// <summary>Says why a database that was opened can't be understood, or returns.</summary>
    /// <exception cref="MaintenanceException">It isn't Chatter's, or a newer Chatter's.</exception>
    public static void CheckVersion(StoreConnection store, string path)
    {
        if (store.First("select 1 from sqlite_master where name = '__EFMigrationsHistory'", static row => row.GetInt64(0)) != 1) throw new MaintenanceException($"{path} is no database of Chatter's.");
        var newer = store.All("select \"MigrationId\" from \"__EFMigrationsHistory\" order by 1", static row => row.GetString(0)).Except(KnownMigrations.All).LastOrDefault();
        if (newer is not null) throw new MaintenanceException($"{path} was written by a newer Chatter (it has {newer}). Use that version.");
    }

    /// <summary>What SQLite says, in words for people who don't know it.</summary>
    public static string Explain(SqliteException error) => error.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => "the disk is full",
        raw.SQLITE_CORRUPT => "it is damaged (database disk image is malformed)",
        raw.SQLITE_NOTADB => "it is no database, or damaged",
        _ => error.Message.TrimEnd('.'),
    };
}
