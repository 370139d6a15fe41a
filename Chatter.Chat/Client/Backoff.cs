namespace Chatter.Chat.Client;

/// <summary>
/// How long to wait before trying again: exponential with full jitter, 0.5 s first, 30 s at most, for ever (docs/protocol.md §4.5).
/// Full jitter, since after a restart all clients come at once, and anything less random keeps them together.
/// </summary>
internal sealed class Backoff(Func<double> random)
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(0.5);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private int _failures;

    public TimeSpan Next() => Delay(_failures++, random());

    public void Reset() => _failures = 0;

    /// <summary>The wait after so many failures before this one.</summary>
    /// <param name="failures">0 for the first.</param>
    /// <param name="random">From 0 to 1.</param>
    public static TimeSpan Delay(int failures, double random) =>
        TimeSpan.FromTicks((long)(random * Math.Min(Longest.Ticks, First.Ticks * Math.Pow(2, Math.Clamp(failures, 0, 16)))));
}
