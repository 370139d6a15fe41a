using Chatter.Chat.Protocol;
using Chatter.Chat.Storage;
using Chatter.Chat.Telemetry;

namespace Chatter.Chat.Users;

/// <summary>
/// Slows down guessing at an account's password. From one address it is stopped soon; from many addresses together somewhat later, but then only for
/// addresses from which the account's owner hasn't logged in lately: nobody can lock him out where he is at home. A name that doesn't exist is
/// throttled in the same way, or the throttle would tell which do.
/// </summary>
internal sealed class LoginThrottle(Database database, ChatterMetrics metrics, TimeProvider time)
{
    private const int Capacity = 100_000;
    private static readonly TimeSpan KnownFor = TimeSpan.FromDays(30);

    private readonly FailureBuckets<(string Name, string? Address)> _pairs = new(burst: 10, TimeSpan.FromMinutes(1), Capacity, time);
    private readonly FailureBuckets<string> _accounts = new(burst: 30, TimeSpan.FromMinutes(1), Capacity, time);

    /// <summary>Takes a try at an account's password.</summary>
    /// <param name="name">The normalized name.</param>
    /// <param name="address">The address's group.</param>
    /// <param name="cancel">The caller's end.</param>
    public async ValueTask<Outcome<LoginAttempt>> Take(string name, string? address, CancellationToken cancel)
    {
        if (_pairs.Take((name, address)) is { } wait) return Refuse(wait);
        if (_accounts.Take(name) is not { } accountWait) return new LoginAttempt(() => GiveBack(name, address));
        if (await IsKnown(name, address, cancel)) return new LoginAttempt(() => _pairs.GiveBack((name, address)));
        _pairs.GiveBack((name, address));
        return Refuse(accountWait);
    }

    private void GiveBack(string name, string? address)
    {
        _pairs.GiveBack((name, address));
        _accounts.GiveBack(name);
    }

    private Task<bool> IsKnown(string name, string? address, CancellationToken cancel)
    {
        const string Sql = """
            select 1 from users u join sessions s on s.user_id = u.id
            where u.normalized_user_name = $1 and s.address = $2 and s.last_seen_at > $3 limit 1
            """;
        var since = (time.GetUtcNow() - KnownFor).ToUnixTimeMilliseconds();
        return database.Read(connection => connection.First(Sql, static _ => true, name, address, since), cancel);
    }

    private Refusal Refuse(TimeSpan wait)
    {
        metrics.LimitHit("WrongPasswords");
        return new Refusal(ErrorCodes.RateLimited, "Too many wrong passwords for this account. Wait a moment, then try again.") { RetryAfter = wait.TotalSeconds };
    }
}

/// <summary>A try that was taken.</summary>
/// <param name="GiveBack">To be called where it was no guess: the password was right, or wasn't looked at.</param>
internal sealed record LoginAttempt(Action GiveBack);
