namespace Chatter.Chat.Users;

/// <summary>
/// For each key a bucket of failures: so many at once, then one each <paramref name="refill"/>. A try is taken before its outcome is known and given back when it
/// succeeded, so that tries at the same time count too. Bounded; where there are too many keys, those with the fewest failures are forgotten.
/// </summary>
/// <param name="burst">Failures at once.</param>
/// <param name="refill">After how long there is one more.</param>
/// <param name="capacity">Most keys remembered.</param>
/// <param name="time">The clock.</param>
internal sealed class FailureBuckets<TKey>(int burst, TimeSpan refill, int capacity, TimeProvider time)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    // When the key's bucket will be full again; who isn't in here has a full one.
    private readonly Dictionary<TKey, DateTimeOffset> _fullAt = [];

    /// <summary>How many keys are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _fullAt.Count;
        }
    }

    /// <summary>Takes a try.</summary>
    /// <returns>Null where there was one; else how long to wait for the next.</returns>
    public TimeSpan? Take(TKey key)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            var fullAt = _fullAt.TryGetValue(key, out var at) && at > now ? at : now;
            // Where the clock was set back, nobody waits for longer than an empty bucket takes to fill.
            if (fullAt > now + burst * refill) fullAt = now + burst * refill;
            var wait = fullAt - now - (burst - 1) * refill;
            if (wait > TimeSpan.Zero) return wait;
            if (_fullAt.Count >= capacity && !_fullAt.ContainsKey(key)) Forget(now);
            _fullAt[key] = fullAt + refill;
            return null;
        }
    }

    /// <summary>Gives a try back that was no failure.</summary>
    public void GiveBack(TKey key)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (!_fullAt.TryGetValue(key, out var at)) return;
            if (at - refill > now) _fullAt[key] = at - refill;
            else _fullAt.Remove(key);
        }
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (key, at) in _fullAt) if (at <= now) _fullAt.Remove(key);
        if (_fullAt.Count < capacity) return;
        foreach (var (key, _) in _fullAt.OrderBy(static entry => entry.Value).Take(capacity / 2).ToList()) _fullAt.Remove(key);
    }
}
