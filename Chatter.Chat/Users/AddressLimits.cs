using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Users;

/// <summary>Logins and registrations of each address, as <c>Chatter:Limits</c> allows. Bounded, however many addresses somebody has.</summary>
internal sealed class AddressLimits(IOptions<LimitsSettings> settings, ChatterMetrics metrics, TimeProvider time)
{
    private const int Capacity = 100_000;

    private readonly FailureBuckets<string> _logins = Create(settings.Value.LoginsPerMinute, TimeSpan.FromMinutes(1), time);
    private readonly FailureBuckets<string> _registrations = Create(settings.Value.RegistrationsPerHour, TimeSpan.FromHours(1), time);

    /// <returns>A refusal where the address has logged in too often.</returns>
    public Refusal? Login(string? address) => Take(_logins, address, "logins", nameof(LimitsSettings.LoginsPerMinute));

    /// <returns>A refusal where the address has registered too often.</returns>
    public Refusal? Registration(string? address) => Take(_registrations, address, "registrations", nameof(LimitsSettings.RegistrationsPerHour));

    private Refusal? Take(FailureBuckets<string> buckets, string? address, string what, string limit)
    {
        if (address is null || buckets.Take(address) is not { } wait) return null;
        metrics.LimitHit(limit);
        return new Refusal(ErrorCodes.RateLimited, $"Too many {what} from this address. Wait a moment, then try again.") { RetryAfter = wait.TotalSeconds };
    }

    private static FailureBuckets<string> Create(int permits, TimeSpan period, TimeProvider time) => new(permits, period / permits, Capacity, time);
}
