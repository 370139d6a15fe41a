using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;

namespace Chatter.Chat.Rooms;

/// <summary>What operations on rooms have in common: each decides and writes inside the writer's transaction.</summary>
internal abstract class RoomOperation<T>(UserRef user) : WriteOperation<T>
{
    public override (Guid? User, Guid? Room) About => (user.Id, null);

    protected UserRef User => user;

    /// <summary>A room as it is at this point of the transaction.</summary>
    protected static RoomInfo Describe(WriteBatch batch, Guid id)
    {
        var room = batch.Room(id) ?? throw new InvalidOperationException($"Room {id} is gone.");
        var head = batch.Head(id);
        return new RoomInfo(id, room.Name, room.Private, head.Members, room.CreatedAt)
        {
            Topic = room.Topic.Length > 0 ? room.Topic : null,
            Direct = room.Direct ? true : null,
            Announce = room.Announce ? true : null,
            Archived = room.Archived ? true : null,
            Owner = room.Owner,
            LastActivityAt = head.LastAt > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(head.LastAt) : null,
        };
    }

    /// <summary>Whether another public room has that name, or one that can't be told from it.</summary>
    protected static bool NameIsTaken(WriteBatch batch, string key, string skeleton, Guid except) => Storage.RoomRows.IsNameTaken(batch.Store, key, skeleton, except);

    protected static Refusal NameTaken { get; } = new(ErrorCodes.NameTaken, "A public room has that name already. Try another.");

    /// <summary>Why that user can't have a further room, or null. Every way into a room passes here, so who is gone, and whose last calls are still on their way, gets into none.</summary>
    protected Refusal? TooManyRooms(WriteBatch batch, int limit) => Storage.DeletedUsers.Has(batch.Store, user.Id) ? Gone : Requests.TooManyRooms(batch, user.Id, limit);

    private static Refusal Gone { get; } = new(ErrorCodes.NotAuthenticated, "The account is deleted.");

    protected static RoomEvent Draft(Guid room, string kind) => new(room, 0, Guid.CreateVersion7(), default, kind);

    /// <summary>A user's name, or null where there is none of that id, or no longer.</summary>
    protected static string? NameOf(WriteBatch batch, Guid id) => batch.Store.First("select user_name from users where id = $1 and id not in " + Storage.DeletedUsers.Ids, static row => row.GetString(0), id);

    protected static void SetOwner(WriteBatch batch, Guid room, Guid? owner)
    {
        batch.Store.Execute("update rooms set owner = $2 where id = $1", room, owner);
        batch.RoomChanged(room);
    }

    /// <summary>Lets a new owner write again: nobody else in the room could.</summary>
    protected static void LiftMute(WriteBatch batch, Guid room, UserRef owner, UserRef by)
    {
        if (batch.Member(room, owner.Id) is not { MutedUntil: > 0 } member) return;
        var isMuted = member.MutedUntil > batch.Now.ToUnixTimeMilliseconds();
        member.MutedUntil = 0;
        batch.Store.Execute("update restrictions set muted_until = 0 where room = $1 and user = $2", room, owner.Id);
        if (isMuted) batch.Append(Draft(room, EventKinds.Muted) with { From = by, User = owner });
    }
}

/// <summary>Creates a room with its owner as first member; seq 1 is his <c>joined</c>.</summary>
internal sealed class CreateRoom(UserRef user, string name, string topic, bool isPrivate, int roomsPerUser, int emptyRoomsPerUser = 50) : RoomOperation<RoomInfo>(user)
{
    private readonly Guid _id = Guid.CreateVersion7();

    private Refusal TooManyEmpty => new(ErrorCodes.TooManyRooms, $"{emptyRoomsPerUser} public rooms that you made stand empty, which is the limit. Use one of them, or wait until they go.");

    protected override Outcome<RoomInfo> Decide(WriteBatch batch)
    {
        var (key, skeleton) = (Text.RoomNameKey(name), NameSkeleton.Of(name));
        if (TooManyRooms(batch, roomsPerUser) is { } tooMany) return tooMany;
        if (!isPrivate && EmptyRooms.Of(batch, User.Id, emptyRoomsPerUser) >= emptyRoomsPerUser) return TooManyEmpty;
        if (!isPrivate && NameIsTaken(batch, key, skeleton, _id)) return NameTaken;
        batch.Store.Execute(
            "insert into rooms (id, name, name_key, skeleton, topic, private, owner, made_by, created_at) values ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
            _id, name, key, skeleton, topic, isPrivate ? 1 : 0, User.Id, batch.Now.ToUnixTimeMilliseconds());
        batch.AddHead(_id);
        batch.AddMember(_id, User.Id, Roles.Owner, batch.NextSeq(_id));
        batch.Append(Draft(_id, EventKinds.Joined) with { Users = [User] });
        return Describe(batch, _id);
    }
}

/// <summary>What <c>join</c> answers.</summary>
/// <param name="Room">The room.</param>
/// <param name="IsNew">False where one was a member already.</param>
/// <param name="Seq">The seq of one's own <c>joined</c>.</param>
internal sealed record Joined(RoomInfo Room, bool IsNew, long Seq);

/// <summary>Makes somebody a member: of a public room freely, of a private one by an invite.</summary>
internal sealed class JoinRoom(UserRef user, Guid room, byte[]? invite, int roomsPerUser) : RoomOperation<Joined>(user)
{
    protected override Outcome<Joined> Decide(WriteBatch batch)
    {
        if (batch.Room(room) is not { } row) return RoomAccess.NoSuchRoom;
        if (batch.Member(room, User.Id) is { } member) return new Joined(Describe(batch, room), false, member.JoinedSeq);
        if (row.Private && !(invite is not null && Invites.IsGood(batch, invite, row, User.Id))) return RoomAccess.NoSuchRoom;
        if (IsBanned(batch)) return Banned;
        if (TooManyRooms(batch, roomsPerUser) is { } tooMany) return tooMany;
        if (row.Private) Invites.Use(batch, invite!, User.Id);
        var orphaned = row.Owner is null;
        batch.AddMember(room, User.Id, orphaned ? Roles.Owner : Roles.Member, batch.NextSeq(room));
        var joined = batch.Append(Draft(room, EventKinds.Joined) with { Users = [User] });
        if (orphaned)
        {
            EmptyRooms.Forget(batch, room);
            SetOwner(batch, room, User.Id);
            batch.Append(Draft(room, EventKinds.Owner) with { From = User, User = User });
            LiftMute(batch, room, User, User);
        }
        return new Joined(Describe(batch, room), true, joined.Seq);
    }

    private static Refusal Banned { get; } = new(ErrorCodes.Banned, "You are banned from this room.");

    private bool IsBanned(WriteBatch batch) => batch.Store.First(
        "select banned_until from restrictions where room = $1 and user = $2", static row => row.GetInt64(0), room, User.Id) > batch.Now.ToUnixTimeMilliseconds();
}

/// <summary>
/// Ends a membership. Where the owner leaves, the longest-standing member becomes owner; a public room without members stays, a private one is deleted.
/// </summary>
internal sealed class LeaveRoom(UserRef user, Guid room) : RoomOperation<bool>(user)
{
    protected override Outcome<bool> Decide(WriteBatch batch)
    {
        if (!RoomAccess.Enter(batch, room, User.Id).Is(out var entered, out var refusal)) return refusal == RoomAccess.NotAMember ? false : refusal;
        if (entered.Room.Direct && Conversations.IsOfTwo(batch, room)) return OfTwo;
        Leave(batch, User, entered.Room, entered.Member);
        return true;
    }

    /// <summary>Ends a membership by the member's own will.</summary>
    public static void Leave(WriteBatch batch, UserRef user, RoomRow room, MemberRow member)
    {
        // Who was only asked into a conversation in which nothing was said goes with who asked.
        var asked = room.Direct && batch.Head(room.Id).Messages == 0 ? Requests.Begun(batch, room.Id, user.Id) : [];
        foreach (var one in asked.Prepend(user)) batch.RemoveMember(room.Id, one.Id);
        batch.Append(Draft(room.Id, EventKinds.Left) with { Users = [user, .. asked] });
        if (room.Direct && batch.Head(room.Id).Members == 0) Delete(batch, room.Id);
        if (member.Role != Roles.Owner) return;
        var heir = batch.Store.First(
            "select m.user, u.user_name from members m join users u on u.id = m.user where m.room = $1 order by m.joined_seq limit 1",
            static row => new UserRef(Storage.Columns.Id(row, 0), row.GetString(1)), room.Id);
        SetOwner(batch, room.Id, heir?.Id);
        if (heir is not null) Inherit(batch, user, room.Id, heir);
        else if (room.Private) Delete(batch, room.Id);
        else EmptyRooms.Note(batch, room.Id);
    }

    private static Refusal OfTwo { get; } = new(ErrorCodes.Forbidden, "A conversation of two can't be left. Mute it instead.");

    private static void Inherit(WriteBatch batch, UserRef user, Guid room, UserRef heir)
    {
        var member = batch.Member(room, heir.Id) ?? throw new InvalidOperationException("The heir is no member.");
        member.Role = Roles.Owner;
        batch.MemberChanged(room, heir.Id);
        batch.Append(Draft(room, EventKinds.Owner) with { From = user, User = heir });
        LiftMute(batch, room, heir, user);
    }

    /// <summary>Deletes a room that nobody is in.</summary>
    public static void Delete(WriteBatch batch, Guid room)
    {
        batch.Store.Execute("update rooms set deleted_at = $2, empty_since = null where id = $1", room, batch.Now.ToUnixTimeMilliseconds());
        Storage.ExpiredRows.NoteRoom(batch.Store, room, batch.Now);
        batch.RoomChanged(room);
    }
}

/// <summary>The owner or a moderator removes a member; does nothing where that user isn't in.</summary>
internal sealed class RemoveMember(UserRef user, Guid room, Guid target, string? reason) : RoomOperation<bool>(user)
{
    protected override Outcome<bool> Decide(WriteBatch batch)
    {
        if (!RoomAccess.EnterAsModerator(batch, room, User.Id).Is(out var entered, out var refusal)) return refusal;
        if (target == User.Id) return Refusal.InvalidField("userId", "You can't remove yourself. Leave the room instead.");
        if (batch.Member(room, target) is not { } member) return false;
        if (RoomAccess.MayActOn(entered.Member, member) is { } mayNot) return mayNot;
        Remove(batch, User, room, new UserRef(target, NameOf(batch, target) ?? ""), reason, banned: false);
        return true;
    }

    /// <summary>Ends a membership against the member's will.</summary>
    public static void Remove(WriteBatch batch, UserRef by, Guid room, UserRef target, string? reason, bool banned)
    {
        batch.RemoveMember(room, target.Id);
        batch.Store.Execute("insert or replace into removals (room, user, seq) values ($1, $2, $3)", room, target.Id, batch.NextSeq(room));
        batch.Append(Draft(room, EventKinds.Removed) with { From = by, Users = [target], Reason = string.IsNullOrEmpty(reason) ? null : reason, Banned = banned ? true : null });
    }
}

/// <summary>What an owner changes of a room; what is null stays.</summary>
/// <param name="Name">The name.</param>
/// <param name="Topic">The topic; empty takes it away.</param>
/// <param name="Owner">Who owns it.</param>
/// <param name="Announce">Whether only the owner and moderators write.</param>
/// <param name="Archived">Whether nobody writes any longer.</param>
internal sealed record RoomUpdate(string? Name, string? Topic, Guid? Owner, bool? Announce, bool? Archived);

/// <summary>The owner renames the room, changes its topic or who writes there, or hands it over; what doesn't change appends nothing.</summary>
internal sealed class UpdateRoom(UserRef user, Guid room, RoomUpdate update) : RoomOperation<RoomInfo>(user)
{
    protected override Outcome<RoomInfo> Decide(WriteBatch batch)
    {
        if (!RoomAccess.EnterAsOwner(batch, room, User.Id).Is(out var entered, out var refusal)) return refusal;
        var (name, topic, owner, announce, archived) = update;
        // A room keeps the name that it has, even if it is older than the rules for names, and looks like another's.
        if (name is not null && name == Text.NormalizeName(entered.Room.Name, int.MaxValue)) name = entered.Room.Name;
        var (key, skeleton) = name is null ? (null, null) : (Text.RoomNameKey(name), NameSkeleton.Of(name));
        if (key is not null && name != entered.Room.Name && !entered.Room.Private && NameIsTaken(batch, key, skeleton!, room)) return NameTaken;
        var heir = owner is { } id && id != User.Id ? batch.Member(room, id) : null;
        if (owner is not null && owner != User.Id && heir is null)
            return new Refusal(ErrorCodes.NoSuchUser, "The new owner must be a member of the room.");

        if (name is not null && name != entered.Room.Name)
        {
            batch.Store.Execute("update rooms set name = $2, name_key = $3, skeleton = $4 where id = $1", room, name, key, skeleton);
            batch.Append(Draft(room, EventKinds.Renamed) with { From = User, Name = name });
        }
        if (topic is not null && topic != entered.Room.Topic)
        {
            batch.Store.Execute("update rooms set topic = $2 where id = $1", room, topic);
            batch.Append(Draft(room, EventKinds.Topic) with { From = User, Topic = topic });
        }
        if (announce is { } some && some != entered.Room.Announce)
        {
            batch.Store.Execute("update rooms set announce = $2 where id = $1", room, some);
            batch.Append(Draft(room, EventKinds.Announce) with { From = User, On = some });
        }
        if (archived is { } nobody && nobody != entered.Room.Archived)
        {
            batch.Store.Execute("update rooms set archived = $2 where id = $1", room, nobody);
            batch.Append(Draft(room, EventKinds.Archived) with { From = User, On = nobody });
        }
        if (heir is not null) HandOver(batch, owner!.Value, entered.Member, heir);
        batch.RoomChanged(room);
        return Describe(batch, room);
    }

    private void HandOver(WriteBatch batch, Guid owner, MemberRow from, MemberRow to)
    {
        from.Role = Roles.Member;
        to.Role = Roles.Owner;
        batch.MemberChanged(room, User.Id);
        batch.MemberChanged(room, owner);
        SetOwner(batch, room, owner);
        var named = new UserRef(owner, NameOf(batch, owner) ?? "");
        batch.Append(Draft(room, EventKinds.Owner) with { From = User, User = named });
        LiftMute(batch, room, named, User);
    }
}
