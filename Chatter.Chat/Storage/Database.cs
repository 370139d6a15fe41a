using Chatter.Chat.Protocol;
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

    private const string WhatToDo = "Nothing was changed. Restore a backup, or see docs/operations.md on how to go on with what is left.";

    private readonly FileStream _lock;
    private readonly ReaderPool _readers;
    private bool _isFit;

    /// <summary>Takes the data folder for this process.</summary>
    /// <exception cref="StartupException">The folder can't be written, or another process has it.</exception>
    public Database(IOptions<ServerSettings> server, IOptions<EngineSettings> engine, IHostEnvironment environment, ChatterMetrics metrics, ILogger<Database> logger)
    {
        Folder = System.IO.Path.GetFullPath(server.Value.DataPath, environment.ContentRootPath);
        Files = new StoreFiles(Folder);
        _lock = FolderLock.Take(Files);
        Narrow(logger);
        Mark = new HighWaterMark(Files, logger);
        Gate = new WriteGate();
        Batteries_V2.Init(); // The provider does it with its first connection, which may come later than the first question for the version.
        _readers = new ReaderPool(OpenReader, "store reader", engine.Value.Readers, engine.Value.ReadsWaiting, nameof(EngineSettings.ReadsWaiting), metrics, hasFirstLane: true);
        metrics.ObserveReads(() => _readers.Waiting);
        Log.Opened(logger, Path, raw.sqlite3_libversion().utf8_to_string());
    }

    /// <summary>The data folder.</summary>
    public string Folder { get; }

    /// <summary>The database file.</summary>
    public string Path => Files.Database;

    /// <summary>What else lies in the data folder.</summary>
    internal StoreFiles Files { get; }

    /// <summary>Where the last event acknowledged is noted.</summary>
    internal HighWaterMark Mark { get; }

    /// <summary>Whether what is noted outside the database says that its history goes on where it ended. Known after <see cref="Verify"/>.</summary>
    internal bool HistoryGoesOn { get; private set; }

    /// <summary>Whoever writes passes here first.</summary>
    public WriteGate Gate { get; }

    /// <summary>The file as a connection string for <see cref="Path"/>.</summary>
    public string ConnectionString => new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false }.ConnectionString;

    /// <summary>Runs a query of the server's own on one of the reading threads. It must be short (a page), since a long one keeps the write-ahead log from being emptied.</summary>
    /// <exception cref="StoreUnavailableException">Too many reads wait, this one waited for 5 s, or the store failed.</exception>
    public Task<T> Read<T>(Func<StoreConnection, T> query, CancellationToken cancel) => Read(Guid.Empty, query, cancel);

    /// <summary>Runs a query for a user: users take turns, so that one with many delays the others by no more than a share.</summary>
    /// <exception cref="StoreUnavailableException">Too many reads of this user or in all wait, this one waited for 5 s, or the store failed.</exception>
    public Task<T> Read<T>(Guid user, Func<StoreConnection, T> query, CancellationToken cancel) => _readers.Run(user, query, isFirst: false, cancel);

    /// <summary>Runs a query that a connection begins with: whose session that is, who they are, what their rooms are. A thread is kept for these.</summary>
    /// <exception cref="StoreUnavailableException">Too many reads of this user or in all wait, this one waited for 5 s, or the store failed.</exception>
    internal Task<T> ReadFirst<T>(Guid user, Func<StoreConnection, T> query, CancellationToken cancel) => _readers.Run(user, query, isFirst: true, cancel);

    /// <summary>A connection that reads, for whoever has a thread of his own for it.</summary>
    internal StoreConnection OpenReader() => new(Open(SqliteOpenMode.ReadOnly));

    /// <summary>Runs queries that see one state of the database, for whoever is to be answered: a store that doesn't answer is a refusal like others.</summary>
    internal async Task<Outcome<T>> Answer<T>(Guid user, Func<StoreConnection, Outcome<T>> queries, CancellationToken cancel)
    {
        try
        {
            return await Read(user, store => store.Snapshot(() => queries(store)), cancel);
        }
        catch (StoreUnavailableException)
        {
            return StoreUnavailableException.Refusal;
        }
    }

    /// <summary>
    /// A connection that may write; to be used inside <see cref="Gate"/> only, but for checkpoints, which don't take SQLite's write lock. It creates the file only at the start: where that has vanished under a running
    /// server, a new and empty one would be no help.
    /// </summary>
    internal SqliteConnection OpenWriter(bool create = false) => Open(create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite);

    /// <summary>
    /// Checks engine and files, before anything is served: an old SQLite or a log that can't be emptied is no ground to promise durability on, and
    /// damage that is opened is damage that SQLite mends in its own way, by dropping what it can't read.
    /// </summary>
    /// <exception cref="StartupException">The engine or the files are not fit.</exception>
    internal void Verify()
    {
        var version = new Version(raw.sqlite3_libversion().utf8_to_string());
        if (version < OldestSqlite) throw new StartupException($"SQLite {version} has a bug that loses data in WAL mode; Chatter needs {OldestSqlite} or newer.");
        try
        {
            PendingRestore.Finish(Files);
            if (FileCheck.Find(Files) is { } damage) throw new StartupException($"{damage} {WhatToDo}");
            CheckMark();
            using var connection = OpenWriter(create: true);
            using var command = connection.CreateCommand();
            command.CommandText = "pragma wal_checkpoint(truncate)";
            using var row = command.ExecuteReader();
            if (!row.Read() || row.GetInt64(0) != 0)
                throw new StartupException($"The write-ahead log of {Path} can't be emptied, because another program has the database open. Close it and start again.");
            _isFit = true;
        }
        catch (SqliteException e)
        {
            throw new StartupException($"The database {Path} can't be opened: {e.Message}. If the file is damaged, restore a backup.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The data folder {Folder} can't be read or written: {e.Message}", e);
        }
    }

    private void CheckMark()
    {
        // Before the database is read: events are noted after they are in it.
        var mark = HighWaterMark.Read(Files);
        var isNew = !File.Exists(Path) || new FileInfo(Path).Length == 0;
        HistoryGoesOn = isNew || File.Exists(Files.Mark);
        if (mark is null) return;
        if (isNew) throw new StartupException($"{Path} is missing, but {System.IO.Path.GetFileName(Files.Mark)} says that it had events. {WhatToDo}");
        using var store = new StoreConnection(Open(SqliteOpenMode.ReadOnly));
        if (HighWaterMark.Missing(store, mark) is { } missing) throw new StartupException($"{Folder}: {missing} {WhatToDo}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _readers.Dispose();
        EmptyLog();
        Gate.Dispose();
        Mark.Dispose();
        _lock.Dispose();
    }

    /// <summary>
    /// Takes the write-ahead log into the database. SQLite does so when the last connection closes, unless that one only reads: then old pages stay, of what was deleted, too.
    /// </summary>
    private void EmptyLog()
    {
        try
        {
            if (_isFit && File.Exists(Path)) OpenWriter().Dispose();
        }
        catch (Exception e) when (e is SqliteException or StartupException)
        {
            // The store has failed, which was told; the next start takes the log in.
        }
    }

    private void Narrow(ILogger logger)
    {
        try
        {
            if (PrivateFiles.Narrow(Folder)) Log.Narrowed(logger, Folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotNarrowed(logger, e, Folder);
        }
    }

    /// <summary>Sets what durability rests on and reads it back, since SQLite ignores what it can't do.</summary>
    internal static void Configure(SqliteConnection connection, bool readOnly)
    {
        using var command = connection.CreateCommand();
        command.CommandText = readOnly
            ? "pragma query_only = on; pragma busy_timeout = 5000; pragma cache_size = -16384; pragma mmap_size = 268435456;"
            : "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma cache_size = -32768; pragma wal_autocheckpoint = 16000; pragma journal_size_limit = 67108864; "
                // What is deleted or redacted from now on leaves no bytes in the file, and so none in later backups. Pages that were freed before are not cleaned.
                + "pragma secure_delete = on;";
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

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Store {Path} opened with SQLite {Version}")]
        public static partial void Opened(ILogger logger, string path, string version);

        [LoggerMessage(2, LogLevel.Information, "Others could read the data folder {Folder}; they no longer can")]
        public static partial void Narrowed(ILogger logger, string folder);

        [LoggerMessage(3, LogLevel.Warning, "Others can read the data folder {Folder}, and with it every room; it has to be the server's user's own to be closed to them")]
        public static partial void NotNarrowed(ILogger logger, Exception error, string folder);
    }
}
