using Chatter.Chat.Messages;
using Chatter.Chat.Settings;
using Chatter.Chat.Telemetry;

namespace Chatter.Chat.Gateway;

/// <summary>What one socket may ask of the server: token buckets for its frames and bytes, and how often it may be refused. Used by its reader alone.</summary>
internal sealed class FloodGuard(LimitsSettings limits, TimeProvider time, ChatterMetrics metrics)
{
    private const int MalformedLimit = 10;
    private const int RefusedLimit = 1_000;
    private const int BurstSeconds = 4;

    private static readonly TimeSpan MalformedWithin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RefusedWithin = TimeSpan.FromSeconds(10);

    private readonly TokenBucket _frames = new(limits.FramesPerSecond, limits.FrameBurst, time);
    private readonly TokenBucket _bytes = new(limits.BytesPerSecond, limits.BytesPerSecond * BurstSeconds, time);
    private readonly Recent _malformed = new(MalformedWithin, time);
    private readonly Recent _refused = new(RefusedWithin, time);

    /// <summary>Takes a token for a frame.</summary>
    /// <returns>0, or after how many seconds there will be one.</returns>
    public double Take()
    {
        var wait = _frames.Take();
        if (wait > 0) metrics.LimitHit(nameof(LimitsSettings.FramesPerSecond));
        return wait;
    }

    /// <summary>Counts bytes that were read.</summary>
    /// <returns>For how many seconds no more are to be read.</returns>
    public double Receive(int bytes)
    {
        var wait = _bytes.Spend(bytes);
        if (wait > 0) metrics.LimitHit(nameof(LimitsSettings.BytesPerSecond));
        return wait;
    }

    /// <summary>Counts a malformed frame.</summary>
    /// <returns>True where that was one too many (4400).</returns>
    public bool Malformed() => _malformed.Count() >= MalformedLimit;

    /// <summary>Counts a frame refused for flooding.</summary>
    /// <returns>True where that was one too many (4429).</returns>
    public bool Refused() => _refused.Count() >= RefusedLimit;

    /// <summary>
    /// Counts what happened within the time before each happening; a count that begins anew now and then would let twice as much pass at its turn.
    /// Holds nothing while nothing happens, and no more than the limit at which the socket is closed.
    /// </summary>
    private sealed class Recent(TimeSpan within, TimeProvider time)
    {
        private Queue<long>? _at;

        public int Count()
        {
            var now = time.GetTimestamp();
            _at ??= new Queue<long>();
            while (_at.TryPeek(out var oldest) && time.GetElapsedTime(oldest, now) > within) _at.Dequeue();
            _at.Enqueue(now);
            return _at.Count;
        }
    }
}
