using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Microsoft.EntityFrameworkCore;

namespace Chatter.Chat.Users;

public sealed partial class SessionService
{
    private static readonly Refusal AlreadyLoggedIn = new(ErrorCodes.AlreadyLoggedIn, "This account is logged in elsewhere. Log out there first.");

    // Two logins of one user at once must see each other's session where only one may be; 64 locks do for all users.
    private readonly SemaphoreSlim[] _openings = [.. Enumerable.Range(0, 64).Select(static _ => new SemaphoreSlim(1, 1))];

    /// <summary>Opens a session for who has proved who he is, with a new token, as single-session mode allows.</summary>
    internal async Task<Outcome<SignedIn>> Open(ChatterUser user, ClientInfo client, CancellationToken cancel)
    {
        var opening = _openings[(uint)user.Id.GetHashCode() % _openings.Length];
        await opening.WaitAsync(cancel);
        try
        {
            await using var context = await contexts.CreateDbContextAsync(cancel);
            var others = await Others(context, user.Id, cancel);
            if (settings.Value.Single == SingleSession.Refuse && others.Any(other => connections.HasSocket(other.Id))) return AlreadyLoggedIn;

            var signedIn = Add(context, user, client);
            if (settings.Value.Single != SingleSession.Replace)
            {
                await context.SaveChangesAsync(cancel);
                return signedIn;
            }
            var now = time.GetUtcNow();
            foreach (var other in others) other.RevokedAt = now;
            await SaveRevoked(context, [.. others.Select(static other => other.Id)]);
            foreach (var other in others) connections.CloseSession(other.Id, CloseCodes.Replaced);
            return signedIn;
        }
        finally
        {
            opening.Release();
        }
    }

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

    private async Task<List<UserSession>> Others(ChatterDbContext context, Guid userId, CancellationToken cancel)
    {
        if (settings.Value.Single == SingleSession.Off) return [];
        var now = time.GetUtcNow();
        return await context.Sessions.Where(s => s.UserId == userId && s.RevokedAt == null && s.ExpiresAt > now).ToListAsync(cancel);
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
