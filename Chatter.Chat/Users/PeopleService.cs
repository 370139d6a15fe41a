using Chatter.Chat.Broadcasting;
using Chatter.Chat.Protocol;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Users;

/// <summary>People who were looked up.</summary>
/// <param name="Users">Who they are.</param>
/// <param name="Presence">Whether they are there: of those who share a room with who asks.</param>
internal sealed record FoundPeople(IReadOnlyList<UserInfo> Users, IReadOnlyList<UserPresence> Presence);

/// <summary>Looks people up by their ids. Who they are is everybody's to know who is logged in; whether they are there, only theirs who share a room with them, as its members see it.</summary>
internal sealed class PeopleService(Database database, Connections connections)
{
    private const string Sql =
        $"select {UserRows.Columns}, {UserRows.LastSeen}, u.id = $2 or exists (select 1 from members mine join members his on his.user = u.id and his.room = mine.room where mine.user = $2), exists (select 1 from blocks b where b.user = u.id and b.blocked = $2) "
        + $"from users u where u.id = $1 and u.id not in {DeletedUsers.Ids}";

    /// <summary>Who these are; those that there aren't, or that are gone, are left out.</summary>
    /// <exception cref="StoreUnavailableException">The store didn't answer.</exception>
    public Task<FoundPeople> Find(IReadOnlyList<Guid> ids, Guid asker, CancellationToken cancel) => database.Read(
        asker,
        store =>
        {
            var (users, presence) = (new List<UserInfo>(), new List<UserPresence>());
            foreach (var id in ids)
            {
                if (store.First(Sql, static row => (User: UserRows.Map(row), LastSeen: row.TimeOrNull(UserRows.Count), Shares: row.GetInt64(UserRows.Count + 1) == 1, IsBlocked: row.GetInt64(UserRows.Count + 2) == 1), id, asker) is not { User: { } user } found) continue;
                users.Add(user);
                // Whom somebody blocked isn't told whether they are there.
                if (found.Shares) presence.Add(found.IsBlocked ? new UserPresence(id, PresenceStatus.Offline) : connections.Presence(id, found.LastSeen));
            }
            return new FoundPeople(users, presence);
        },
        cancel);
}
