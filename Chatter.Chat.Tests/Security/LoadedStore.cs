using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Chatter.Chat.Storage;
using Chatter.Chat.Tests.Support;
using SQLitePCL;

namespace Chatter.Chat.Tests.Security;

/// <summary>A store in which one user has filled every table that a client can fill, and a way to see how much work an operation is.</summary>
internal sealed class LoadedStore : IAsyncDisposable
{
    /// <summary>Rows of one user in each table.</summary>
    public const int Rows = 100_000;

    // Every so many instructions of SQLite's virtual machine one is counted.
    private const int Granularity = 100;

    private static readonly string[] Fill =
    [
        // Messages of ada's in the hall, each with a mention of ben.
        "insert into events (room, seq, id, at, kind, messages, sender, sender_name, text) select $hall, i + 2, randomblob(16), 1, 0, i, $ada, 'ada', 'message ' || i || ' @ben' from n",
        "update room_heads set last_seq = (select max(seq) from events where room = $hall), messages = $rows where room = $hall",
        "update members set read_seq = (select last_seq from room_heads where room = $hall), read_messages = $rows where user = $ada and room = $hall",
        "insert into mentions (user, room, message, at, sender) select $ben, $hall, i + 2, 1, $ada from n",
        "insert into mentions (user, room, message, at, sender) select zeroblob(16), $hall, i + 2, 1, $ada from n",
        "insert into message_changes (room, message, edited) select $hall, i + 2, i + 2 from n where i > 10",
        // Reactions of as many people to the first message, and ada's to all others.
        "insert into reactions (room, message, emoji, user, user_name, seq) select $hall, 3, '👍', randomblob(16), 'x', 1 from n",
        "insert into reactions (room, message, emoji, user, user_name, seq) select $hall, i + 3, '👍', $ada, 'ada', 1 from n",
        "insert into saved (user, room, message, at) select $ada, $hall, i + 2, 1 from n",
        "insert into attachments (id, room, owner, name, type, size, hash, created_at, message) select randomblob(16), $hall, $ada, 'x', 'y', 1, x'00', 9e12, i + 2 from n",
        "insert into attachment_deletions (id, at) select randomblob(16), 1 from n",
        "insert into nonces (nonce, room, sender, seq, hash, at) select 'n' || i, $hall, $ada, i + 2, x'00', 9e15 from n",
        "insert into rooms (id, name, name_key, topic, private, created_at, deleted_at) select randomblob(16), 'gone', 'gone', '', 1, 1, 1 from n",
        "insert into room_deletions (room, at) select id, 1 from rooms where deleted_at is not null",
        "insert into rooms (id, name, name_key, topic, private, created_at) select randomblob(16), 'room ' || i, 'room ' || i, '', 0, 1 from n",
        // Public rooms of ada's that stand empty, for long and not, and conversations that nobody answered.
        "insert into rooms (id, name, name_key, topic, private, created_at, made_by, empty_since, empty_said) select randomblob(16), 'empty ' || i, 'empty ' || i, '', 0, 1, $ben, iif(i % 2, 1, 9e15), i % 3 = 0 from n",
        "insert into room_heads (room, last_seq, last_at, messages, members) select id, 0, 0, 0, 0 from rooms where empty_since is not null",
        "insert into members (user, room, role, joined_at, joined_seq, read_seq, read_messages, own_after, request, request_by) select randomblob(16), randomblob(16), 0, 1, 1, 0, 0, 0, 1, $ada from n",
        "insert into invites (hash, room, seq, created_by, created_at, expires_at, uses_left) select randomblob(32), randomblob(16), 1, $ada, 1, 9e15, 5 from n",
        "insert into invite_uses (invite, user, at) select hash, $ada, 1 from invites",
        "insert into restrictions (room, user, banned_until, banned_by, banned_at) select $hall, randomblob(16), 9e15, $ada, 1 from n",
        "insert into removals (room, user, seq) select $hall, randomblob(16), 1 from n",
        "insert into blocks (user, blocked, at) select randomblob(16), $ada, 1 from n",
        "insert into deleted_users (id, at) select randomblob(16), 1 from n",
    ];

    private readonly TestStore _store;
    private readonly StoreConnection _connection;

    private LoadedStore(TestStore store)
    {
        _store = store;
        _connection = new StoreConnection(store.Database.OpenWriter());
    }

    public UserRef Ada { get; private set; } = null!;

    public UserRef Ben { get; private set; } = null!;

    public UserRef Carol { get; private set; } = null!;

    /// <summary>Ada's public room, with all of its rows; ben is in it.</summary>
    public Guid Hall { get; private set; }

    public static async Task<LoadedStore> Make()
    {
        var store = await TestStore.Start();
        var loaded = new LoadedStore(store)
        {
            Ada = await store.AddUser("ada"),
            Ben = await store.AddUser("ben"),
            Carol = await store.AddUser("carol"),
        };
        await loaded.Load();
        return loaded;
    }

    /// <summary>The id of a message in the hall.</summary>
    public Guid Message(int number) => _connection.First("select id from events where room = $1 and seq = $2", static row => row.Id(0), Hall, number + 2L);

    /// <summary>Executes an operation and takes it back.</summary>
    /// <returns>How many instructions of SQLite's virtual machine it took, to <see cref="Granularity"/>, and why it was refused.</returns>
    public (long Steps, Refusal? Refusal) Execute(WriteOperation operation)
    {
        var handle = _connection.Connection.Handle!;
        var ticks = 0L;
        using var transaction = _connection.Connection.BeginTransaction(deferred: false);
        _connection.Transaction = transaction;
        var batch = new WriteBatch(_connection, new LogMemory(), DateTimeOffset.UtcNow);
        raw.sqlite3_progress_handler(handle, Granularity, _ => { ticks++; return 0; }, null);
        operation.Execute(batch);
        batch.Flush();
        raw.sqlite3_progress_handler(handle, 0, null, null);
        transaction.Rollback();
        _connection.Transaction = null;
        return (ticks * Granularity, operation.Refusal);
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _store.DisposeAsync();
    }

    private async Task Load()
    {
        var created = await _store.Writer.Do(new CreateRoom(Ada, "hall", "", false, 100));
        Hall = created.Is(out var room, out var refusal) ? room.Id : throw new InvalidOperationException(refusal.Message);
        if ((await _store.Writer.Do(new JoinRoom(Ben, Hall, null, 100))).Refusal is { } why) throw new InvalidOperationException(why.Message);
        using var turn = await _store.Database.Gate.Enter(CancellationToken.None);
        using var transaction = _connection.Connection.BeginTransaction(deferred: false);
        foreach (var statement in Fill)
        {
            using var command = _connection.Connection.CreateCommand();
            command.Transaction = transaction;
#pragma warning disable CA2100 // Constants of this class.
            command.CommandText = $"with recursive n (i) as (select 1 union all select i + 1 from n where i < {Rows}) {statement}";
#pragma warning restore CA2100
            foreach (var (name, value) in new (string, object)[] { ("$hall", Bytes(Hall)), ("$ada", Bytes(Ada.Id)), ("$ben", Bytes(Ben.Id)), ("$rows", Rows) })
                if (statement.Contains(name, StringComparison.Ordinal)) command.Parameters.AddWithValue(name, value);
            command.ExecuteNonQuery();
        }
        transaction.Commit();
    }

    private static byte[] Bytes(Guid id) => id.ToByteArray(bigEndian: true);
}
