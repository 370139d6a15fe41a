using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Storage;
using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Rooms;

/// <summary>A membership as it stands: what <c>welcome</c> says of it, and since which event it lasts.</summary>
internal sealed record Membership(RoomEntry Entry, long Since);

/// <summary>Reads rooms as their members see them.</summary>
internal static class RoomEntries
{
    // What every room begins with; retention will move it.
    private const long First = 1;

    private const string RoomColumns = "r.id, r.name, r.topic, r.private, r.owner, r.created_at, h.last_at, h.members, r.announce, r.archived, r.direct";

    /// <summary>Mentions that are looked at for a count: the newest.</summary>
    public const int MostMentions = 1_000;

    // Where nothing is unread, nothing is looked for.
    private static readonly string Mentions = $"case when h.messages = m.read_messages + m.own_after then 0 else ({MentionsAfter("m.user", "m.room", "m.read_seq")}) end ";

    private static readonly string Select =
        "select " + RoomColumns + ", m.role, h.last_seq, m.read_seq, h.messages - m.read_messages - m.own_after, m.joined_seq, m.notify, m.favourite, "
        + Mentions + ", coalesce((select muted_until from restrictions x where x.room = m.room and x.user = m.user), 0), m.request, m.hidden_seq "
        + "from members m join rooms r on r.id = m.room join room_heads h on h.room = m.room where m.user = $1 order by h.last_at desc, r.id";

    /// <summary>Counts the messages after a read mark that mention a member, by name or, of others, with everybody (all zeroes); whoever he blocked calls nobody there.</summary>
    /// <param name="user">Where the statement has the member.</param>
    /// <param name="room">Where it has the room.</param>
    /// <param name="read">Where it has the mark.</param>
    public static string MentionsAfter(string user, string room, string read) =>
        $"select min(count(*), {MostMentions}) from (select x.message from ({Newest(user, room, read)}) x where not {Blocks.Has(user, "x.sender")} "
        + $"union select x.message from ({Newest("zeroblob(16)", room, read)}) x where x.sender <> {user} and not {Blocks.Has(user, "x.sender")})";

    // Bounded before blocks are looked at: someone who is blocked may have written thousands.
    private static string Newest(string user, string room, string read) =>
        $"select message, sender from mentions where user = {user} and room = {room} and message > {read} order by message desc limit {MostMentions}";

    /// <summary>The ids of all rooms of a user.</summary>
    public static List<Guid> Ids(StoreConnection store, Guid user) => store.All("select room from members where user = $1", static row => row.Id(0), user);

    /// <summary>The rooms of a user that are small enough to be told what nobody needs.</summary>
    public static List<Guid> Lively(StoreConnection store, Guid user) => store.All(
        "select m.room from members m join room_heads h on h.room = m.room where m.user = $1 and h.members <= $2", static row => row.Id(0), user, Limits.MaxLively);

    /// <summary>All rooms of a user, the latest active first.</summary>
    public static List<Membership> Of(StoreConnection store, Guid user)
    {
        var memberships = Read(store, user);
        if (!memberships.Exists(static m => m.Entry.Room.Direct is true)) return memberships;
        var others = Conversations.Others(store, user);
        return memberships.ConvertAll(m => m.Entry.Room.Direct is true ? m with { Entry = m.Entry with { People = others.GetValueOrDefault(m.Entry.Room.Id, []) } } : m);
    }

    private static List<Membership> Read(StoreConnection store, Guid user) => store.All(
        Select,
        static row => new Membership(new RoomEntry(Room(row), MemberRoles.Name(row.GetInt32(11)), First, row.GetInt64(12), row.GetInt64(13), row.GetInt64(14))
        {
            Notify = row.GetInt32(16) is > 0 and var level ? NotifyLevels.Known[level] : null,
            Favourite = row.GetInt64(17) != 0 ? true : null,
            Mentions = row.GetInt64(18) is > 0 and var mentions ? mentions : null,
            MutedUntil = row.GetInt64(19) > 0 ? row.Time(19) : null,
            Request = (RequestKind)row.GetInt32(20) == RequestKind.FromStranger ? true : null,
            Hidden = row.GetInt64(21) > 0 && row.GetInt64(21) >= row.GetInt64(12) ? true : null,
        }, row.GetInt64(15)),
        user);

    /// <summary>
    /// What <c>subscribed</c> says to somebody whose <c>joined</c> is that event: he has read up to it, and the events go on with it. The members are
    /// those before it, as an entry always stands for the room as of its <c>last</c>: who counts on from there by the events counts right.
    /// </summary>
    public static RoomEntry? AtJoining(StoreConnection store, Guid room, Guid user, long joinedSeq) => ReadAtJoining(store, room, user, joinedSeq) is not { } entry ? null
        : entry.Room.Direct is true ? entry with { People = Conversations.Others(store, user).GetValueOrDefault(room, []) }
        : entry;

    private static RoomEntry? ReadAtJoining(StoreConnection store, Guid room, Guid user, long joinedSeq) => store.First(
        "select " + RoomColumns + ", (select coalesce(sum(case when kind = 4 then 1 else -1 end * json_array_length(data, '$.users')), 0) from events e where e.room = r.id and e.seq >= $2 and kind in (4, 5, 6)), "
        + "coalesce((select muted_until from restrictions x where x.room = r.id and x.user = $3), 0), coalesce((select request from members m where m.user = $3 and m.room = r.id), 0) "
        + "from rooms r join room_heads h on h.room = r.id where r.id = $1",
        row =>
        {
            var info = Room(row);
            var members = info.Members - row.GetInt32(11);
            return new RoomEntry(info with { Members = members }, row.IdOrNull(4) == user ? Roles.Owner : Roles.Member, First, joinedSeq - 1, joinedSeq - 1, 0)
            {
                MutedUntil = row.GetInt64(12) > 0 ? row.Time(12) : null,
                Request = (RequestKind)row.GetInt32(13) == RequestKind.FromStranger ? true : null,
            };
        },
        room, joinedSeq, user);

    /// <summary>A room, where that user may see it.</summary>
    public static RoomInfo? Visible(StoreConnection store, Guid room, Guid user) => store.First(
        "select " + RoomColumns + " from rooms r join room_heads h on h.room = r.id where r.id = $1 and r.deleted_at is null "
        + "and (r.private = 0 or exists (select 1 from members m where m.user = $2 and m.room = r.id))",
        Room, room, user);

    /// <summary>The rooms that a user may see, by name, behind a name and id.</summary>
    public static List<(RoomInfo Room, string Key)> Search(StoreConnection store, Guid user, string pattern, string afterKey, Guid afterId, int limit) => store.All(
        "select " + RoomColumns + ", r.name_key from rooms r join room_heads h on h.room = r.id where r.deleted_at is null "
        + "and (r.name_key, r.id) > ($2, $3) and r.direct = 0 and (r.archived = 0 or exists (select 1 from members m where m.user = $1 and m.room = r.id)) and instr(r.name_key, $4) > 0 "
        + "and (r.private = 0 or exists (select 1 from members m where m.user = $1 and m.room = r.id)) order by r.name_key, r.id limit $5",
        static row => (Room(row), row.GetString(11)), user, afterKey, afterId, pattern, limit);

    private static RoomInfo Room(SqliteDataReader row)
    {
        var lastAt = row.GetInt64(6);
        return new RoomInfo(row.Id(0), row.GetString(1), row.GetInt64(3) != 0, row.GetInt32(7), row.Time(5))
        {
            Topic = row.GetString(2) is { Length: > 0 } topic ? topic : null,
            Owner = row.IdOrNull(4),
            Direct = row.GetInt64(10) != 0 ? true : null,
            Announce = row.GetInt64(8) != 0 ? true : null,
            Archived = row.GetInt64(9) != 0 ? true : null,
            LastActivityAt = lastAt > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(lastAt) : null,
        };
    }
}
