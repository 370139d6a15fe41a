using System.Collections.Concurrent;
using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Messages;

/// <summary>One token bucket a user for sends, all his sockets and HTTP together (docs/protocol.md §4.3).</summary>
internal sealed class SendBuckets(IOptions<LimitsSettings> limits, TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, TokenBucket> _buckets = new();

    /// <summary>Takes a token of a user's, or says when there will be one.</summary>
    public Refusal? Take(Guid user)
    {
        var wait = _buckets.GetOrAdd(user, static (_, it) => new TokenBucket(it.Limits.SendsPerSecond, it.Limits.SendBurst, it.Time), (Limits: limits.Value, Time: time)).Take();
        return wait == 0 ? null : new Refusal(ErrorCodes.RateLimited, $"You send too fast. Try again in {wait:0.##} s, with the same nonce.") { RetryAfter = wait };
    }

    /// <summary>Forgets the buckets that are full.</summary>
    public void Sweep()
    {
        foreach (var (user, bucket) in _buckets)
            if (bucket.IsFull) _buckets.TryRemove(user, out _);
    }
}
