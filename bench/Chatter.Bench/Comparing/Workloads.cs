namespace Chatter.Bench.Comparing;

/// <summary>All workloads.</summary>
internal static class Workloads
{
    // The last is what 20,000 file descriptors a process allow.
    private static readonly int[] Sockets = [1_000, 2_000, 5_000, 10_000, 19_000];

    // Up to as many rooms as one user may be in.
    private static readonly int[] Each = [1, 10, 100, 1_000];

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

    /// <summary>The same speech among ever more sockets, and in ever more rooms: as many deliveries a second each time.</summary>
    public static IReadOnlyList<Workload> Growing(Measured time) =>
    [
        .. Sockets.Select(sockets => new Talk($"sockets{sockets}", $"{sockets} sockets in rooms of 10, 1,000 messages a second in all", new Layout(sockets / 10, sockets, 100), new Pace(0, 1_000), time)),
        .. Sockets.Select(sockets => new Talk($"hall{sockets}", $"1 room of {sockets} sockets, about 20,000 deliveries a second", new Layout(1, sockets, 1), new Pace(0, 20_000 / sockets), time)),
        new Talk("rooms10", "10 rooms of 10 sockets, 1,000 messages a second in all", new Layout(10, 100, 10), new Pace(0, 1_000), time),
        .. Each.Select(each => new Talk($"rooms{100 * each}", $"1,000 sockets of 100 users, each in {each} of {100 * each} rooms, 1,000 messages a second in all", new Layout(100 * each, 1_000, 100, each), new Pace(0, 1_000), time)),
    ];
}
