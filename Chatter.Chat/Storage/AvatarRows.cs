using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Storage;

/// <summary>A person's picture, as the store knows it.</summary>
/// <param name="Id">Random, and another one for each picture; never anybody's name or id.</param>
/// <param name="User">Whose it is.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Hash">SHA-256 of them.</param>
/// <param name="CreatedAt">When it was uploaded.</param>
internal sealed record AvatarRow(Guid Id, Guid User, long Size, byte[] Hash, DateTimeOffset CreatedAt)
{
    /// <summary>Where it is served, and what the account says of it.</summary>
    public string Url => $"/api/avatars/{Id}";
}

/// <summary>The pictures of people as rows of the store, and back. Their bytes lie with the files people sent, and go the same way (<see cref="AttachmentRows.Deletions"/>).</summary>
internal static class AvatarRows
{
    private const string Select = "select id, user, size, hash, created_at from avatars ";

    /// <summary>Gives somebody a picture in the place of the one that he had, or none; in the writer's transaction.</summary>
    public static void Replace(StoreConnection store, Guid user, AvatarRow? with, DateTimeOffset now)
    {
        store.Execute("insert or ignore into attachment_deletions (id, at) select id, $2 from avatars where user = $1", user, now.ToUnixTimeMilliseconds());
        store.Execute("delete from avatars where user = $1", user);
        if (with is not null)
            store.Execute("insert into avatars (id, user, size, hash, created_at) values ($1, $2, $3, $4, $5)", with.Id, user, with.Size, with.Hash, with.CreatedAt.ToUnixTimeMilliseconds());
        store.Execute("update users set avatar_url = $2 where id = $1", user, with?.Url);
    }

    public static AvatarRow? Find(StoreConnection store, Guid id) => store.First(Select + "where id = $1", Read, id);

    /// <summary>Those behind an id, in the order of their ids.</summary>
    public static List<AvatarRow> After(StoreConnection store, Guid id, int limit) => store.All(Select + "where id > $1 order by id limit $2", Read, id, limit);

    private static AvatarRow Read(SqliteDataReader row) => new(row.Id(0), row.Id(1), row.GetInt64(2), row.GetFieldValue<byte[]>(3), row.Time(4));
}
