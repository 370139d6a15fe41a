using Chatter.Chat.Protocol;
using Chatter.Chat.Storage;

namespace Chatter.Chat.RoomLog;

/// <summary>A room as the store has it.</summary>
internal sealed record RoomRow(Guid Id, string Name, string Topic, bool Private, Guid? Owner, DateTimeOffset CreatedAt, bool Deleted, bool Announce, bool Archived, bool Direct);

/// <summary>What every append to a room changes.</summary>
internal sealed class RoomHead
{
    public long LastSeq { get; set; }

    public long LastAt { get; set; }

    /// <summary>Messages in the log, apart from other events.</summary>
    public long Messages { get; set; }

    public int Members { get; set; }
}

/// <summary>What a membership in a conversation that somebody else began is, until its member writes or accepts it.</summary>
internal enum RequestKind
{
    /// <summary>None: a membership as others.</summary>
    None = 0,

    /// <summary>Of whom one shares a room with.</summary>
    Unanswered = 1,

    /// <summary>Of a stranger.</summary>
    FromStranger = 2,
}

/// <summary>A membership, with its read mark.</summary>
internal sealed class MemberRow
{
    public required string Role { get; set; }

    public DateTimeOffset JoinedAt { get; init; }

    public long JoinedSeq { get; init; }

    public long ReadSeq { get; set; }

    /// <summary>Messages up to <see cref="ReadSeq"/>.</summary>
    public long ReadMessages { get; set; }

    /// <summary>Own messages after <see cref="ReadSeq"/>: not 0 only where the mark was moved back.</summary>
    public long OwnAfter { get; set; }

    /// <summary>Until when he may not write, in Unix milliseconds; 0 where he may.</summary>
    public long MutedUntil { get; set; }

    /// <summary>What the membership is as long as its member hasn't answered who began the conversation.</summary>
    public RequestKind Request { get; set; }

    public long Unread(RoomHead head) => head.Messages - ReadMessages - OwnAfter;
}

/// <summary>
/// The writer's transaction: what operations read and write in it. Heads and memberships are read once, kept for later batches (<see cref="LogMemory"/>),
/// and written back once a batch, however many appends they serve.
/// </summary>
internal sealed class WriteBatch(StoreConnection store, LogMemory memory, DateTimeOffset now)
{
    private readonly HashSet<Guid> _changedHeads = [];
    private readonly HashSet<(Guid Room, Guid User)> _changedMembers = [];

    public StoreConnection Store => store;

    /// <summary>The clock at the start of the batch, in whole milliseconds as the store keeps it.</summary>
    public DateTimeOffset Now => now;

    /// <summary>The events appended, in order.</summary>
    public List<RoomEvent> Appended { get; } = [];

    /// <summary>A room that isn't deleted, or null.</summary>
    public RoomRow? Room(Guid id)
    {
        if (memory.Rooms.TryGetValue(id, out var room)) return room;
        room = store.First(
            "select name, topic, private, owner, created_at, deleted_at, announce, archived, direct from rooms where id = $1",
            row => new RoomRow(id, row.GetString(0), row.GetString(1), row.GetInt64(2) != 0, row.IdOrNull(3), row.Time(4), !row.IsDBNull(5), row.GetInt64(6) != 0, row.GetInt64(7) != 0, row.GetInt64(8) != 0), id);
        if (room is { Deleted: true }) room = null;
        memory.Rooms.Add(id, room);
        return room;
    }

    /// <summary>What was read of a room is no longer so.</summary>
    public void RoomChanged(Guid id) => memory.Rooms.Remove(id);

    /// <summary>The head of a room that exists.</summary>
    public RoomHead Head(Guid room)
    {
        if (memory.Heads.TryGetValue(room, out var head)) return head;
        head = store.First(
            "select last_seq, last_at, messages, members from room_heads where room = $1",
            static row => new RoomHead { LastSeq = row.GetInt64(0), LastAt = row.GetInt64(1), Messages = row.GetInt64(2), Members = row.GetInt32(3) }, room)
            ?? throw new InvalidOperationException($"Room {room} has no head.");
        memory.Heads.Add(room, head);
        return head;
    }

    /// <summary>A membership, or null.</summary>
    public MemberRow? Member(Guid room, Guid user)
    {
        if (memory.Members.TryGetValue((room, user), out var member)) return member;
        member = store.First(
            "select role, joined_at, joined_seq, read_seq, read_messages, own_after, " + MutedUntil + ", request from members where user = $1 and room = $2",
            static row => new MemberRow
            {
                Role = MemberRoles.Name(row.GetInt32(0)),
                JoinedAt = row.Time(1),
                JoinedSeq = row.GetInt64(2),
                ReadSeq = row.GetInt64(3),
                ReadMessages = row.GetInt64(4),
                OwnAfter = row.GetInt64(5),
                MutedUntil = row.GetInt64(6),
                Request = (RequestKind)row.GetInt32(7),
            },
            user, room);
        memory.Members.Add((room, user), member);
        return member;
    }

    private const string MutedUntil = "coalesce((select muted_until from restrictions where room = $2 and user = $1), 0)";

    /// <summary>A changed membership is written with the batch.</summary>
    public void MemberChanged(Guid room, Guid user) => _changedMembers.Add((room, user));

    /// <summary>Adds a member, just before whose <c>joined</c> the read mark stands.</summary>
    /// <param name="room">The room.</param>
    /// <param name="user">The user.</param>
    /// <param name="role">One of <see cref="Roles"/>.</param>
    /// <param name="joinedSeq">The seq of the <c>joined</c>.</param>
    /// <param name="request">What it is until the member answers.</param>
    /// <param name="by">Who asks for that.</param>
    public MemberRow AddMember(Guid room, Guid user, string role, long joinedSeq, RequestKind request = RequestKind.None, Guid? by = null)
    {
        var head = Head(room);
        var member = new MemberRow { Role = role, JoinedAt = now, JoinedSeq = joinedSeq, ReadSeq = joinedSeq - 1, ReadMessages = head.Messages, MutedUntil = store.First("select " + MutedUntil, static row => row.GetInt64(0), user, room), Request = request };
        store.Execute(
            "insert into members (user, room, role, joined_at, joined_seq, read_seq, read_messages, own_after, request, request_by) values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9)",
            user, room, MemberRoles.Number(role), now.ToUnixTimeMilliseconds(), joinedSeq, member.ReadSeq, member.ReadMessages, (long)request, by);
        memory.Members[(room, user)] = member;
        head.Members++;
        _changedHeads.Add(room);
        return member;
    }

    public void RemoveMember(Guid room, Guid user)
    {
        store.Execute("delete from members where user = $1 and room = $2", user, room);
        memory.Members[(room, user)] = null;
        _changedMembers.Remove((room, user));
        Head(room).Members--;
        _changedHeads.Add(room);
    }

    /// <summary>Creates a room's head; the room itself is the caller's.</summary>
    public void AddHead(Guid room)
    {
        store.Execute("insert into room_heads (room, last_seq, last_at, messages, members) values ($1, 0, 0, 0, 0)", room);
        memory.Heads[room] = new RoomHead();
        memory.Rooms.Remove(room);
    }

    /// <summary>The <c>seq</c> that the next event of a room gets.</summary>
    public long NextSeq(Guid room) => Head(room).LastSeq + 1;

    /// <summary>
    /// Appends an event to its room's log: gives it its seq and time. The time never runs backwards within a room, whatever the clock does;
    /// the order is by seq alone.
    /// </summary>
    public RoomEvent Append(RoomEvent draft)
    {
        var head = Head(draft.Room);
        head.LastSeq++;
        head.LastAt = Math.Max(head.LastAt, now.ToUnixTimeMilliseconds());
        if (draft.Kind == EventKinds.Message) head.Messages++;
        _changedHeads.Add(draft.Room);
        var item = draft with { Seq = head.LastSeq, At = DateTimeOffset.FromUnixTimeMilliseconds(head.LastAt) };
        EventRows.Insert(store, item, head.Messages);
        Appended.Add(item);
        return item;
    }

    /// <summary>Writes what was kept back: heads and memberships.</summary>
    public void Flush()
    {
        foreach (var room in _changedHeads)
        {
            var head = memory.Heads[room];
            store.Execute("update room_heads set last_seq = $2, last_at = $3, messages = $4, members = $5 where room = $1", room, head.LastSeq, head.LastAt, head.Messages, head.Members);
        }
        foreach (var (room, user) in _changedMembers)
        {
            if (memory.Members[(room, user)] is not { } member) continue;
            store.Execute(
                "update members set role = $3, read_seq = $4, read_messages = $5, own_after = $6, request = $7 where user = $1 and room = $2",
                user, room, MemberRoles.Number(member.Role), member.ReadSeq, member.ReadMessages, member.OwnAfter, (long)member.Request);
        }
    }
}

/// <summary>Roles as the store has them.</summary>
internal static class MemberRoles
{
    public static int Number(string role) => role switch { Roles.Owner => 1, Roles.Moderator => 2, _ => 0 };

    public static string Name(int number) => number switch { 1 => Roles.Owner, 2 => Roles.Moderator, _ => Roles.Member };
}
