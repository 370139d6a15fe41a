using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Users;

/// <summary>
/// Logins and registrations of each address, as <c>Chatter:Limits</c> allows. Of logins those count that failed, from devices that the account doesn't know, so
/// that people who share an address don't use up each other's; those that succeed count for their account at that address. Bounded, however many addresses somebody has.
/// </summary>
internal sealed class AddressLimits(IOptions<LimitsSettings> settings, ChatterMetrics metrics, TimeProvider time)
{
    private const int Capacity = 100_000;

    private readonly FailureBuckets<string> _failures = Create<string>(settings.Value.LoginsPerMinute, TimeSpan.FromMinutes(1), time);
    private readonly FailureBuckets<(string Name, string Address)> _logins = Create<(string, string)>(settings.Value.LoginsPerMinute, TimeSpan.FromMinutes(1), time);
    private readonly FailureBuckets<string> _registrations = Create<string>(settings.Value.RegistrationsPerHour, TimeSpan.FromHours(1), time);

    /// <summary>Takes a try to log in, before its outcome is known.</summary>
    /// <returns>A refusal where the address has failed too often.</returns>
    public Refusal? TakeTry(string? address) => address is null ? null : Refuse(_failures.Take(address), "logins", nameof(LimitsSettings.LoginsPerMinute));

    /// <summary>Gives a try back that didn't fail.</summary>
    public void GiveBackTry(string? address)
    {
        if (address is not null) _failures.GiveBack(address);
    }

    /// <summary>Counts a login whose password was right.</summary>
    /// <returns>A refusal where the account has logged in from that address too often.</returns>
    public Refusal? Login(string name, string? address) => address is null ? null : Refuse(_logins.Take((name, address)), "logins", nameof(LimitsSettings.LoginsPerMinute));

    /// <returns>A refusal where the address has registered too often.</returns>
    public Refusal? Registration(string? address) => address is null ? null : Refuse(_registrations.Take(address), "registrations", nameof(LimitsSettings.RegistrationsPerHour));

    private Refusal? Refuse(TimeSpan? wait, string what, string limit)
    {
        if (wait is not { } time) return null;
        metrics.LimitHit(limit);
        return new Refusal(ErrorCodes.RateLimited, $"Too many {what} from this address. Wait a moment, then try again.") { RetryAfter = time.TotalSeconds };
    }

    private static FailureBuckets<TKey> Create<TKey>(int permits, TimeSpan period, TimeProvider time)
        where TKey : notnull => new(permits, period / permits, Capacity, time);
}
