using Chatter.Chat.Messages;
using Chatter.Chat.Protocol;
using Chatter.Chat.Storage;
using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Maintenance;

/// <summary>Each nonce points to what its sender sent with it, a message or what became of one, and knows its content; else a repeated send would be lost or doubled.</summary>
internal sealed class NonceCheck(StoreConnection store, Action<Finding> report)
{
    /// <summary>By the table's own key: in another order each page would read the whole table.</summary>
    internal const string NextPage =
        "select n.room, n.sender, n.nonce, n.seq, n.hash, e.sender, e.nonce, e.kind, e.text, e.data, r.deleted_at is not null, e.room is not null "
        + "from nonces n left join events e on e.room = n.room and e.seq = n.seq left join rooms r on r.id = n.room "
        + "where (n.nonce, n.room, n.sender) > ($1, $2, $3) order by n.nonce, n.room, n.sender limit $4";

    private const int Page = 5_000;

    public void Run()
    {
        (string Nonce, byte[] Room, byte[] Sender) after = ("", [], []);
        List<Row> page;
        do
        {
            // The log of a deleted room is swept before its nonces are.
            page = store.All(NextPage, Read, after.Nonce, after.Room, after.Sender, Page);
            foreach (var row in page) Check(row);
            if (page.Count > 0) after = (page[^1].Nonce, page[^1].Room, page[^1].Sender);
        }
        while (page.Count == Page);
    }

    private static Row Read(SqliteDataReader row) => new(
        row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1), row.GetString(2), row.GetInt64(3), row.GetFieldValue<byte[]>(4), row.IsDBNull(5) ? null : row.GetFieldValue<byte[]>(5),
        row.TextOrNull(6), row.IsDBNull(7) ? null : row.GetInt64(7), row.TextOrNull(8), row.TextOrNull(9), row.GetInt64(10) != 0, row.GetInt64(11) != 0);

    private void Check(Row row)
    {
        if (row.Room.Length != 16)
        {
            report(new Finding(Laws.Nonces, null, null, "a nonce's room id has another length than 16 bytes."));
            return;
        }
        var room = new Guid(row.Room, bigEndian: true);
        if (!row.Exists)
        {
            if (!row.InDeletedRoom) report(new Finding(Laws.Nonces, room, row.Seq, "a nonce names this event, which doesn't exist."));
        }
        else if (!IsNonced(row.Kind) || row.EventNonce != row.Nonce || row.EventSender is null || !row.EventSender.AsSpan().SequenceEqual(row.Sender))
        {
            report(new Finding(Laws.Nonces, room, row.Seq, "a nonce names this event, which isn't what was sent with it."));
        }
        else if (!RoomCheck.TryParse(row.Data, out var data) || !IsSame(row, data))
        {
            report(new Finding(Laws.Nonces, room, row.Seq, "its nonce remembers another content."));
        }
    }

    private static bool IsNonced(long? kind) => kind is { } number && EventRows.KindName(number) is EventKinds.Message or EventKinds.Edited or EventKinds.Deleted or EventKinds.Reacted or EventKinds.Pinned;

    private static bool IsSame(Row row, EventData data)
    {
        // What it was is gone with the message.
        if (data.Redacted is true) return true;
        var kind = EventRows.KindName(row.Kind!.Value)!;
        // Told by RoomCheck.
        if (kind != EventKinds.Message && data.Target is null) return true;
        var hash = kind == EventKinds.Message
            ? SendMessage.ContentHash(row.Text ?? "", data.ReplyTo, data.Attachments?.Select(static attachment => attachment.Id).ToList())
            : ChangeHash(data.Emoji);
        // An older reaction is taken back in the form in which it was given, while the nonce remembers that of the table.
        return hash.AsSpan().SequenceEqual(row.Hash) || (EmojiTable.Find(data.Emoji) is { } emoji && emoji != data.Emoji && ChangeHash(emoji).AsSpan().SequenceEqual(row.Hash));

        byte[] ChangeHash(string? emoji) => MessageChange.ContentHash(new RoomEvent(default, row.Seq, default, default, kind) { Target = data.Target, Text = row.Text, Emoji = emoji, On = data.On });
    }

    private sealed record Row(
        byte[] Room, byte[] Sender, string Nonce, long Seq, byte[] Hash, byte[]? EventSender, string? EventNonce, long? Kind, string? Text, string? Data, bool InDeletedRoom, bool Exists);
}
