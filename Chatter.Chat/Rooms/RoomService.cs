using Chatter.Chat.Broadcasting;
using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Telemetry;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Rooms;

/// <summary>A page of rooms; <paramref name="Next"/> is what to ask for the next one with, or null at the end.</summary>
internal sealed record RoomPage(IReadOnlyList<RoomInfo> Rooms, string? Next);

/// <summary>A page of members.</summary>
internal sealed record MemberPage(IReadOnlyList<MemberInfo> Members, string? Next);

/// <summary>Rooms and memberships, for whoever awaits them.</summary>
internal sealed class RoomService(Database database, EventWriter writer, Connections connections, IOptions<LimitsSettings> limits, TimeProvider time, ChatterMetrics metrics)
{
    private static readonly TimeSpan InviteLife = TimeSpan.FromDays(7);

    public Task<Outcome<RoomInfo>> Create(UserRef user, string name, string topic, bool isPrivate) =>
        Count(nameof(LimitsSettings.RoomsPerUser), ErrorCodes.TooManyRooms, writer.Do(new CreateRoom(user, name, topic, isPrivate, limits.Value.RoomsPerUser, limits.Value.EmptyRoomsPerUser)));

    public Task<Outcome<Joined>> Join(UserRef user, Guid room, string? invite) =>
        Count(nameof(LimitsSettings.RoomsPerUser), ErrorCodes.TooManyRooms, writer.Do(new JoinRoom(user, room, Invites.Hash(invite), limits.Value.RoomsPerUser)));

    public async Task<Outcome<Conversation>> Converse(UserRef user, IReadOnlyList<Guid> others, CancellationToken cancel)
    {
        var strangers = await database.Read(user.Id, store => others.Distinct().Take(Conversations.MostPeople).Where(other => Requests.AreStrangers(store, user.Id, other)).ToHashSet(), cancel);
        return await Count(nameof(LimitsSettings.RoomsPerUser), ErrorCodes.TooManyRooms, writer.Do(new BeginConversation(user, others, strangers, limits.Value.RoomsPerUser)));
    }

    public Task<Outcome<bool>> Leave(UserRef user, Guid room) => writer.Do(new LeaveRoom(user, room));

    public Task<Outcome<RoomInfo>> Update(UserRef user, Guid room, RoomUpdate update) => writer.Do(new UpdateRoom(user, room, update));

    public Task<Outcome<bool>> ChangeMember(UserRef user, Guid room, Guid target, string? role, TimeSpan? mutedFor) => writer.Do(new ChangeMember(user, room, target, role, mutedFor));

    public Task<Outcome<bool>> Ban(UserRef user, Guid room, Guid target, TimeSpan? time, string? reason) => writer.Do(new BanUser(user, room, target, time, reason));

    public Task<Outcome<bool>> LiftBan(UserRef user, Guid room, Guid target) => writer.Do(new LiftBan(user, room, target));

    /// <summary>Who may not join, for moderators.</summary>
    public Task<Outcome<IReadOnlyList<BanInfo>>> Bans(Guid user, Guid room, CancellationToken cancel) => database.Answer(user, store => Rooms.Bans.Of(store, room, user, time.GetUtcNow()), cancel);

    public Task<Outcome<CreatedInvite>> Invite(UserRef user, Guid room, TimeSpan? expiresIn, int? uses) =>
        Count(nameof(LimitsSettings.InvitesPerRoom), ErrorCodes.RateLimited, writer.Do(new CreateInvite(user, room, expiresIn ?? InviteLife, uses, limits.Value.InvitesPerRoom)));

    public Task<Outcome<bool>> Remove(UserRef user, Guid room, Guid target, string? reason) => writer.Do(new RemoveMember(user, room, target, reason));

    public Task<Outcome<MembershipFrame?>> ChangeMembership(UserRef user, Guid room, MembershipWish wish) =>
        Count(nameof(LimitsSettings.RoomsPerUser), ErrorCodes.TooManyRooms, writer.Do(new ChangeMembership(user, room, wish, limits.Value.RoomsPerUser)));

    public Task<Outcome<RoomInfo>> Get(Guid user, Guid room, CancellationToken cancel) =>
        database.Answer<RoomInfo>(user, store => RoomEntries.Visible(store, room, user) is { } info ? info : RoomAccess.NoSuchRoom, cancel);

    public Task<Outcome<RoomPage>> List(Guid user, string? search, string? after, int limit, CancellationToken cancel)
    {
        var (afterKey, afterId) = ("", Guid.Empty);
        if (after is not null && !PageCursor.TryRead(after, out afterId, out afterKey)) return Task.FromResult<Outcome<RoomPage>>(PageCursor.Wrong);
        var pattern = Text.RoomNameKey((search ?? "").Trim());
        return database.Answer<RoomPage>(
            user,
            store =>
            {
                var found = RoomEntries.Search(store, user, pattern, afterKey, afterId, limit + 1);
                var next = found.Count > limit ? PageCursor.Write(found[limit - 1].Room.Id, found[limit - 1].Key) : null;
                return new RoomPage([.. found.Take(limit).Select(static row => row.Room)], next);
            },
            cancel);
    }

    public Task<Outcome<MemberPage>> Members(Guid user, Guid room, string? after, int limit, CancellationToken cancel)
    {
        var (afterSeq, afterId) = (0L, Guid.Empty);
        if (after is not null && (!PageCursor.TryRead(after, out afterId, out var text) || !long.TryParse(text, out afterSeq))) return Task.FromResult<Outcome<MemberPage>>(PageCursor.Wrong);
        return database.Answer<MemberPage>(
            user,
            store =>
            {
                if (RoomAccess.MayRead(store, room, user) is { } refusal) return refusal;
                var found = store.All(
                    SelectMembers("$5") + "where m.room = $1 and (m.joined_seq, m.user) > ($2, $3) order by m.joined_seq, m.user limit $4",
                    row => (Member: ReadMember(row), Seq: row.GetInt64(UserRows.Count + 2)), room, afterSeq, afterId, limit + 1, user);
                var next = found.Count > limit ? PageCursor.Write(found[limit - 1].Member.User.Id, found[limit - 1].Seq.ToString(System.Globalization.CultureInfo.InvariantCulture)) : null;
                return new MemberPage([.. found.Take(limit).Select(static row => row.Member)], next);
            },
            cancel);
    }

    /// <summary>One member of a room, for its members.</summary>
    public Task<Outcome<MemberInfo>> Member(Guid user, Guid room, Guid wanted, CancellationToken cancel) => database.Answer<MemberInfo>(
        user, store => RoomAccess.MayRead(store, room, user) is { } refusal ? refusal
            : store.First(SelectMembers("$3") + "where m.room = $1 and m.user = $2", ReadMember, room, wanted, user) is { } member ? member
            : Rooms.ChangeMember.NobodyThere,
        cancel);

    private static string SelectMembers(string asker) =>
        "select " + UserRows.Columns + ", m.role, m.joined_at, m.joined_seq, coalesce(x.muted_until, 0), " + UserRows.LastSeen + ", " + Blocks.Has("m.user", asker) + " "
        + "from members m join users u on u.id = m.user left join restrictions x on x.room = m.room and x.user = m.user ";

    private MemberInfo ReadMember(SqliteDataReader row)
    {
        // Whom somebody blocked isn't told whether they are there.
        var presence = row.GetInt64(UserRows.Count + 5) == 1 ? new UserPresence(row.Id(0), PresenceStatus.Offline) : connections.Presence(row.Id(0), row.TimeOrNull(UserRows.Count + 4));
        return new MemberInfo(UserRows.Map(row), MemberRoles.Name(row.GetInt32(UserRows.Count)), presence.Status != PresenceStatus.Offline, row.Time(UserRows.Count + 1))
        {
            MutedUntil = row.GetInt64(UserRows.Count + 3) > 0 ? row.Time(UserRows.Count + 3) : null,
            Presence = presence.Status,
            LastSeenAt = presence.LastSeenAt,
        };
    }

    /// <summary>All rooms of a user with where he stands in them.</summary>
    public Task<Outcome<IReadOnlyList<RoomEntry>>> Mine(Guid user, CancellationToken cancel) =>
        database.Answer<IReadOnlyList<RoomEntry>>(user, store => RoomEntries.Of(store, user).ConvertAll(static membership => membership.Entry), cancel);

    /// <summary>Counts the refusals that a limit is the reason of.</summary>
    private async Task<Outcome<T>> Count<T>(string limit, string code, Task<Outcome<T>> operation)
    {
        var outcome = await operation;
        if (outcome.Refusal?.Code == code) metrics.LimitHit(limit);
        return outcome;
    }
}
