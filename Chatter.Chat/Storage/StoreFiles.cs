namespace Chatter.Chat.Storage;

/// <summary>What lies where in a data folder (docs/operations.md).</summary>
public sealed record StoreFiles(string Folder)
{
    /// <summary>What the database file is called, in a data folder and in a backup.</summary>
    public const string DatabaseName = "chatter.db";

    /// <summary>What the folder of the web app's keys is called.</summary>
    public const string KeysName = "keys";

    /// <summary>What the folder of the files people sent is called.</summary>
    public const string FilesName = "files";

    /// <summary>The database.</summary>
    public string Database => Path.Combine(Folder, DatabaseName);

    /// <summary>Its write-ahead log, a part of it.</summary>
    public string Log => Database + "-wal";

    /// <summary>The log's index, which SQLite makes anew where it is missing.</summary>
    public string LogIndex => Database + "-shm";

    /// <summary>SQLite's rollback journal; there is one only while the file is being put into WAL mode.</summary>
    public string Journal => Database + "-journal";

    /// <summary>The last event acknowledged (<see cref="HighWaterMark"/>).</summary>
    public string Mark => Path.Combine(Folder, "chatter.mark");

    /// <summary>Held by the process that has the folder.</summary>
    public string Lock => Path.Combine(Folder, "chatter.lock");

    /// <summary>The keys of antiforgery tokens and circuits.</summary>
    public string Keys => Path.Combine(Folder, KeysName);

    /// <summary>What searching is done by (<c>search.db</c>): derived from the database, made anew where it is missing, and no part of a backup.</summary>
    public string SearchIndex => Path.Combine(Folder, "search.db");

    /// <summary>All that SQLite keeps for it, the index itself last: what is left of it without its log is none.</summary>
    internal IReadOnlyList<string> SearchIndexFiles => [SearchIndex + "-wal", SearchIndex + "-shm", SearchIndex + "-journal", SearchIndex];

    /// <summary>The files people sent.</summary>
    public string Files => Path.Combine(Folder, FilesName);

    /// <summary>Those of them that are still coming, or aren't known to be in the database.</summary>
    public string Incoming => Path.Combine(Files, "incoming");

    /// <summary>Where a file lies that somebody sent: by its random id, spread over 256 folders. The name that it had is only in the database, so no name of anybody's ever reaches the disk.</summary>
    public string FileOf(Guid id) => Path.Combine(Files, Shard(id), id.ToString());

    /// <summary>Where its thumbnail lies, if it has one.</summary>
    public string ThumbnailOf(Guid id) => FileOf(id) + ThumbnailEnding;

    /// <summary>What a thumbnail's name has behind that of its file.</summary>
    internal const string ThumbnailEnding = ".thumbnail";

    // The last digits are random; the first are the time.
    private static string Shard(Guid id) => id.ToString()[^2..];

    /// <summary>A backup that is being copied here, and isn't whole yet.</summary>
    internal string Restoring => Path.Combine(Folder, "restoring");

    /// <summary>A whole backup that is to take the place of what is there (<see cref="PendingRestore"/>).</summary>
    internal string Restored => Path.Combine(Folder, "restored");
}
