using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Chatter.Chat.Protocol;
using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Storage;

/// <summary>Events as rows of the log, and back.</summary>
internal static class EventRows
{
    // A constant, unlike what DeletedUsers.Name gives: it is put together with what follows once and for all.
    private const string Select = "select seq, id, at, kind, sender, case when exists (select 1 from deleted_users d where d.id = events.sender) "
        + $"then '{DeletedUser.Name}' else sender_name end, nonce, text, data from events ";

    private const string SelectColumns = $"select {EventColumns.Names} from events where room = $1 and seq = $2";

    private static readonly JavaScriptEncoder Encoder = ProtocolJson.Options.Encoder ?? JavaScriptEncoder.Default;

    // The numbers are in every database: add to the end, never change.
    private static readonly string[] Kinds =
    [
        EventKinds.Message, EventKinds.Edited, EventKinds.Deleted, EventKinds.Reacted, EventKinds.Joined, EventKinds.Left, EventKinds.Removed,
        EventKinds.Renamed, EventKinds.Topic, EventKinds.Owner, EventKinds.Pinned,
        EventKinds.Role, EventKinds.Muted, EventKinds.Announce, EventKinds.Archived,
    ];

    /// <summary>Counts a user's own messages behind one place and up to another; goes through all events between the two.</summary>
    public static long CountOwn(StoreConnection store, Guid room, Guid user, long after, long until) => store.First(
        "select count(*) from events where room = $1 and seq > $2 and seq <= $3 and kind = 0 and sender = $4", static row => row.GetInt64(0), room, after, until, user);

    /// <summary>What a message says now: its newest edit's text, or its own.</summary>
    public static string? NewestText(StoreConnection store, RoomEvent message) =>
        store.First("select edited from message_changes where room = $1 and message = $2", static row => row.IsDBNull(0) ? null : (long?)row.GetInt64(0), message.Room, message.Seq) is { } edit
            ? At(store, message.Room, edit)?.Text
            : message.Text;

    /// <summary>How many messages a room's log has up to an event; 0 before the first.</summary>
    public static long MessagesUpTo(StoreConnection store, Guid room, long seq) =>
        store.First("select messages from events where room = $1 and seq = $2", static row => row.GetInt64(0), room, seq);

    /// <summary>The number that stands for a kind in the store.</summary>
    public static int KindNumber(string kind) => Array.IndexOf(Kinds, kind);

    /// <summary>The kind that a number stands for, or null.</summary>
    public static string? KindName(long number) => number >= 0 && number < Kinds.Length ? Kinds[number] : null;

    /// <summary>Adds an event to the log.</summary>
    /// <param name="store">The writer's connection, in its transaction.</param>
    /// <param name="item">The event.</param>
    /// <param name="messages">Messages of the room up to and with it.</param>
    public static void Insert(StoreConnection store, RoomEvent item, long messages)
    {
        var row = new EventColumns(
            item.Room, item.Seq, item.Id, item.At.ToUnixTimeMilliseconds(), KindNumber(item.Kind), messages, item.From?.Id, item.From?.Name, item.Nonce, item.Text, Data(item));
        store.Execute(
            "insert into events (room, seq, id, at, kind, messages, sender, sender_name, nonce, text, data, sum) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            row.Room, row.Seq, row.Id, row.At, row.Kind, row.Messages, row.Sender, row.SenderName, row.Nonce, row.Text, row.Data, row.Sum());
    }

    /// <summary>The events after a seq, ascending, as many as fit into so many bytes (at least one).</summary>
    public static List<RoomEvent> After(StoreConnection store, Guid room, long after, int bytes, int limit = int.MaxValue, long until = long.MaxValue) =>
        Take(store.Command(Select + "where room = $1 and seq > $2 and seq <= $3 order by seq limit $4", room, after, until, limit), store, room, bytes);

    /// <summary>The events before a seq, ascending; the page is filled from its end.</summary>
    public static List<RoomEvent> Before(StoreConnection store, Guid room, long before, int bytes, int limit)
    {
        var page = Take(store.Command(Select + "where room = $1 and seq < $2 order by seq desc limit $3", room, before, limit), store, room, bytes);
        page.Reverse();
        return page;
    }

    /// <summary>One event, or null.</summary>
    public static RoomEvent? At(StoreConnection store, Guid room, long seq) =>
        store.First(Select + "where room = $1 and seq = $2", row => Read(store, row, room), room, seq);

    /// <summary>One event, or null where there is none or it is of another room.</summary>
    public static RoomEvent? ById(StoreConnection store, Guid room, Guid id) =>
        store.First(Select + "where id = $1 and room = $2", row => Read(store, row, room), id, room);

    /// <summary>What an event has at most as JSON, in bytes: its text as it is escaped, and what else it can have.</summary>
    public static int Size(RoomEvent item)
    {
        const int others = 480;
        var size = others + (item.Users?.Count ?? 0) * 100 + (item.Reason?.Length ?? 0) * 6 + (item.Name?.Length ?? 0) * 6 + (item.Topic?.Length ?? 0) * 6;
        if (item.Edited is { } edit) size += 100 + Size(edit.Text);
        foreach (var attachment in item.Attachments ?? []) size += 260 + Size(attachment.Name);
        foreach (var reaction in item.Reactions ?? []) size += 100 + Size(reaction.Emoji) + reaction.Users.Count * 100;
        return size + Size(item.Text ?? "");
    }

    private static int Size(string text)
    {
        var size = 0;
        foreach (var c in text) size += c is '"' or '\\' ? 2 : c < ' ' || char.IsSurrogate(c) || Encoder.WillEncode(c) ? 6 : c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
        return size;
    }

    private static List<RoomEvent> Take(SqliteCommand command, StoreConnection store, Guid room, int bytes)
    {
        var page = new List<RoomEvent>();
        using var rows = command.ExecuteReader();
        for (var size = 0; rows.Read();)
        {
            var item = Read(store, rows, room);
            size += Size(item);
            if (size > bytes && page.Count > 0) break;
            page.Add(item);
        }
        return page;
    }

    private static RoomEvent Read(StoreConnection store, SqliteDataReader row, Guid room)
    {
        var sender = row.IdOrNull(4);
        var result = new RoomEvent(room, row.GetInt64(0), row.Id(1), row.Time(2), Kinds[row.GetInt32(3)])
        {
            From = sender is { } id ? new UserRef(id, row.GetString(5)) : null,
            Nonce = row.TextOrNull(6),
            Text = row.TextOrNull(7),
        };
        if (row.IsDBNull(8)) return result;
        var data = JsonSerializer.Deserialize(row.GetString(8), EventDataContext.Default.EventData) ?? new EventData();
        return result with
        {
            ReplyTo = data.ReplyTo,
            Target = data.Target,
            Emoji = data.Emoji,
            On = data.On,
            Users = data.Users is { } users ? [.. users.Select(user => DeletedUsers.Shown(store, user))] : null,
            Reason = data.Reason,
            Name = data.Name,
            Topic = data.Topic,
            User = data.User is { } about ? DeletedUsers.Shown(store, about) : null,
            Role = data.Role,
            Until = data.Until,
            Banned = data.Banned,
            Redacted = data.Redacted,
            Attachments = data.Attachments,
        };
    }

    /// <summary>Takes text and files out of an event, for good: of what was deleted the log keeps that it was there.</summary>
    /// <param name="store">The writer's connection, in its transaction.</param>
    /// <param name="room">The room.</param>
    /// <param name="seq">The event's place in it.</param>
    public static void Redact(StoreConnection store, Guid room, long seq)
    {
        if (store.First(SelectColumns, row => (EventColumns?)EventColumns.Read(row, room), room, seq) is not { } found)
            throw new InvalidOperationException($"Event {seq} of room {room} is gone.");
        var data = found.Data is null ? new EventData() : JsonSerializer.Deserialize(found.Data, EventDataContext.Default.EventData) ?? new EventData();
        var redacted = found with { Text = null, Data = JsonSerializer.Serialize(data with { Redacted = true, Attachments = null }, EventDataContext.Default.EventData) };
        store.Execute("update events set text = null, data = $3, sum = $4 where room = $1 and seq = $2", room, seq, redacted.Data, redacted.Sum());
    }

    private static string? Data(RoomEvent item)
    {
        var data = new EventData
        {
            ReplyTo = item.ReplyTo,
            Target = item.Target,
            Emoji = item.Emoji,
            On = item.On,
            Users = item.Users,
            Reason = item.Reason,
            Name = item.Name,
            Topic = item.Topic,
            User = item.User,
            Role = item.Role,
            Until = item.Until,
            Banned = item.Banned,
            Redacted = item.Redacted,
            Attachments = item.Attachments,
        };
        return data == EventData.None ? null : JsonSerializer.Serialize(data, EventDataContext.Default.EventData);
    }
}

/// <summary>What only some kinds of events have: a JSON column, so that a new kind needs no new columns.</summary>
internal sealed record EventData
{
    public static EventData None { get; } = new();

    public Guid? ReplyTo { get; init; }

    public Guid? Target { get; init; }

    public string? Emoji { get; init; }

    public bool? On { get; init; }

    public IReadOnlyList<UserRef>? Users { get; init; }

    public string? Reason { get; init; }

    public string? Name { get; init; }

    public string? Topic { get; init; }

    public UserRef? User { get; init; }

    public string? Role { get; init; }

    public DateTimeOffset? Until { get; init; }

    public bool? Banned { get; init; }

    public bool? Redacted { get; init; }

    public IReadOnlyList<AttachmentInfo>? Attachments { get; init; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventData))]
internal sealed partial class EventDataContext : JsonSerializerContext;
