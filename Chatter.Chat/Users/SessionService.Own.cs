using Chatter.Chat.Protocol;
using Chatter.Chat.Storage;
using Microsoft.EntityFrameworkCore;

namespace Chatter.Chat.Users;

/// <summary>A user's own sessions: seeing them, and ending them.</summary>
public sealed partial class SessionService
{
    private static readonly Refusal ChangedMeanwhile = new(ErrorCodes.Conflict, "The account was changed elsewhere at the same time. Try again.");

    /// <summary>A user's sessions that haven't ended, the latest used first.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="current">By which he asks.</param>
    /// <param name="cancel">The caller's end.</param>
    /// <exception cref="StoreUnavailableException">The store didn't answer.</exception>
    internal async Task<IReadOnlyList<SessionInfo>> List(Guid user, Guid current, CancellationToken cancel)
    {
        const string Sql = "select id, created_at, last_seen_at, device, address from sessions where user_id = $1 and revoked_at is null and expires_at > $2";
        var found = await database.Read(user, store => store.All(Sql, static row => new SessionInfo(row.Id(0), row.Time(1), row.Time(2), false) { Device = row.TextOrNull(3), Address = row.TextOrNull(4) }, user, time.GetUtcNow().ToUnixTimeMilliseconds()), cancel);
        // Uses are written down now and then; in between they are here.
        return [.. found.Select(s => s with { Current = s.Id == current, LastSeenAt = _seen.TryGetValue(s.Id, out var seen) && seen > s.LastSeenAt ? seen : s.LastSeenAt }).OrderByDescending(static s => s.LastSeenAt).ThenBy(static s => s.Id)];
    }

    /// <summary>Ends one of a user's own sessions.</summary>
    /// <returns>False where he has none of that id, whether somebody else has it or nobody.</returns>
    internal async Task<bool> RevokeOwn(Guid user, Guid session, CancellationToken cancel)
    {
        await using var context = await contexts.CreateDbContextAsync(cancel);
        var found = await context.Sessions.Where(s => s.UserId == user && s.Id == session && s.RevokedAt == null).ToListAsync(cancel);
        await End(context, found);
        return found.Count > 0;
    }

    /// <summary>Ends all of a user's sessions but one.</summary>
    internal async Task RevokeOthers(Guid user, Guid keep, CancellationToken cancel)
    {
        await using var context = await contexts.CreateDbContextAsync(cancel);
        await End(context, await Others(context, user, keep, cancel));
    }

    /// <summary>
    /// Gives an account another password and ends all its sessions but one, in one commit. No login is under way meanwhile: it would be one by the old password.
    /// </summary>
    /// <param name="userId">Whose.</param>
    /// <param name="known">The hash of the old password, as it was compared.</param>
    /// <param name="hash">The hash of the new one.</param>
    /// <param name="keep">The session that stays.</param>
    /// <param name="cancel">The caller's end.</param>
    internal Task<Outcome<bool>> ReplacePassword(Guid userId, string known, string hash, Guid keep, CancellationToken cancel) => BetweenLogins<Outcome<bool>>(userId, async () =>
    {
        await using var context = await contexts.CreateDbContextAsync(cancel);
        if (await context.Users.SingleOrDefaultAsync(u => u.Id == userId, cancel) is not { } user || user.PasswordHash != known) return ChangedMeanwhile;
        (user.PasswordHash, user.SecurityStamp, user.ConcurrencyStamp) = (hash, Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        try
        {
            await End(context, await Others(context, userId, keep, cancel));
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            return ChangedMeanwhile;
        }
    }, cancel);

    /// <summary>Does something while nobody logs in to that account.</summary>
    internal async Task<T> BetweenLogins<T>(Guid user, Func<Task<T>> action, CancellationToken cancel)
    {
        var opening = Opening(user);
        await opening.WaitAsync(cancel);
        try
        {
            return await action();
        }
        finally
        {
            opening.Release();
        }
    }

    /// <summary>All of a user's sessions, ended or not.</summary>
    internal Task<List<Guid>> Ids(Guid user, CancellationToken cancel) => database.Read(user, store => store.All("select id from sessions where user_id = $1", static row => row.Id(0), user), cancel);

    /// <summary>The store has these sessions no longer: drops them here, and closes their sockets.</summary>
    internal void Gone(IReadOnlyCollection<Guid> ended)
    {
        foreach (var session in ended) _cache.Remove(session);
        foreach (var session in ended) connections.CloseSession(session, CloseCodes.NotAuthenticated);
    }

    private static Task<List<UserSession>> Others(ChatterDbContext context, Guid user, Guid keep, CancellationToken cancel) =>
        context.Sessions.Where(s => s.UserId == user && s.Id != keep && s.RevokedAt == null).ToListAsync(cancel);

    private async Task End(ChatterDbContext context, List<UserSession> ended)
    {
        var now = time.GetUtcNow();
        foreach (var session in ended) session.RevokedAt = now;
        await SaveRevoked(context, [.. ended.Select(static session => session.Id)]);
        foreach (var session in ended) connections.CloseSession(session.Id, CloseCodes.NotAuthenticated);
    }
}
