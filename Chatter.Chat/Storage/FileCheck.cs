using System.Buffers.Binary;
using System.Globalization;

namespace Chatter.Chat.Storage;

/// <summary>
/// What can be known of the database's files without opening them in SQLite, which would go on with what is left: whether they are whole and belong together.
/// Cheap: a header, and the write-ahead log, which is there only after a crash or beside a running server.
/// To be asked before this process opens the database: closing any file lets go of the locks that SQLite holds on it in the same process.
/// </summary>
internal static class FileCheck
{
    private const int HeaderSize = 100;

    /// <summary>What is wrong with the files at rest, in a line, or null.</summary>
    public static string? Find(StoreFiles files)
    {
        var database = new FileInfo(files.Database);
        var log = new FileInfo(files.Log);
        if (!database.Exists || database.Length == 0)
        {
            // SQLite would take it for a new database and delete the log.
            return log is { Exists: true, Length: > 0 } ? $"{files.Database} is {(database.Exists ? "empty" : "missing")}, but its write-ahead log is there." : null;
        }
        var scan = LogScan.Of(files.Log);
        return scan.Damage is { } damage ? $"{files.Folder}: {damage}" : Judge(files, database.Length, scan);
    }

    /// <summary>The same beside a server that writes: what is read while it is changed looks damaged, and is looked at again.</summary>
    public static string? FindBesideServer(StoreFiles files)
    {
        var found = Find(files);
        for (var i = 0; i < 10 && found is not null; i++)
        {
            Thread.Sleep(50);
            var again = Find(files);
            if (again == found && i >= 3) return found;
            found = again;
        }
        return found;
    }

    private static string? Judge(StoreFiles files, long length, LogScan log)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        using (var file = new FileStream(files.Database, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        {
            if (file.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false) < HeaderSize || !header.StartsWith("SQLite format 3\0"u8))
                return $"{files.Database} is no SQLite database, or its beginning is damaged.";
        }
        var stored = BinaryPrimitives.ReadUInt16BigEndian(header[16..]);
        var pageSize = stored == 1 ? 65_536 : stored;
        if (pageSize < 512 || (pageSize & (pageSize - 1)) != 0) return $"{files.Database} is damaged: its page size can't be {pageSize}.";
        if (log.PageSize != 0 && log.PageSize != pageSize) return Foreign(files);
        // Until the journal is rolled back the header may be of another moment than the file.
        if (File.Exists(files.Journal)) return null;
        var filePages = length / pageSize;
        // Where these differ, an old program wrote the file last, and the number of pages isn't kept.
        var known = header.Slice(24, 4).SequenceEqual(header.Slice(92, 4));
        var pages = log.DatabasePages > 0 ? log.DatabasePages : known ? BinaryPrimitives.ReadUInt32BigEndian(header[28..]) : 0;
        for (var page = filePages + 1; page <= pages; page++)
        {
            if (log.Pages.Contains((uint)page)) continue;
            return log.DatabasePages > 0
                ? Foreign(files)
                : string.Create(CultureInfo.InvariantCulture, $"{files.Database} is truncated: it has {filePages:N0} pages of {pages:N0}.");
        }
        return null;
    }

    private static string Foreign(StoreFiles files) => $"{files.Database} and {Path.GetFileName(files.Log)} don't belong together: one of them is another database's, or the database is truncated.";
}
