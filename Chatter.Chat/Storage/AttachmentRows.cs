using Chatter.Chat.Protocol;
using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Storage;

/// <summary>A file that somebody sent, as the store knows it.</summary>
/// <param name="Room">Where it was uploaded to, and can be seen.</param>
/// <param name="Owner">Who uploaded it.</param>
/// <param name="Info">What is told of it.</param>
/// <param name="Hash">SHA-256 of its bytes.</param>
/// <param name="CreatedAt">When it was uploaded.</param>
internal sealed record AttachmentRow(Guid Room, Guid Owner, AttachmentInfo Info, byte[] Hash, DateTimeOffset CreatedAt)
{
    /// <summary>The seq of the message that it is in, or null.</summary>
    public long? Message { get; init; }

    /// <summary>The thumbnail's bytes, where it has one.</summary>
    public long? ThumbnailSize { get; init; }

    /// <summary>SHA-256 of the thumbnail's bytes.</summary>
    public byte[]? ThumbnailHash { get; init; }
}

/// <summary>Files that people sent as rows of the store, and back. What changes them runs in the writer's transaction.</summary>
internal static class AttachmentRows
{
    private const string Select =
        "select id, room, owner, message, name, type, size, hash, width, height, thumbnail_width, thumbnail_height, thumbnail_size, thumbnail_hash, created_at from attachments ";

    public static void Insert(StoreConnection store, AttachmentRow row) => store.Execute(
        "insert into attachments (id, room, owner, name, type, size, hash, width, height, thumbnail_width, thumbnail_height, thumbnail_size, thumbnail_hash, created_at) "
        + "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        row.Info.Id, row.Room, row.Owner, row.Info.Name, row.Info.Type, row.Info.Size, row.Hash, row.Info.Width, row.Info.Height, row.Info.Thumbnail?.Width, row.Info.Thumbnail?.Height,
        row.ThumbnailSize, row.ThumbnailHash, row.CreatedAt.ToUnixTimeMilliseconds());

    /// <summary>By room and id together: the id of another room's file must not be told from one that doesn't exist.</summary>
    public static AttachmentRow? Find(StoreConnection store, Guid room, Guid id) => store.First(Select + "where id = $1 and room = $2", Read, id, room);

    /// <summary>Whether it is known, in whatever room.</summary>
    public static bool IsThere(StoreConnection store, Guid id) => store.First("select 1 from attachments where id = $1", static row => row.GetInt64(0), id) == 1;

    /// <summary>Those behind an id, in the order of their ids.</summary>
    public static List<AttachmentRow> After(StoreConnection store, Guid id, int limit) => store.All(Select + "where id > $1 order by id limit $2", Read, id, limit);

    /// <summary>The bytes that somebody takes up, thumbnails included.</summary>
    public static long Used(StoreConnection store, Guid owner) =>
        store.First("select bytes from file_usage where owner = $1", static row => row.GetInt64(0), owner);

    /// <summary>It is in a message now.</summary>
    public static void Use(StoreConnection store, Guid id, long message) => store.Execute("update attachments set message = $2 where id = $1", id, message);

    /// <summary>A message is deleted: its files are gone at once, and their bytes are noted to go.</summary>
    public static void Release(StoreConnection store, Guid room, long message, DateTimeOffset now)
    {
        store.Execute(
            "insert or ignore into attachment_deletions (id, at) select id, $3 from attachments where room = $1 and message = $2", room, message, now.ToUnixTimeMilliseconds());
        store.Execute("delete from attachments where room = $1 and message = $2", room, message);
    }

    /// <summary>The same for what nobody sent in time, and for the files of deleted rooms, a few at a time.</summary>
    /// <returns>How many.</returns>
    public static int ReleaseForgotten(StoreConnection store, DateTimeOffset unusedSince, DateTimeOffset now, int limit)
    {
        var gone = store.All(
            "select id from attachments where message is null and created_at < $1 order by created_at limit $2", static row => row.Id(0), unusedSince.ToUnixTimeMilliseconds(), limit);
        // A few rooms at a time: most have no files, and those that are done leave the table by themselves.
        const int RoomsAtOnce = 20;
        gone.AddRange(store.All(
            "select a.id from (select room from room_deletions order by at limit $1) d join attachments a on a.room = d.room limit $2", static row => row.Id(0), RoomsAtOnce, limit));
        foreach (var id in gone)
        {
            store.Execute("insert or ignore into attachment_deletions (id, at) values ($1, $2)", id, now.ToUnixTimeMilliseconds());
            store.Execute("delete from attachments where id = $1", id);
        }
        return gone.Count;
    }

    /// <summary>Whose bytes are to go.</summary>
    public static List<Guid> Deletions(StoreConnection store, int limit) => store.All("select id from attachment_deletions limit $1", static row => row.Id(0), limit);

    /// <summary>The bytes are gone.</summary>
    public static void Deleted(StoreConnection store, Guid id) => store.Execute("delete from attachment_deletions where id = $1", id);

    private static AttachmentRow Read(SqliteDataReader row) =>
        new(row.Id(1), row.Id(2), new AttachmentInfo(row.Id(0), row.GetString(4), row.GetString(5), row.GetInt64(6))
        {
            Width = row.IsDBNull(8) ? null : row.GetInt32(8),
            Height = row.IsDBNull(9) ? null : row.GetInt32(9),
            Thumbnail = row.IsDBNull(10) ? null : new ThumbnailInfo(row.GetInt32(10), row.GetInt32(11)),
        }, row.GetFieldValue<byte[]>(7), row.Time(14))
        {
            Message = row.IsDBNull(3) ? null : row.GetInt64(3),
            ThumbnailSize = row.IsDBNull(12) ? null : row.GetInt64(12),
            ThumbnailHash = row.IsDBNull(13) ? null : row.GetFieldValue<byte[]>(13),
        };
}
