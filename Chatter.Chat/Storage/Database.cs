using Chatter.Chat.Settings;
using Chatter.Chat.Telemetry;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SQLitePCL;

namespace Chatter.Chat.Storage;

/// <summary>
/// The SQLite file of this process: one process per data folder, one writer at a time (<see cref="Gate"/>), readers on threads of their own.
/// Every connection is in WAL mode with <c>synchronous=FULL</c>, read back, so that a commit that returned survives a loss of power.
/// </summary>
public sealed partial class Database : IDisposable
{
    /// <summary>The oldest SQLite that is known to be right: before it, WAL mode could lose commits.</summary>
    private static readonly Version OldestSqlite = new(3, 51, 3);

    private readonly FileStream _lock;
    private readonly ReaderPool _readers;

    /// <summary>Takes the data folder for this process.</summary>
    /// <exception cref="StartupException">The folder can't be written, or another process has it.</exception>
    public Database(IOptions<ServerSettings> server, IOptions<EngineSettings> engine, IHostEnvironment environment, ChatterMetrics metrics, ILogger<Database> logger)
    {
        Folder = System.IO.Path.GetFullPath(server.Value.DataPath, environment.ContentRootPath);
        Path = System.IO.Path.Combine(Folder, "chatter.db");
        _lock = TakeFolder(Folder);
        Gate = new WriteGate();
        Batteries_V2.Init(); // The provider does it with its first connection, which may come later than the first question for the version.
        _readers = new ReaderPool(() => new StoreConnection(Open(SqliteOpenMode.ReadOnly)), engine.Value.Readers, engine.Value.ReadsWaiting, metrics);
        Log.Opened(logger, Path, raw.sqlite3_libversion().utf8_to_string());
    }

    /// <summary>The data folder.</summary>
    public string Folder { get; }

    /// <summary>The database file.</summary>
    public string Path { get; }

    /// <summary>Whoever writes passes here first.</summary>
    public WriteGate Gate { get; }

    /// <summary>The file as a connection string for <see cref="Path"/>.</summary>
    public string ConnectionString => new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false }.ConnectionString;

    /// <summary>Runs a query on one of the reading threads. It must be short (a page), since a long one keeps the write-ahead log from being emptied.</summary>
    /// <exception cref="StoreUnavailableException">Too many reads wait, this one waited for 5 s, or the store failed.</exception>
    public Task<T> Read<T>(Func<StoreConnection, T> query, CancellationToken cancel) => _readers.Run(query, cancel);

    /// <summary>
    /// A connection that may write; to be used inside <see cref="Gate"/> only. It creates the file only at the start: where that has vanished under a running
    /// server, a new and empty one would be no help.
    /// </summary>
    internal SqliteConnection OpenWriter(bool create = false) => Open(create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite);

    /// <summary>Checks the engine, before anything is served: an old SQLite or a log that can't be emptied is no ground to promise durability on.</summary>
    /// <exception cref="StartupException">The engine or the file is not fit.</exception>
    internal void Verify()
    {
        var version = new Version(raw.sqlite3_libversion().utf8_to_string());
        if (version < OldestSqlite) throw new StartupException($"SQLite {version} has a bug that loses data in WAL mode; Chatter needs {OldestSqlite} or newer.");
        try
        {
            using var connection = OpenWriter(create: true);
            using var command = connection.CreateCommand();
            command.CommandText = "pragma wal_checkpoint(truncate)";
            using var row = command.ExecuteReader();
            if (!row.Read() || row.GetInt64(0) != 0)
                throw new StartupException($"The write-ahead log of {Path} can't be emptied, because another program has the database open. Close it and start again.");
        }
        catch (SqliteException e)
        {
            throw new StartupException($"The database {Path} can't be opened: {e.Message}. If the file is damaged, restore a backup.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _readers.Dispose();
        Gate.Dispose();
        _lock.Dispose();
    }

    /// <summary>Sets what durability rests on and reads it back, since SQLite ignores what it can't do.</summary>
    internal static void Configure(SqliteConnection connection, bool readOnly)
    {
        using var command = connection.CreateCommand();
        command.CommandText = readOnly
            ? "pragma query_only = on; pragma busy_timeout = 5000; pragma cache_size = -16384; pragma mmap_size = 268435456;"
            : "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma cache_size = -65536; pragma wal_autocheckpoint = 16000;";
        command.ExecuteNonQuery();
        if (readOnly) return;
        if (Pragma("pragma journal_mode") is not "wal") throw new StartupException($"{connection.DataSource} can't be put into WAL mode. Put the data on a local disk.");
        if (Pragma("pragma synchronous") is not "2") throw new StartupException($"{connection.DataSource} can't be opened with synchronous=FULL.");

        string? Pragma(string name)
        {
            using var read = connection.CreateCommand();
#pragma warning disable CA2100 // Constants, above.
            read.CommandText = name;
#pragma warning restore CA2100
            return read.ExecuteScalar()?.ToString();
        }
    }

    private SqliteConnection Open(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path, Mode = mode, Pooling = false, DefaultTimeout = 3 }.ConnectionString);
        try
        {
            connection.Open();
            Configure(connection, mode == SqliteOpenMode.ReadOnly);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static FileStream TakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The data folder {folder} can't be created: {e.Message} Set Chatter:DataPath (environment variable Chatter__DataPath) to a folder that can be written.", e);
        }
        var path = System.IO.Path.Combine(folder, "chatter.lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StartupException($"The data folder {folder} can't be written. Give this user the right to, or set Chatter:DataPath (environment variable Chatter__DataPath) to another folder.", e);
        }
        catch (IOException e)
        {
            throw new StartupException($"The data folder {folder} is in use by another Chatter process. Stop it, or set Chatter:DataPath (environment variable Chatter__DataPath) to another folder.", e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Store {Path} opened with SQLite {Version}")]
        public static partial void Opened(ILogger logger, string path, string version);
    }
}
