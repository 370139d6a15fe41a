using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Rooms;

/// <summary>
/// The one door to a room: (room, user) → membership, or why not. A private room that one isn't in answers in every respect like one that
/// doesn't exist, so nothing here says more than that.
/// </summary>
internal static class RoomAccess
{
    public static Refusal NoSuchRoom { get; } = new(ErrorCodes.NoSuchRoom, "There is no such room, or it is private and you are not in it.");

    public static Refusal NotAMember { get; } = new(ErrorCodes.NotAMember, "You are not in this room. Join it first.");

    public static Refusal OwnersOnly { get; } = new(ErrorCodes.Forbidden, "Only the room's owner may do that.");

    public static Refusal ModeratorsOnly { get; } = new(ErrorCodes.Forbidden, "Only the room's owner and moderators may do that.");

    private static Refusal HigherOnly { get; } = new(ErrorCodes.Forbidden, "Moderators may do that to members, and the owner to both.");

    private static Refusal Archived { get; } = new(ErrorCodes.Forbidden, "The room is archived: nobody writes there any longer.");

    private static Refusal Announcements { get; } = new(ErrorCodes.Forbidden, "Only the room's owner and moderators write there.");

    /// <summary>For operations of the writer, inside its transaction.</summary>
    public static Outcome<(RoomRow Room, MemberRow Member)> Enter(WriteBatch batch, Guid room, Guid user)
    {
        if (batch.Room(room) is not { } row) return NoSuchRoom;
        if (batch.Member(room, user) is { } member) return (row, member);
        return row.Private ? NoSuchRoom : NotAMember;
    }

    /// <summary>The same, for what only the owner may do.</summary>
    public static Outcome<(RoomRow Room, MemberRow Member)> EnterAsOwner(WriteBatch batch, Guid room, Guid user)
    {
        var access = Enter(batch, room, user);
        if (!access.Is(out var entered, out var refusal)) return refusal == NotAMember ? OwnersOnly : access;
        return entered.Member.Role == Roles.Owner ? access : OwnersOnly;
    }

    /// <summary>The same, for what moderators may do as well, unless they are muted. On whom they act is <see cref="MayActOn"/>'s matter.</summary>
    public static Outcome<(RoomRow Room, MemberRow Member)> EnterAsModerator(WriteBatch batch, Guid room, Guid user)
    {
        var access = Enter(batch, room, user);
        if (!access.Is(out var entered, out var refusal)) return refusal == NotAMember ? ModeratorsOnly : access;
        if (Roles.Rank(entered.Member.Role) == 0) return ModeratorsOnly;
        return MutedNow(batch, entered.Member) is { } muted ? muted : access;
    }

    /// <summary>Why a member can't do that to another, or null.</summary>
    public static Refusal? MayActOn(MemberRow member, MemberRow other) => Roles.Rank(member.Role) > Roles.Rank(other.Role) ? null : HigherOnly;

    /// <summary>Why a member can't change a ban, or null: who banned may have more to say.</summary>
    public static Refusal? MayChangeBan(WriteBatch batch, Guid room, MemberRow member, Guid banned)
    {
        var by = batch.Store.First(
            "select banned_by from restrictions where room = $1 and user = $2 and banned_until > $3", static row => row.IdOrNull(0), room, banned, batch.Now.ToUnixTimeMilliseconds());
        return by is { } who && batch.Member(room, who) is { } other && Roles.Rank(other.Role) > Roles.Rank(member.Role) ? HigherOnly : null;
    }

    /// <summary>Why a member can't do that in a room now, or null.</summary>
    public static Refusal? MayNot(WriteBatch batch, RoomAct act, Guid id, Guid user, (RoomRow Room, MemberRow Member) entered)
    {
        var (room, member) = entered;
        if (act == RoomAct.Delete) return null;
        if (room.Archived) return Archived;
        if (MutedNow(batch, member) is { } muted) return muted;
        if (room.Announce && act is (RoomAct.Write or RoomAct.Pin) && Roles.Rank(member.Role) == 0) return Announcements;
        return Blocks.InConversation(batch, id, room, user);
    }

    private static Refusal? MutedNow(WriteBatch batch, MemberRow member) => member.MutedUntil > batch.Now.ToUnixTimeMilliseconds()
        ? new Refusal(ErrorCodes.Muted, $"You are muted in this room until {DateTimeOffset.FromUnixTimeMilliseconds(member.MutedUntil):yyyy-MM-dd HH:mm} UTC.")
        : null;

    /// <summary>For reads: why that user may not read that room, or null. Call it in the snapshot that is read from.</summary>
    public static Refusal? MayRead(StoreConnection store, Guid room, Guid user)
    {
        var isPrivate = store.First("select private from rooms where id = $1 and deleted_at is null", static row => (long?)row.GetInt64(0), room);
        if (isPrivate is null) return NoSuchRoom;
        if (store.First("select 1 from members where user = $1 and room = $2", static row => row.GetInt64(0), user, room) == 1) return null;
        return isPrivate == 1 ? NoSuchRoom : NotAMember;
    }
}
