using System.Collections.Concurrent;
using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Messages;

/// <summary>Token buckets of each user: one for sends, all his sockets and HTTP together (docs/protocol.md §4.3), one for requests.</summary>
internal sealed class SendBuckets(IOptions<LimitsSettings> limits, ChatterMetrics metrics, TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, TokenBucket> _sends = new();
    private readonly ConcurrentDictionary<Guid, TokenBucket> _requests = new();

    /// <summary>Takes a token of a user's, or says when there will be one.</summary>
    public Refusal? Take(Guid user)
    {
        var wait = _sends.GetOrAdd(user, static (_, it) => new TokenBucket(it.Limits.SendsPerSecond, it.Limits.SendBurst, it.Time), (Limits: limits.Value, Time: time)).Take();
        if (wait == 0) return null;
        metrics.LimitHit(nameof(LimitsSettings.SendsPerSecond));
        return new Refusal(ErrorCodes.RateLimited, $"You send too fast. Try again in {wait:0.##} s, with the same nonce.") { RetryAfter = wait };
    }

    /// <summary>The same for a request to <c>/api</c>, whatever it asks for.</summary>
    public Refusal? TakeRequest(Guid user)
    {
        var wait = _requests.GetOrAdd(user, static (_, it) => new TokenBucket(it.Limits.RequestsPerSecond, it.Limits.RequestBurst, it.Time), (Limits: limits.Value, Time: time)).Take();
        if (wait == 0) return null;
        metrics.LimitHit(nameof(LimitsSettings.RequestsPerSecond));
        return new Refusal(ErrorCodes.RateLimited, $"You ask too often. Try again in {wait:0.##} s.") { RetryAfter = wait };
    }

    /// <summary>Forgets the buckets that are full.</summary>
    public void Sweep()
    {
        foreach (var buckets in new[] { _sends, _requests })
            foreach (var (user, bucket) in buckets)
                if (bucket.IsFull) buckets.TryRemove(user, out _);
    }
}
