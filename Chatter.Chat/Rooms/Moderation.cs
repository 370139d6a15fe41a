using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Rooms;

/// <summary>Gives a member another role, or mutes him for a while; what is null stays.</summary>
/// <param name="user">Who does it: the owner for roles, a moderator too for muting.</param>
/// <param name="room">Where.</param>
/// <param name="target">To whom.</param>
/// <param name="role"><see cref="Roles.Moderator"/> or <see cref="Roles.Member"/>.</param>
/// <param name="mutedFor">For how long; zero lets him write again.</param>
internal sealed class ChangeMember(UserRef user, Guid room, Guid target, string? role, TimeSpan? mutedFor) : RoomOperation<bool>(user)
{
    public static readonly Refusal NobodyThere = new(ErrorCodes.NoSuchUser, "Nobody of that id is in the room.");

    protected override Outcome<bool> Decide(WriteBatch batch)
    {
        var access = role is null ? RoomAccess.EnterAsModerator(batch, room, User.Id) : RoomAccess.EnterAsOwner(batch, room, User.Id);
        if (!access.Is(out var entered, out var refusal)) return refusal;
        if (batch.Member(room, target) is not { } member) return NobodyThere;
        if (target == User.Id) return Refusal.InvalidField("userId", "You can't do that to yourself.");
        if (RoomAccess.MayActOn(entered.Member, member) is { } mayNot) return mayNot;
        var named = new UserRef(target, NameOf(batch, target) ?? "");
        if (role is not null && role != member.Role)
        {
            member.Role = role;
            batch.MemberChanged(room, target);
            batch.Append(Draft(room, EventKinds.Role) with { From = User, User = named, Role = role });
        }
        if (mutedFor is { } time) Mute(batch, member, named, time);
        return true;
    }

    private void Mute(WriteBatch batch, MemberRow member, UserRef named, TimeSpan time)
    {
        var isMuted = member.MutedUntil > batch.Now.ToUnixTimeMilliseconds();
        if (time == TimeSpan.Zero && !isMuted) return;
        var until = time == TimeSpan.Zero ? (DateTimeOffset?)null : batch.Now + time;
        member.MutedUntil = until?.ToUnixTimeMilliseconds() ?? 0;
        batch.Store.Execute(
            "insert into restrictions (room, user, muted_until) values ($1, $2, $3) on conflict (room, user) do update set muted_until = excluded.muted_until", room, target, member.MutedUntil);
        batch.Append(Draft(room, EventKinds.Muted) with { From = User, User = named, Until = until });
    }
}

/// <summary>Keeps somebody out of a room, who is removed from it where he is in.</summary>
internal sealed class BanUser(UserRef user, Guid room, Guid target, TimeSpan? time, string? reason) : RoomOperation<bool>(user)
{
    private static readonly Refusal Nobody = new(ErrorCodes.NoSuchUser, "There is nobody of that id.");

    protected override Outcome<bool> Decide(WriteBatch batch)
    {
        if (!RoomAccess.EnterAsModerator(batch, room, User.Id).Is(out var entered, out var refusal)) return refusal;
        if (target == User.Id) return Refusal.InvalidField("userId", "You can't ban yourself. Leave the room instead.");
        if (NameOf(batch, target) is not { } name) return Nobody;
        if (RoomAccess.MayChangeBan(batch, room, entered.Member, target) is { } mayNotChange) return mayNotChange;
        if (batch.Member(room, target) is { } member)
        {
            if (RoomAccess.MayActOn(entered.Member, member) is { } mayNot) return mayNot;
            RemoveMember.Remove(batch, User, room, new UserRef(target, name), reason, banned: true);
        }
        batch.Store.Execute(
            "insert into restrictions (room, user, banned_until, banned_by, banned_at, reason) values ($1, $2, $3, $4, $5, $6) on conflict (room, user) do update set "
            + "banned_until = excluded.banned_until, banned_by = excluded.banned_by, banned_at = excluded.banned_at, reason = excluded.reason",
            room, target, time is { } length ? (batch.Now + length).ToUnixTimeMilliseconds() : long.MaxValue, User.Id, batch.Now.ToUnixTimeMilliseconds(), string.IsNullOrEmpty(reason) ? null : reason);
        return true;
    }
}

/// <summary>Lets somebody join again who was banned.</summary>
internal sealed class LiftBan(UserRef user, Guid room, Guid target) : RoomOperation<bool>(user)
{
    protected override Outcome<bool> Decide(WriteBatch batch)
    {
        if (!RoomAccess.EnterAsModerator(batch, room, User.Id).Is(out var entered, out var refusal)) return refusal;
        if (RoomAccess.MayChangeBan(batch, room, entered.Member, target) is { } mayNot) return mayNot;
        return batch.Store.Execute("update restrictions set banned_until = 0, reason = null where room = $1 and user = $2 and banned_until > 0", room, target) > 0;
    }
}

/// <summary>Who is banned, for moderators.</summary>
internal static class Bans
{
    public static Outcome<IReadOnlyList<BanInfo>> Of(StoreConnection store, Guid room, Guid user, DateTimeOffset now)
    {
        if (RoomAccess.MayRead(store, room, user) is { } refusal) return refusal;
        var role = store.First("select role from members where user = $1 and room = $2", static row => MemberRoles.Name(row.GetInt32(0)), user, room);
        if (Roles.Rank(role ?? Roles.Member) == 0) return RoomAccess.ModeratorsOnly;
        return store.All(
            "select r.user, u.user_name, r.banned_by, b.user_name, r.banned_at, r.banned_until, r.reason from restrictions r join users u on u.id = r.user join users b on b.id = r.banned_by "
            + "where r.room = $1 and r.banned_until > $2 order by r.banned_at desc limit $3",
            static row => new BanInfo(new UserRef(row.Id(0), row.GetString(1)), new UserRef(row.Id(2), row.GetString(3)), row.Time(4))
            {
                Until = row.GetInt64(5) == long.MaxValue ? null : row.Time(5),
                Reason = row.TextOrNull(6),
            },
            room, now.ToUnixTimeMilliseconds(), Most);
    }

    /// <summary>The newest that are listed.</summary>
    private const int Most = 200;
}
