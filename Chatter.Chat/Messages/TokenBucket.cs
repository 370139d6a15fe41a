namespace Chatter.Chat.Messages;

/// <summary>
/// A token bucket. By hand, since it is asked for every frame of every socket: the library's limiter takes a lock, a lease object and a share of a
/// timer for what are two numbers here.
/// </summary>
internal sealed class TokenBucket(int perSecond, int burst, TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _tokens = burst;
    private long _at = time.GetTimestamp();

    /// <summary>Whether it has been full for a while: nothing is lost by forgetting it.</summary>
    public bool IsFull
    {
        get
        {
            lock (_lock)
            {
                Refill();
                return _tokens >= burst;
            }
        }
    }

    /// <summary>Takes a token.</summary>
    /// <returns>0, or after how many seconds there will be one.</returns>
    public double Take()
    {
        lock (_lock)
        {
            Refill();
            if (_tokens < 1) return Math.Max(0.001, Math.Round((1 - _tokens) / perSecond, 3, MidpointRounding.ToPositiveInfinity));
            _tokens--;
            return 0;
        }
    }

    /// <summary>Takes tokens that are gone in any case, into debt where there are too few.</summary>
    /// <returns>0, or after how many seconds the debt is paid.</returns>
    public double Spend(int tokens)
    {
        lock (_lock)
        {
            Refill();
            _tokens -= tokens;
            return _tokens >= 0 ? 0 : -_tokens / perSecond;
        }
    }

    private void Refill()
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(burst, _tokens + time.GetElapsedTime(_at, now).TotalSeconds * perSecond);
        _at = now;
    }
}
