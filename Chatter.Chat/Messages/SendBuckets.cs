using System.Collections.Concurrent;
using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Messages;

/// <summary>Token buckets of each user: one for sends, over all sockets and HTTP together (docs/protocol.md §4.3), one for read marks, one for requests.</summary>
internal sealed class SendBuckets(IOptions<LimitsSettings> limits, ChatterMetrics metrics, TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, TokenBucket> _sends = new();
    private readonly ConcurrentDictionary<Guid, TokenBucket> _reads = new();
    private readonly ConcurrentDictionary<Guid, TokenBucket> _requests = new();

    /// <summary>Takes a token for a send, or says when there will be one.</summary>
    public Refusal? Take(Guid user)
    {
        var wait = Wait(_sends, user, limits.Value.SendsPerSecond, limits.Value.SendBurst, nameof(LimitsSettings.SendsPerSecond));
        return wait == 0 ? null : new Refusal(ErrorCodes.RateLimited, $"You send too fast. Try again in {wait:0.##} s, with the same nonce.") { RetryAfter = wait };
    }

    /// <summary>The same for moving a read mark.</summary>
    public Refusal? TakeRead(Guid user)
    {
        var wait = Wait(_reads, user, limits.Value.ReadMarksPerSecond, limits.Value.ReadMarkBurst, nameof(LimitsSettings.ReadMarksPerSecond));
        return wait == 0 ? null : new Refusal(ErrorCodes.RateLimited, $"You move read marks too fast. Try again in {wait:0.##} s.") { RetryAfter = wait };
    }

    /// <summary>The same for a request to <c>/api</c>, whatever it asks for.</summary>
    public Refusal? TakeRequest(Guid user)
    {
        var wait = Wait(_requests, user, limits.Value.RequestsPerSecond, limits.Value.RequestBurst, nameof(LimitsSettings.RequestsPerSecond));
        return wait == 0 ? null : new Refusal(ErrorCodes.RateLimited, $"You ask too often. Try again in {wait:0.##} s.") { RetryAfter = wait };
    }

    private double Wait(ConcurrentDictionary<Guid, TokenBucket> buckets, Guid user, int perSecond, int burst, string limit)
    {
        var wait = buckets.GetOrAdd(user, static (_, it) => new TokenBucket(it.perSecond, it.burst, it.time), (perSecond, burst, time)).Take();
        if (wait > 0) metrics.LimitHit(limit);
        return wait;
    }

    /// <summary>Forgets the buckets that are full.</summary>
    public void Sweep()
    {
        foreach (var buckets in new[] { _sends, _reads, _requests })
            foreach (var (user, bucket) in buckets)
                if (bucket.IsFull) buckets.TryRemove(user, out _);
    }
}
