using System.Globalization;
using Chatter.Chat.Storage;
using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Search;

/// <summary>The index for the one who writes it: opened, or made anew where it isn't one for this log.</summary>
internal sealed class IndexFile : IDisposable
{
    private readonly Dictionary<Guid, IndexedRoom> _rooms = [];
    private readonly Dictionary<Guid, long> _authors = [];
    private readonly StoreConnection _store;
    private bool _merging;

    private IndexFile(StoreConnection store)
    {
        _store = store;
        foreach (var room in store.All("select n, room, seq from indexed_rooms", static row => new IndexedRoom(row.GetInt64(0), row.Id(1), row.GetInt64(2)))) _rooms.Add(room.Room, room);
        foreach (var (user, number) in store.All("select user, n from authors", static row => (row.Id(0), row.GetInt64(1)))) _authors.Add(user, number);
    }

    /// <summary>The rooms that are in it, and up to where.</summary>
    public IReadOnlyDictionary<Guid, IndexedRoom> Rooms => _rooms;

    /// <summary>Opens the index of a log with this epoch.</summary>
    /// <returns>Null where there is none, or it is damaged, of another version, or of another history.</returns>
    public static IndexFile? Open(StoreFiles files, string epoch)
    {
        var path = files.SearchIndex;
        if (!File.Exists(path)) return null;
        StoreConnection? store = null;
        try
        {
            store = Connect(path, SqliteOpenMode.ReadWrite);
            if (store.First("pragma user_version", static row => row.GetInt64(0)) == IndexSchema.Version
                && store.First("select value from index_info where key = 'epoch'", static row => row.GetString(0)) == epoch)
            {
                return new IndexFile(store);
            }
        }
        catch (SqliteException)
        {
            // Whatever it is, it is no index; and nothing is lost with it.
        }
        store?.Dispose();
        return null;
    }

    /// <summary>Makes an empty index in place of whatever there is.</summary>
    /// <exception cref="IOException">The old one can't be deleted.</exception>
    /// <exception cref="SqliteException">The new one can't be written.</exception>
    public static IndexFile Create(StoreFiles files, string epoch)
    {
        foreach (var file in files.SearchIndexFiles) File.Delete(file);
        var store = Connect(files.SearchIndex, SqliteOpenMode.ReadWriteCreate);
        try
        {
            store.Write(() =>
            {
                // Not kept as a statement: it is many.
                using var command = store.Connection.CreateCommand();
                command.Transaction = store.Transaction;
                command.CommandText = IndexSchema.Sql;
                command.ExecuteNonQuery();
                store.Execute("insert into index_info (key, value) values ('epoch', $1)", epoch);
#pragma warning disable CA2100 // A number.
                command.CommandText = string.Create(CultureInfo.InvariantCulture, $"pragma user_version = {IndexSchema.Version}");
#pragma warning restore CA2100
                command.ExecuteNonQuery();
            });
            return new IndexFile(store);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Takes in what became of messages, and how far the rooms are read by that: both or neither.</summary>
    /// <param name="states">Messages as they are now; each at most once.</param>
    /// <param name="read">Up to where which room was read.</param>
    /// <returns>Whether something was taken out.</returns>
    public bool Apply(IReadOnlyCollection<MessageState> states, IReadOnlyDictionary<Guid, long> read)
    {
        var removed = false;
        var rooms = new List<IndexedRoom>();
        var authors = new List<(Guid User, long Number)>();
        _store.Write(() =>
        {
            foreach (var (room, seq) in read) rooms.Add(Reach(room, seq));
            var numbers = rooms.ToDictionary(static room => room.Room, static room => room.Number);
            var changes = states.Select(state => Change(numbers[state.Room], state, authors)).OfType<Change>();
            // In the order of their ids: at each step back the full-text index would write what it has gathered.
            foreach (var change in changes.OrderBy(static change => change.Id).ToList()) removed |= Execute(change);
            CrashPoint.Pass(CrashPoint.BeforeIndexCommit);
        });
        // What is remembered is what was committed.
        foreach (var room in rooms) _rooms[room.Room] = room;
        foreach (var (user, number) in authors) _authors[user] = number;
        return removed;
    }

    /// <summary>Takes some of a room's messages out, and with the last of them the room.</summary>
    /// <returns>Whether it is gone.</returns>
    public bool Forget(Guid room, int atOnce)
    {
        if (!_rooms.TryGetValue(room, out var known)) return true;
        var gone = 0;
        _store.Write(() =>
        {
            var ids = _store.All("select id from messages where room = $1 order by id limit $2", static row => row.GetInt64(0), known.Number, atOnce);
            foreach (var id in ids) Remove(id);
            gone = ids.Count;
            if (gone < atOnce) _store.Execute("delete from indexed_rooms where n = $1", known.Number);
        });
        return gone < atOnce && _rooms.Remove(room);
    }

    /// <summary>
    /// Merges a part of the pieces that the full-text index has, when nothing else is to be done: each word is looked up in each of them, and who is in many rooms looks up many (measured: 50 ms
    /// for 1,000 rooms in nine pieces, 5 ms in one). The first time all are merged, later those that came to be as large as another.
    /// </summary>
    /// <returns>Whether there is more to do.</returns>
    public bool Merge()
    {
        const int Pages = 500;
        var changes = _store.First("select total_changes()", static row => row.GetInt64(0));
        _store.Write(() => _store.Execute("insert into texts (texts, rank) values ('merge', $1)", (long)(_merging ? Pages : -Pages)));
        _merging = true;
        // As SQLite's documentation says: fewer than two changes mean that there was nothing to do.
        return _store.First("select total_changes()", static row => row.GetInt64(0)) - changes >= 2;
    }

    /// <summary>Empties the write-ahead log, which has the old pages of what was taken out.</summary>
    /// <returns>False where a reader still needs it.</returns>
    public bool Purge() => _store.First("pragma wal_checkpoint(truncate)", static row => row.GetInt64(0)) == 0;

    public void Dispose() => _store.Dispose();

    private static StoreConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 3 }.ConnectionString);
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = IndexSchema.Settings;
            command.ExecuteNonQuery();
            return new StoreConnection(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private IndexedRoom Reach(Guid room, long seq)
    {
        if (_rooms.TryGetValue(room, out var known)) _store.Execute("update indexed_rooms set seq = $2 where n = $1", known.Number, seq);
        else _store.Execute("insert into indexed_rooms (room, seq) values ($1, $2)", room, seq);
        return new IndexedRoom(known?.Number ?? LastNumber(), room, seq);
    }

    private long Author(Guid user, List<(Guid User, long Number)> added)
    {
        if (_authors.TryGetValue(user, out var known)) return known;
        foreach (var one in added)
            if (one.User == user) return one.Number;
        _store.Execute("insert into authors (user) values ($1)", user);
        added.Add((user, LastNumber()));
        return added[^1].Number;
    }

    private long LastNumber() => _store.Look("select last_insert_rowid()", static row => row.Int64(0));

    /// <summary>What is to be done about a message, or null where the index has it already: after a rebuild that was cut off much is read twice.</summary>
    private Change? Change(long room, MessageState state, List<(Guid User, long Number)> authors)
    {
        var known = _store.Look(
            "select id, words, names, marks from messages where room = $1 and seq = $2",
            static row => new IndexRow(row.Int64(0), row.Text(1), row.Text(2), row.Text(3)), room, state.Seq);
        if (state.Message is not { } message) return known is null ? null : new Change(known.Id, room, state.Seq, IsKnown: true, null);
        var id = known?.Id ?? FreeId(state.Id);
        var row = new IndexRow(id, IndexedMessage.Words([message.Text]), IndexedMessage.Words(message.FileNames), MessageMarks.Of(Author(state.Author, authors), message));
        return row == known ? null : new Change(id, room, state.Seq, IsKnown: known is not null, row);
    }

    private long FreeId(long id)
    {
        while (_store.Look("select 1 from messages where id = $1", static row => row.Int64(0), id) == 1) id = MessageIds.Next(id);
        return id;
    }

    private bool Execute(Change change)
    {
        if (change.IsKnown) Remove(change.Id);
        if (change.Row is not { } row) return true;
        // Two of one batch may have wanted the same place.
        var id = change.IsKnown ? row.Id : FreeId(row.Id);
        _store.Execute("insert into messages (id, room, seq, words, names, marks) values ($1, $2, $3, $4, $5, $6)", id, change.Room, change.Seq, row.Words, row.Names, row.Marks);
        _store.Execute(
            "insert into texts (rowid, words, names, marks) values ($1, $2, $3, $4)", id, RoomWords.Of(change.Room, row.Words), RoomWords.Of(change.Room, row.Names), RoomWords.Of(change.Room, row.Marks));
        return change.IsKnown;
    }

    /// <summary>The full-text index first: what it has to forget it is told, from the row.</summary>
    private void Remove(long id)
    {
        var (room, row) = _store.Look(
            "select room, words, names, marks from messages where id = $1", static row => (row.Int64(0), new IndexRow(0, row.Text(1), row.Text(2), row.Text(3))), id);
        _store.Execute(
            "insert into texts (texts, rowid, words, names, marks) values ('delete', $1, $2, $3, $4)", id, RoomWords.Of(room, row.Words), RoomWords.Of(room, row.Names), RoomWords.Of(room, row.Marks));
        _store.Execute("delete from messages where id = $1", id);
    }
}

/// <summary>A room of the index.</summary>
/// <param name="Number">What stands for it there.</param>
/// <param name="Room">Its id.</param>
/// <param name="Seq">The last of its events that were read.</param>
internal sealed record IndexedRoom(long Number, Guid Room, long Seq);

/// <summary>A message as it is now, for the index.</summary>
/// <param name="Room">Its room.</param>
/// <param name="Seq">Its place in it.</param>
/// <param name="Id">Its place in the order of all rooms.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="Message">What there is to search of it; null where it was deleted.</param>
internal sealed record MessageState(Guid Room, long Seq, long Id, Guid Author, IndexedMessage? Message);

internal sealed record IndexRow(long Id, string Words, string Names, string Marks);

internal sealed record Change(long Id, long Room, long Seq, bool IsKnown, IndexRow? Row);
