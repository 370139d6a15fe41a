using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Microsoft.EntityFrameworkCore;

namespace Chatter.Chat.Users;

public sealed partial class SessionService
{
    private static readonly Refusal PasswordChanged = new(ErrorCodes.BadCredentials, "The name or the password is wrong.");
    private static readonly Refusal AlreadyLoggedIn = new(ErrorCodes.AlreadyLoggedIn, "This account is logged in elsewhere. Log out there first.");

    // Two logins of one user at once must see each other's session where only one may be; 64 locks do for all users.
    private readonly SemaphoreSlim[] _openings = [.. Enumerable.Range(0, 64).Select(static _ => new SemaphoreSlim(1, 1))];

    /// <summary>Opens a session for who has proved who he is, with a new token, as single-session mode allows.</summary>
    internal async Task<Outcome<SignedIn>> Open(ChatterUser user, ClientInfo client, CancellationToken cancel)
    {
        var opening = Opening(user.Id);
        await opening.WaitAsync(cancel);
        try
        {
            await using var context = await contexts.CreateDbContextAsync(cancel);
            // The password was changed, or the account deleted, since it was compared: that ended all sessions, and no further one may begin by it.
            if (!await context.Users.AnyAsync(u => u.Id == user.Id && u.PasswordHash == user.PasswordHash, cancel)) return PasswordChanged;
            var now = time.GetUtcNow();
            var known = await context.Sessions.Where(s => s.UserId == user.Id && s.ExpiresAt > now).OrderByDescending(static s => s.LastSeenAt).ToListAsync(cancel);
            var others = known.FindAll(static other => other.RevokedAt is null);
            if (settings.Value.Single == SingleSession.Refuse && others.Exists(other => connections.HasSocket(other.Id))) return AlreadyLoggedIn;

            var signedIn = Add(context, user, client);
            var replaces = settings.Value.Single == SingleSession.Replace;
            var ended = replaces ? others : [.. others.Skip(settings.Value.PerUser - 1)];
            if (ended.Count > 0 && !replaces) metrics.LimitHit(nameof(SessionsSettings.PerUser));
            foreach (var other in ended) other.RevokedAt = now;
            // A program that logs in each time it has something to say must not fill the table with what it ended.
            context.Sessions.RemoveRange(known.Where(static other => other.RevokedAt is not null).Except(ended).Skip(settings.Value.PerUser));
            await SaveRevoked(context, [.. ended.Select(static other => other.Id)]);
            foreach (var other in ended) connections.CloseSession(other.Id, replaces ? CloseCodes.Replaced : CloseCodes.NotAuthenticated);
            return signedIn;
        }
        finally
        {
            opening.Release();
        }
    }

    private SemaphoreSlim Opening(Guid user) => _openings[(uint)user.GetHashCode() % _openings.Length];

    /// <summary>Adds a session to what the context saves next.</summary>
    internal SignedIn Add(ChatterDbContext context, ChatterUser user, ClientInfo client)
    {
        var token = Tokens.New(Tokens.SessionPrefix);
        // What is stored has milliseconds, and the answer must not promise more.
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        var session = new UserSession
        {
            Id = Guid.CreateVersion7(now),
            UserId = user.Id,
            TokenHash = TokenHash.Of(token).ToBytes(),
            Device = client.Device,
            Address = AddressGroup.Of(client.Address),
            CreatedAt = now,
            LastSeenAt = now,
            ExpiresAt = Earlier(now + settings.Value.Sliding, now + settings.Value.Absolute),
            EndsAt = now + settings.Value.Absolute,
        };
        context.Sessions.Add(session);
        _seen[session.Id] = now;
        return new SignedIn(token, session.ExpiresAt, user.ToInfo());
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
