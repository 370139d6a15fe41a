using System.Threading.RateLimiting;
using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Users;

/// <summary>Logins and registrations of each address, as <c>Chatter:Limits</c> allows.</summary>
internal sealed class AddressLimits(IOptions<LimitsSettings> settings) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _logins = Create(settings.Value.LoginsPerMinute, TimeSpan.FromMinutes(1));
    private readonly PartitionedRateLimiter<string> _registrations = Create(settings.Value.RegistrationsPerHour, TimeSpan.FromHours(1));

    /// <returns>A refusal where the address has logged in too often.</returns>
    public Refusal? Login(string? address) => Take(_logins, address, "logins");

    /// <returns>A refusal where the address has registered too often.</returns>
    public Refusal? Registration(string? address) => Take(_registrations, address, "registrations");

    public void Dispose()
    {
        _logins.Dispose();
        _registrations.Dispose();
    }

    private static Refusal? Take(PartitionedRateLimiter<string> limiter, string? address, string what)
    {
        if (address is null) return null;
        using var lease = limiter.AttemptAcquire(address);
        if (lease.IsAcquired) return null;
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after.TotalSeconds : 60;
        return new Refusal(ErrorCodes.RateLimited, $"Too many {what} from this address. Wait a moment, then try again.") { RetryAfter = wait };
    }

    private static PartitionedRateLimiter<string> Create(int permits, TimeSpan period) =>
        PartitionedRateLimiter.Create<string, string>(address => RateLimitPartition.GetTokenBucketLimiter(address, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = permits,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = period / permits,
            QueueLimit = 0,
        }));
}
