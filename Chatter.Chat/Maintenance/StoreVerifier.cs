using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Maintenance;

/// <summary>
/// Holds a database against the laws of docs/protocol.md and docs/architecture.md. It only reads, also beside a running server: room by room, in snapshots
/// of a page each, since a log only grows; nothing but SQLite's own check takes one snapshot for all.
/// </summary>
public sealed class StoreVerifier
{
    private readonly List<Finding> _findings = [];
    private long _rooms;
    private long _users;
    private long _events;
    private long _unsummed;
    private long _files;
    private long _fileBytes;

    private StoreVerifier()
    {
    }

    /// <summary>Checks a data folder or a backup.</summary>
    /// <exception cref="MaintenanceException">There is nothing to check, or it can't be read.</exception>
    public static VerifyReport Verify(string folder)
    {
        var files = new StoreFiles(Path.GetFullPath(folder));
        var verifier = new StoreVerifier();
        try
        {
            return verifier.Check(files);
        }
        catch (SqliteException e)
        {
            verifier.Report(new Finding(Laws.Sqlite, null, null, $"{files.Database} can't be read: {StoreReader.Explain(e)}."));
            return verifier.Result(files.Database);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MaintenanceException($"{files.Folder} can't be read: {e.Message}", e);
        }
    }

    /// <summary>Checks a database that nobody writes and that has no log, and the files that belong to it.</summary>
    internal static VerifyReport VerifySealed(string path, StoreFiles files)
    {
        var verifier = new StoreVerifier();
        try
        {
            using var store = StoreReader.Open(path, @sealed: true);
            StoreReader.CheckVersion(store, path);
            verifier.Check(store);
            verifier.CheckFiles(store, files);
        }
        catch (SqliteException e)
        {
            verifier.Report(new Finding(Laws.Sqlite, null, null, $"{path} can't be read: {StoreReader.Explain(e)}."));
        }
        return verifier.Result(path);
    }

    private VerifyReport Check(StoreFiles files)
    {
        if (BackupSeal.IsIn(files.Folder)) _findings.AddRange(BackupSeal.Check(files.Folder));
        // Before SQLite opens anything, and the mark before the database: events are noted after they are in it.
        if (Directory.Exists(files.Folder) && FileCheck.FindBesideServer(files) is { } damage) Report(new Finding(Laws.Files, null, null, damage));
        var mark = ReadMark(files);
        if (!File.Exists(files.Database) && (_findings.Count > 0 || mark is not null))
        {
            if (_findings.Count == 0) Report(new Finding(Laws.Files, null, null, $"{files.Database} is missing."));
            return Result(files.Database);
        }
        using var store = StoreReader.Open(files);
        if (mark is not null) Try(() => CheckMark(store, mark));
        try
        {
            StoreReader.CheckVersion(store, files.Database);
        }
        catch (MaintenanceException e) when (_findings.Count > 0)
        {
            // It was Chatter's once.
            Report(new Finding(Laws.Sqlite, null, null, e.Message));
            return Result(files.Database);
        }
        Check(store);
        Try(() => CheckFiles(store, files));
        return Result(files.Database);
    }

    private void CheckFiles(StoreConnection store, StoreFiles files)
    {
        var check = new AttachmentCheck(store, files, Report);
        check.Run();
        (_files, _fileBytes) = (check.Count, check.Bytes);
    }

    private void CheckMark(StoreConnection store, MarkedEvent mark)
    {
        if (HighWaterMark.Missing(store, mark) is { } missing) Report(new Finding(Laws.Acknowledged, mark.Room, mark.Seq, missing));
    }

    private MarkedEvent? ReadMark(StoreFiles files)
    {
        try
        {
            return HighWaterMark.Read(files);
        }
        catch (StartupException e)
        {
            Report(new Finding(Laws.Files, null, null, e.Message));
            return null;
        }
    }

    private void Check(StoreConnection store)
    {
        Try(() => new RelationCheck(store, Report).Run());
        Try(() => new NonceCheck(store, Report).Run());
        var hasSums = store.First("select 1 from pragma_table_info('events') where name = 'sum'", static row => row.GetInt64(0)) == 1;
        var hasChanges = StoreReader.HasTable(store, "message_changes");
        var hasPins = store.First("select 1 from pragma_table_info('message_changes') where name = 'pinned'", static row => row.GetInt64(0)) == 1;
        foreach (var room in RoomIds(store))
        {
            Try(() =>
            {
                var check = new RoomCheck(store, room, hasSums, hasChanges, hasPins, Report);
                check.Run();
                _events += check.Events;
                _unsummed += check.Unsummed;
            });
        }
        Try(() =>
        {
            _rooms = store.First("select count(*) from rooms where deleted_at is null", static row => row.GetInt64(0));
            _users = store.First("select count(*) from users", static row => row.GetInt64(0));
        });
    }

    /// <summary>All rooms that there are, and those of which there are only events.</summary>
    private List<byte[]> RoomIds(StoreConnection store)
    {
        var ids = new HashSet<string>();
        var rooms = new List<byte[]>();
        Try(() => Add(store.All("select id from rooms order by id", static row => row.GetFieldValue<byte[]>(0))));
        Try(() => Add(store.All(
            "with recursive r (id) as (select min(room) from events union all select (select min(room) from events where room > r.id) from r where r.id is not null) select id from r where id is not null",
            static row => row.GetFieldValue<byte[]>(0))));
        return rooms;

        void Add(List<byte[]> found) => rooms.AddRange(found.Where(id => ids.Add(Convert.ToHexString(id))));
    }

    /// <summary>What a damaged page makes unreadable is no reason not to look at the rest.</summary>
    private void Try(Action check)
    {
        try
        {
            check();
        }
        catch (SqliteException e)
        {
            Report(new Finding(Laws.Sqlite, null, null, $"a part of the database can't be read: {StoreReader.Explain(e)}."));
        }
    }

    private void Report(Finding finding)
    {
        if (!_findings.Contains(finding)) _findings.Add(finding);
    }

    private VerifyReport Result(string path) => new(_rooms, _users, _events, _unsummed, File.Exists(path) ? new FileInfo(path).Length : 0, _findings) { Files = _files, FileBytes = _fileBytes };
}
