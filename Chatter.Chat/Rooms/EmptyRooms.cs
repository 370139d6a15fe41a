using Chatter.Chat.RoomLog;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Rooms;

/// <summary>Public rooms that nobody is in: who comes first owns one, and it goes where nobody comes. They cost their maker nothing, so there is a limit for each.</summary>
internal static class EmptyRooms
{
    /// <summary>How many stand empty of those that somebody made, counted to a limit.</summary>
    public static long Of(WriteBatch batch, Guid maker, int limit) => batch.Store.First(
        "select count(*) from (select 1 from rooms where made_by = $1 and empty_since is not null limit $2)", static row => row.GetInt64(0), maker, limit);

    /// <summary>Notes that the last member of a room left.</summary>
    public static void Note(WriteBatch batch, Guid room) => batch.Store.Execute(
        "update rooms set empty_since = $2, empty_said = $3 where id = $1", room, batch.Now.ToUnixTimeMilliseconds(), batch.Head(room).Messages > 0 ? 1L : 0L);

    /// <summary>Somebody is in it again.</summary>
    public static void Forget(WriteBatch batch, Guid room) => batch.Store.Execute("update rooms set empty_since = null where id = $1", room);

    /// <summary>Deletes a few that stood empty for long.</summary>
    /// <param name="batch">The transaction.</param>
    /// <param name="said">Whether something was said in them.</param>
    /// <param name="before">Since when they are empty.</param>
    /// <param name="limit">How many at most.</param>
    /// <returns>How many.</returns>
    public static int Delete(WriteBatch batch, bool said, DateTimeOffset before, int limit)
    {
        var over = batch.Store.All(
            "select id from rooms where empty_since is not null and empty_said = $1 and empty_since < $2 order by empty_since limit $3", static row => row.Id(0), said ? 1L : 0L, before.ToUnixTimeMilliseconds(), limit);
        foreach (var room in over) LeaveRoom.Delete(batch, room);
        return over.Count;
    }
}
