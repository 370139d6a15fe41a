using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Users;

/// <summary>
/// Slows down guessing at passwords, without being a weapon against the accounts' owners. A device that an account knows (by its cookie, or by the session that
/// asks) has tries of its own, which nobody else can use up. All others share the tries of their address, of the account from there, and of the account: the
/// last two from many addresses together somewhat later. Programs without cookies are known by an address from which the account logged in lately: from there the
/// right password is good, whatever others did, but for guesses at that very account from that very address.
/// A name that doesn't exist is throttled in the same way, or the throttle would tell which do.
/// </summary>
internal sealed class LoginThrottle(Database database, KnownDevices devices, AddressLimits addresses, IOptions<LimitsSettings> limits, ChatterMetrics metrics, TimeProvider time)
{
    private const int Capacity = 100_000;
    private const int Tries = 10;
    private static readonly TimeSpan Refill = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan KnownFor = TimeSpan.FromDays(30);

    // A limit for an address that is lower than this holds for a device at it, too.
    private readonly FailureBuckets<(string Name, string Device)> _devices = new(Math.Min(Tries, limits.Value.LoginsPerMinute), Refill, Capacity, time);
    private readonly FailureBuckets<(string Name, string? Address)> _pairs = new(Tries, Refill, Capacity, time);
    private readonly FailureBuckets<string> _accounts = new(burst: 30, Refill, Capacity, time);

    /// <summary>Takes a try at an account's password.</summary>
    /// <param name="name">The normalized name; empty for what can't be one.</param>
    /// <param name="client">Who tries.</param>
    /// <param name="cancel">The caller's end.</param>
    public async ValueTask<Outcome<LoginAttempt>> Take(string name, ClientInfo client, CancellationToken cancel)
    {
        var token = await devices.Recognize(name, client.Devices, cancel);
        var address = AddressGroup.Of(client.Address);
        if (client.Session is { } session) return TakeBySession((name, address), $"session {session}", token);
        if (token is not null) return TakeOwn((name, token), token);

        var taken = new List<Action>(3);
        var refusal = addresses.TakeTry(address);
        if (refusal is null) taken.Add(() => addresses.GiveBackTry(address));
        if (_pairs.Take((name, address)) is { } pairWait)
        {
            GiveBack();
            return refusal ?? Refuse(pairWait);
        }
        taken.Add(() => _pairs.GiveBack((name, address)));
        if (_accounts.Take(name) is { } accountWait) refusal ??= Refuse(accountWait);
        else taken.Add(() => _accounts.GiveBack(name));
        // Whether it is known there is nobody else's to learn: a wrong password is refused there like anywhere.
        if (refusal is null || await IsKnown(name, address, cancel)) return new LoginAttempt(GiveBack, null, refusal);
        GiveBack();
        return refusal;

        void GiveBack()
        {
            foreach (var giveBack in taken) giveBack();
        }
    }

    /// <summary>A wrong password counts as one at a login does (docs/protocol.md §9), but only others' logins from that address are refused for it.</summary>
    private Outcome<LoginAttempt> TakeBySession((string Name, string? Address) pair, string session, string? token)
    {
        if (!TakeOwn((pair.Name, session), token).Is(out var attempt, out var refusal)) return refusal;
        if (_pairs.Take(pair) is not null) return attempt;
        return attempt with
        {
            GiveBack = () =>
            {
                attempt.GiveBack();
                _pairs.GiveBack(pair);
            },
        };
    }

    private Outcome<LoginAttempt> TakeOwn((string Name, string Device) device, string? token) =>
        _devices.Take(device) is { } wait ? Refuse(wait) : new LoginAttempt(() => _devices.GiveBack(device), token, null);

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
/// <param name="Device">The token by which the device was recognized, or null.</param>
/// <param name="Throttled">What a wrong password is answered with where only a right one gets through; null for what it always is.</param>
internal sealed record LoginAttempt(Action GiveBack, string? Device, Refusal? Throttled);
