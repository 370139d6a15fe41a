namespace Chatter.Chat.Storage;

/// <summary>
/// Deletes rows whose time is over, a bounded number at a time, each found by an index: what there is in all doesn't matter. Runs in the writer's transaction.
/// Every method returns how many rows it deleted, so 0 means that nothing is left to do now.
/// </summary>
internal static class ExpiredRows
{
    // Of a deleted room, apart from its attachments, whose bytes have to go as well. The columns are the primary key.
    private static readonly string[] OfRooms =
    [
        Remains("events", "room, seq"), Remains("message_changes", "room, message"), Remains("message_edits", "room, message, seq"), Remains("reactions", "room, message, emoji, user"),
        Remains("mentions", "user, room, message"), Remains("saved", "user, room, message"),
    ];

    /// <summary>Nonces of sends before that time.</summary>
    public static int DeleteNonces(StoreConnection store, DateTimeOffset before, int limit) => store.Execute(
        "delete from nonces where (nonce, room, sender) in (select nonce, room, sender from nonces where at < $1 order by at limit $2)", before.ToUnixTimeMilliseconds(), limit);

    /// <summary>Invites that have expired or are used up, after the notes of who used them.</summary>
    public static int DeleteInvites(StoreConnection store, DateTimeOffset now, int limit)
    {
        var gone = 0;
        foreach (var invite in store.All(
            "select hash from (select hash from invites where expires_at < $1 limit $2) union select hash from (select hash from invites where uses_left <= 0 limit $2)",
            static row => row.GetFieldValue<byte[]>(0), now.ToUnixTimeMilliseconds(), limit))
        {
            gone += store.Execute("delete from invite_uses where (invite, user) in (select invite, user from invite_uses where invite = $1 limit $2)", invite, limit - gone);
            if (gone >= limit) break;
            gone += store.Execute("delete from invites where hash = $1", invite);
        }
        return gone;
    }

    /// <summary>Push subscriptions of sessions that ended, of a few that follow one.</summary>
    /// <param name="store">The writer's connection.</param>
    /// <param name="now">The time.</param>
    /// <param name="after">The session behind which it looks.</param>
    /// <param name="limit">How many it looks at.</param>
    /// <returns>The last session looked at; null at the end.</returns>
    public static Guid? DeleteSubscriptions(StoreConnection store, DateTimeOffset now, Guid after, int limit)
    {
        var looked = store.All(
            "select p.session, s.id is null or s.revoked_at is not null or s.expires_at <= $2 from push_subscriptions p left join sessions s on s.id = p.session where p.session > $1 order by p.session limit $3",
            static row => (Session: row.Id(0), IsOver: row.GetInt64(1) == 1), after, now.ToUnixTimeMilliseconds(), limit);
        foreach (var (session, isOver) in looked)
            if (isOver) store.Execute("delete from push_subscriptions where session = $1", session);
        return looked.Count == limit ? looked[^1].Session : null;
    }

    /// <summary>A room is deleted: what is left of it is to be deleted as well, some time later.</summary>
    public static void NoteRoom(StoreConnection store, Guid room, DateTimeOffset now) => store.Execute("insert or ignore into room_deletions (room, at) values ($1, $2)", room, now.ToUnixTimeMilliseconds());

    /// <summary>What is left of rooms that were deleted before that time.</summary>
    public static int DeleteRooms(StoreConnection store, DateTimeOffset before, int limit)
    {
        // Most have little left, and each costs a look into every table.
        const int RoomsAtOnce = 20;
        var gone = 0;
        foreach (var room in store.All("select room from room_deletions where at < $1 order by at limit $2", static row => row.Id(0), before.ToUnixTimeMilliseconds(), RoomsAtOnce))
        {
            foreach (var remains in OfRooms)
                if (gone < limit) gone += store.Execute(remains, room, limit - gone);
            if (gone >= limit) break;
            // Files go by themselves, since their bytes have to be deleted as well.
            gone += store.Execute("delete from room_deletions where room = $1 and not exists (select 1 from attachments where room = $1)", room);
        }
        return gone;
    }

    private static string Remains(string table, string key) => $"delete from {table} where ({key}) in (select {key} from {table} where room = $1 limit $2)";
}
