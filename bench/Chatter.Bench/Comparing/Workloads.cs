namespace Chatter.Bench.Comparing;

/// <summary>All workloads.</summary>
internal static class Workloads
{
    /// <param name="time">How long is measured.</param>
    /// <param name="rate">Messages a second of the crowd.</param>
    /// <param name="idleFor">After how many seconds idle connections are looked at.</param>
    public static IReadOnlyList<Workload> All(Measured time, int rate, IReadOnlyList<int> idleFor) =>
    [
        new Talk("hall4", "1 room of 1,000 sockets, one speaker, 4 messages under way", new Layout(1, 1_000, 1), new Pace(4, 0), time),
        new Talk("hall64", "1 room of 1,000 sockets, one speaker, 64 messages under way", new Layout(1, 1_000, 1), new Pace(64, 0), time),
        new Talk("hall50", "1 room of 1,000 sockets, one speaker, 50 messages a second", new Layout(1, 1_000, 1), new Pace(0, 50), time),
        new Talk("teams", "100 rooms of 10 sockets, all speak in turn, 200 messages under way", new Layout(100, 1_000, 1_000), new Pace(200, 0), time),
        new Talk("crowd", $"1,000 rooms of 10 sockets, 100 speakers, {rate} messages a second in all", new Layout(1_000, 10_000, 100), new Pace(0, rate), time),
        new Idle(new Layout(1_000, 10_000, 0), idleFor),
    ];
}
