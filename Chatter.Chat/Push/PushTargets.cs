using System.Text.Json;
using Chatter.Chat.Broadcasting;
using Chatter.Chat.Protocol;
using Chatter.Chat.Rooms;
using Chatter.Chat.Storage;
using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Push;

/// <summary>What is pushed of a message, and to which browsers.</summary>
internal sealed record PushMessage(Guid Room, byte[] Text, IReadOnlyList<PushTarget> To);

/// <summary>A browser to push to, and its user.</summary>
internal sealed record PushTarget(Guid User, PushSubscription Subscription);

/// <summary>Finds out whom a message calls who has no page open: by the mentions that were noted with it, or as a member of the conversation, unless he muted the room or has read it.</summary>
internal static class PushTargets
{
    private const int BodyShown = 120;

    private static readonly string OfAll =
        "select p.session, p.endpoint, p.key, p.auth, p.origin, p.user from members m join push_subscriptions p on p.user = m.user join sessions s on s.id = p.session "
        + "where m.room = $1 and m.user <> $3 and m.notify <> $5 and m.read_seq < $2 and s.revoked_at is null and s.expires_at > $4 and not " + Blocks.Has("m.user", "$3") + " "
        + "and ($6 or exists (select 1 from mentions x where x.room = $1 and x.message = $2 and (x.user = m.user or x.user = zeroblob(16))))";

    // A statement of its own, so that it begins with the session instead of going through all members, of whom each may have a push that is due.
    private static readonly string OfOne = OfAll + " and p.session = $7";

    /// <summary>
    /// The browsers to push a message to, and its text, both as of now; null if there are none. Asked again before each try: by then the message may be deleted, edited or read,
    /// the session over, the user removed, blocked or back at a page.
    /// </summary>
    /// <param name="store">The store, in one snapshot.</param>
    /// <param name="room">The message's room.</param>
    /// <param name="seq">Its place there.</param>
    /// <param name="session">The only session of interest, or null.</param>
    /// <param name="connections">Users with a page open.</param>
    /// <param name="now">The time.</param>
    public static PushMessage? Find(StoreConnection store, Guid room, long seq, Guid? session, Connections connections, DateTimeOffset now)
    {
        // Most messages call nobody, and what is looked for then is one row.
        var called = store.First(
            "select r.name, r.direct from rooms r where r.id = $1 and r.deleted_at is null and (r.direct <> 0 or exists (select 1 from mentions where room = $1 and message = $2))",
            static row => (Name: row.GetString(0), IsDirect: row.GetInt64(1) != 0), room, seq);
        if (called.Name is null || EventRows.At(store, room, seq) is not { Kind: EventKinds.Message, Redacted: not true, From: { } author } message) return null;
        object?[] values = [room, seq, author.Id, now.ToUnixTimeMilliseconds(), (long)NotifyLevels.Known.ToList().IndexOf(NotifyLevels.Nothing), called.IsDirect ? 1L : 0L];
        var to = session is { } one ? store.All(OfOne, Target, [.. values, one]) : store.All(OfAll, Target, values);
        // Who has a page open is told by it.
        List<PushTarget> absent = [.. to.Where(target => connections.Presence(target.User) != PresenceStatus.Online)];
        return absent.Count == 0 ? null : new PushMessage(room, Write(message with { Text = EventRows.NewestText(store, message) }, author, called.IsDirect ? null : called.Name), absent);
    }

    private static PushTarget Target(SqliteDataReader row) =>
        new(row.Id(5), new PushSubscription(row.Id(0), new Uri(row.GetString(1)), row.GetFieldValue<byte[]>(2), row.GetFieldValue<byte[]>(3), row.GetString(4)));

    private static byte[] Write(RoomEvent message, UserRef author, string? room)
    {
        var text = message.Text is { Length: > 0 } said ? said : string.Join(", ", (message.Attachments ?? []).Select(static file => file.Name));
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        // One less, for the ellipsis.
        var pushed = new PushText(room is null ? author.Name : $"{author.Name} in {room}", Text.Cut(line, BodyShown - 1), message.Room, message.Seq, author.Name, room);
        return JsonSerializer.SerializeToUtf8Bytes(pushed, PushJsonContext.Default.PushText);
    }
}
