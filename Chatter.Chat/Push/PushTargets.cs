using System.Text.Json;
using Chatter.Chat.Broadcasting;
using Chatter.Chat.Protocol;
using Chatter.Chat.Rooms;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Push;

/// <summary>What is pushed of a message, and to which browsers.</summary>
internal sealed record PushMessage(Guid Room, byte[] Text, IReadOnlyList<PushSubscription> To);

/// <summary>Finds out whom a message calls who has no page open: by the mentions that were noted with it, or as a member of the conversation, unless he muted the room or has read it.</summary>
internal static class PushTargets
{
    private const int BodyShown = 120;

    /// <summary>Who is to be told of a message, as it is now; null where that is nobody.</summary>
    public static PushMessage? Find(StoreConnection store, Guid room, long seq, Connections connections, DateTimeOffset now)
    {
        // Most messages call nobody, and what is looked for then is one row.
        var called = store.First(
            "select r.name, r.direct from rooms r where r.id = $1 and r.deleted_at is null and (r.direct <> 0 or exists (select 1 from mentions where room = $1 and message = $2))",
            static row => (Name: row.GetString(0), IsDirect: row.GetInt64(1) != 0), room, seq);
        if (called.Name is null || EventRows.At(store, room, seq) is not { Kind: EventKinds.Message, Redacted: not true, From: { } author } message) return null;
        var to = store.All(
            "select p.session, p.endpoint, p.key, p.auth, p.origin, p.user from members m join push_subscriptions p on p.user = m.user join sessions s on s.id = p.session "
            + "where m.room = $1 and m.user <> $3 and m.notify <> $5 and m.read_seq < $2 and s.revoked_at is null and s.expires_at > $4 and not " + Blocks.Has("m.user", "$3") + " "
            + "and ($6 or exists (select 1 from mentions x where x.room = $1 and x.message = $2 and (x.user = m.user or x.user = zeroblob(16))))",
            static row => (User: row.Id(5), To: new PushSubscription(row.Id(0), new Uri(row.GetString(1)), row.GetFieldValue<byte[]>(2), row.GetFieldValue<byte[]>(3), row.GetString(4))),
            room, seq, author.Id, now.ToUnixTimeMilliseconds(), (long)NotifyLevels.Known.ToList().IndexOf(NotifyLevels.Nothing), called.IsDirect ? 1L : 0L);
        // Who has a page open is told by it.
        List<PushSubscription> absent = [.. to.Where(one => connections.Presence(one.User) != PresenceStatus.Online).Select(static one => one.To)];
        return absent.Count == 0 ? null : new PushMessage(room, Write(message, author, called.IsDirect ? null : called.Name), absent);
    }

    private static byte[] Write(RoomEvent message, UserRef author, string? room)
    {
        var text = message.Text is { Length: > 0 } said ? said : string.Join(", ", (message.Attachments ?? []).Select(static file => file.Name));
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        // One less, for the ellipsis.
        var pushed = new PushText(room is null ? author.Name : $"{author.Name} in {room}", Text.Cut(line, BodyShown - 1), message.Room, message.Seq, author.Name, room);
        return JsonSerializer.SerializeToUtf8Bytes(pushed, PushJsonContext.Default.PushText);
    }
}
