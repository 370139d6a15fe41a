using Chatter.Chat.Protocol;
using Chatter.Chat.Storage;
using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Maintenance;

/// <summary>SQLite's own checks, and what tables say of each other. Each question is one statement, so each sees one state.</summary>
internal sealed class RelationCheck(StoreConnection store, Action<Finding> report)
{
    public void Run()
    {
        foreach (var problem in store.All("pragma integrity_check", static row => row.GetString(0)))
            if (problem != "ok") report(new Finding(Laws.Sqlite, null, null, problem.ReplaceLineEndings(" ")));
        foreach (var (table, parent) in store.All("pragma foreign_key_check", static row => (row.GetString(0), row.GetString(2))))
            report(new Finding(Laws.References, null, null, $"a row of {table} names one of {parent} that doesn't exist."));

        InRoom("select id from rooms where id not in (select room from room_heads)", Laws.Head, "it has no head.");
        InRoom("select room from room_heads where room not in (select id from rooms)", Laws.Head, "there is a head, but no room.");
        InRoom("select distinct room from members where room not in (select id from rooms where deleted_at is null)", Laws.Members, "it has members, but doesn't exist or is deleted.");
        InRoom("select distinct room from invites where room not in (select id from rooms)", Laws.References, "it has invites, but doesn't exist.");
        InRoom("select distinct room from removals where room not in (select id from rooms)", Laws.References, "people were removed from it, but it doesn't exist.");
        InRoom("select distinct room from nonces where room not in (select id from rooms)", Laws.References, "it has nonces, but doesn't exist.");
        OfUser("select distinct user from members where user not in (select id from users)", Laws.Members, "is a member somewhere");
        OfUser("select distinct user from removals where user not in (select id from users)", Laws.References, "was removed somewhere");
        OfUser("select distinct created_by from invites where created_by not in (select id from users)", Laws.References, "made an invite");
        OfUser("select distinct user_id from sessions where user_id not in (select id from users)", Laws.References, "has a session");
        OfUser("select distinct user from push_subscriptions where user not in (select id from users)", Laws.References, "has a push subscription");
        if (StoreReader.HasTable(store, "blocks"))
        {
            OfUser("select distinct user from blocks where user not in (select id from users)", Laws.References, "blocked somebody");
            OfUser("select distinct blocked from blocks where blocked not in (select id from users)", Laws.References, "is blocked by somebody");
        }
        if (StoreReader.HasTable(store, "known_devices")) OfUser("select distinct user from known_devices where user not in (select id from users)", Laws.References, "has a known device");
        OfUser("select distinct owner from rooms where owner is not null and owner not in (select id from users)", Laws.Owner, "owns a room");
        if (store.First("select 1 from sessions where length(token_hash) <> 32", static row => row.GetInt64(0)) == 1)
            report(new Finding(Laws.References, null, null, "a session's token hash has another length than 32 bytes."));
        CheckRemovals();
        CheckNames();
        CheckUserIds();
    }

    /// <summary>A removal names the event of it, since older invites are dead from there on.</summary>
    private void CheckRemovals()
    {
        foreach (var (room, seq) in store.All(
            "select m.room, m.seq from removals m join rooms r on r.id = m.room and r.deleted_at is null left join events e on e.room = m.room and e.seq = m.seq where e.kind is not $1",
            static row => (row.Id(0), row.GetInt64(1)), EventRows.KindNumber(EventKinds.Removed)))
            report(new Finding(Laws.References, room, seq, "somebody is said to have been removed by this event, which isn't that."));
    }

    private void CheckNames()
    {
        var keys = new Dictionary<string, Guid>();
        foreach (var (id, name, key, isPrivate, isDeleted) in store.All(
            "select id, name, name_key, private, deleted_at is not null from rooms where length(id) = 16 and name <> ''", static row => (row.Id(0), row.GetString(1), row.GetString(2), row.GetInt64(3) != 0, row.GetInt64(4) != 0)))
        {
            if (id.Version != 7) report(new Finding(Laws.Ids, id, null, "the room's id isn't of version 7."));
            if (!Text.IsStoredName(name, 80)) report(new Finding(Laws.Names, id, null, "its name breaks the rules for names."));
            else if (Text.RoomNameKey(name) != key) report(new Finding(Laws.Names, id, null, "the key by which its name is unique isn't that of its name."));
            if (!isPrivate && !isDeleted && !keys.TryAdd(key, id)) report(new Finding(Laws.Names, id, null, $"another public room has its name: {keys[key]}."));
        }
        InRoom("select id from rooms where length(id) <> 16", Laws.Ids, "its id has another length than 16 bytes.");
        if (StoreReader.HasColumn(store, "rooms", "skeleton")) CheckSkeletons();
    }

    private void CheckSkeletons()
    {
        foreach (var (id, name, skeleton) in store.All("select id, name, skeleton from rooms where length(id) = 16 and name <> ''", static row => (row.Id(0), row.GetString(1), row.GetString(2))))
            if (NameSkeleton.Of(name) != skeleton) report(new Finding(Laws.Names, id, null, "the skeleton by which names that look alike are found isn't that of its name."));
    }

    private void CheckUserIds()
    {
        foreach (var id in store.All("select id from users", static row => row.GetFieldValue<byte[]>(0)))
            if (id.Length != 16 || new Guid(id, bigEndian: true).Version != 7) report(new Finding(Laws.Ids, null, null, $"the user id {Convert.ToHexString(id)} isn't of version 7."));
    }

    private void InRoom(string sql, string law, string what)
    {
        foreach (var id in store.All(sql, Blob)) report(id.Length == 16 ? new Finding(law, new Guid(id, bigEndian: true), null, what) : new Finding(law, null, null, $"room {Convert.ToHexString(id)}: {what}"));
    }

    private void OfUser(string sql, string law, string what)
    {
        foreach (var id in store.All(sql, Blob)) report(new Finding(law, null, null, $"user {(id.Length == 16 ? new Guid(id, bigEndian: true).ToString() : Convert.ToHexString(id))} {what}, but doesn't exist."));
    }

    private static byte[] Blob(SqliteDataReader row) => row.GetFieldValue<byte[]>(0);
}
