namespace Chatter.Chat.Storage;

/// <summary>Lookups of rooms by what they are called.</summary>
internal static class RoomRows
{
    /// <summary>Whether another public room has that name, or one with the same skeleton. Two lookups, each by its index.</summary>
    public static bool IsNameTaken(StoreConnection store, string key, string skeleton, Guid except) =>
        store.First("select 1 from rooms where name_key = $1 and private = 0 and deleted_at is null and id <> $2", static row => row.GetInt64(0), key, except) == 1
        || store.First("select 1 from rooms where skeleton = $1 and private = 0 and deleted_at is null and id <> $2", static row => row.GetInt64(0), skeleton, except) == 1;
}
