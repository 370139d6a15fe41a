using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Rooms;

/// <summary>
/// Conversations that somebody was put into and hasn't answered. They don't count among one's own rooms, so nobody can fill these for another; and they have limits of their own, for who is asked
/// and for who asks. One that a stranger began, who shares no room with one, is shown as a request.
/// </summary>
internal static class Requests
{
    /// <summary>Open requests of strangers to one person.</summary>
    public const int MostFromStrangers = 20;

    /// <summary>Those of one stranger to one person.</summary>
    public const int MostOfOneStranger = 5;

    /// <summary>Those of one stranger to all.</summary>
    public const int MostToStrangers = 50;

    /// <summary>All that one person hasn't answered.</summary>
    public const int MostUnanswered = 100;

    /// <summary>Those of one whom one shares a room with.</summary>
    public const int MostOfOne = 20;

    /// <summary>Whether two people share a room that both of them are in by their own will. Not in the writer: it may go through all rooms of one.</summary>
    public static bool AreStrangers(StoreConnection store, Guid user, Guid other) => store.First(
        "select 1 from members a join members b on b.user = $2 and b.room = a.room and b.request = 0 where a.user = $1 and a.request = 0 limit 1", static row => row.GetInt64(0), user, other) != 1;

    /// <summary>Why that user can't be put into a further conversation by this one, or null.</summary>
    public static Refusal? TooMany(WriteBatch batch, UserRef user, UserRef other, RequestKind kind)
    {
        var store = batch.Store;
        var fromStranger = kind == RequestKind.FromStranger;
        var open = store.First("select count(*) from members where user = $1 and request > 0", static row => row.GetInt64(0), other.Id);
        var fromStrangers = store.First("select count(*) from members where user = $1 and request = 2", static row => row.GetInt64(0), other.Id);
        if (open >= MostUnanswered || (fromStranger && fromStrangers >= MostFromStrangers))
            return new Refusal(ErrorCodes.TooManyRooms, $"{other.Name} has too many open requests, and can't be added now.");
        if (store.First("select count(*) from members where request_by = $1 and user = $2 and request > 0", static row => row.GetInt64(0), user.Id, other.Id) >= (fromStranger ? MostOfOneStranger : MostOfOne))
            return new Refusal(ErrorCodes.TooManyRooms, $"You began conversations with {other.Name} that wait for an answer. Wait for it.");
        if (fromStranger && store.First("select count(*) from members where request_by = $1 and request = 2", static row => row.GetInt64(0), user.Id) >= MostToStrangers)
            return new Refusal(ErrorCodes.TooManyRooms, $"{MostToStrangers} people whom you share no room with haven't answered you, which is the limit.");
        return null;
    }

    /// <summary>Why somebody can't have a further room of his own, or null.</summary>
    public static Refusal? TooManyRooms(WriteBatch batch, Guid user, int limit) =>
        batch.Store.First("select count(*) from members where user = $1 and request = 0", static row => row.GetInt64(0), user) < limit
            ? null
            : new Refusal(ErrorCodes.TooManyRooms, $"You are in {limit} rooms, which is the limit. Leave one first.");

    /// <summary>Those who were put into a conversation by that user, and haven't answered.</summary>
    public static List<UserRef> Begun(WriteBatch batch, Guid room, Guid by) => batch.Store.All(
        $"select m.user, {DeletedUsers.Name("m.user", "u.user_name")} from members m join users u on u.id = m.user where m.room = $1 and m.request > 0 and m.request_by = $2",
        static row => new UserRef(row.Id(0), row.GetString(1)), room, by);

    /// <summary>Ends the conversations of several that somebody began with one and got no answer to. That of the two stays, for both to read.</summary>
    public static void Decline(WriteBatch batch, UserRef user, Guid by)
    {
        // Bounded by what one may begin with another.
        foreach (var room in batch.Store.All("select room from members where request_by = $1 and user = $2 and request > 0", static row => row.Id(0), by, user.Id))
            if (batch.Head(room).Members > 2 && RoomAccess.Enter(batch, room, user.Id).Is(out var entered, out _)) LeaveRoom.Leave(batch, user, entered.Room, entered.Member);
    }
}
