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
    private Window _malformed;
    private Window _refused;

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
    public bool Malformed() => _malformed.Count(time, MalformedWithin) >= MalformedLimit;

    /// <summary>Counts a frame refused for flooding.</summary>
    /// <returns>True where that was one too many (4429).</returns>
    public bool Refused() => _refused.Count(time, RefusedWithin) >= RefusedLimit;

    /// <summary>Counts what happens within a time of the first of it.</summary>
    private struct Window
    {
        private long _since;
        private int _count;

        public int Count(TimeProvider time, TimeSpan within)
        {
            if (_count == 0 || time.GetElapsedTime(_since) > within) (_since, _count) = (time.GetTimestamp(), 0);
            return ++_count;
        }
    }
}
