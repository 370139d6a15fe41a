using System.Diagnostics;
using System.Numerics;

namespace Chatter.Bench;

/// <summary>Latencies in buckets of 1.6 % width, counted without a lock.</summary>
internal sealed class Histogram
{
    private readonly long[] _buckets = new long[64 * 64];

    public long Count => _buckets.Sum();

    /// <summary>Counts the time since a <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public void Since(long timestamp) => Interlocked.Increment(ref _buckets[Bucket((ulong)Math.Max(0, Stopwatch.GetElapsedTime(timestamp).TotalMicroseconds))]);

    /// <summary>Counts a time in ticks of the <see cref="Stopwatch"/>, for whoever is the only one to count.</summary>
    public void Add(long ticks) => _buckets[Bucket((ulong)Math.Max(0, ticks * 1_000_000 / Stopwatch.Frequency))]++;

    public void Clear() => Array.Clear(_buckets);

    /// <summary>In milliseconds.</summary>
    public double Percentile(double share)
    {
        var wanted = Count * share;
        var sum = 0L;
        for (var i = 0; i < _buckets.Length; i++)
        {
            sum += _buckets[i];
            if (sum > 0 && sum >= wanted) return Value(i) / 1_000.0;
        }
        return 0;
    }

    private static int Bucket(ulong microseconds)
    {
        if (microseconds < 64) return (int)microseconds;
        var exponent = BitOperations.Log2(microseconds);
        return (exponent - 5) * 64 + (int)((microseconds >> (exponent - 6)) & 63);
    }

    private static double Value(int bucket)
    {
        if (bucket < 64) return bucket;
        var exponent = bucket / 64 + 5;
        return (1UL << exponent) + ((ulong)(bucket % 64) << (exponent - 6));
    }
}
