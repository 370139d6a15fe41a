using System.Diagnostics;

namespace Chatter.Bench.Comparing;

/// <summary>Nobody speaks: what a connection costs to open, and to keep.</summary>
internal sealed class Idle(Layout layout, IReadOnlyList<int> lookAt) : Workload("idle", "10,000 sockets in 1,000 rooms, nobody speaks", layout)
{
    private const int First = 100;

    // What opening left to do isn't what keeping costs.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    public override IReadOnlyList<Column> Columns { get; } =
    [
        new("connectionsPerSecond", "connections/s", "N0"),
        new("connectMicroseconds", "CPU µs each", "N0"),
        .. lookAt.Select(static seconds => new Column(Key(seconds), $"KB each, {seconds} s", "0.0", Compared: true)),
        new("cpuPercent", "% of a core", "0.00"),
        new("generatorCores", "generator", "0.00"),
    ];

    public override async Task<Result> Run(RunningServer server)
    {
        // What a server loads for its first sockets isn't what each of them costs.
        using (var first = new Fleet(Layout with { Sockets = First }, server)) await first.Open();
        var (empty, cpu) = (server.ResidentMiB, server.CpuSeconds);
        using var fleet = new Fleet(Layout, server);
        var opening = await fleet.Open();
        var figures = new Dictionary<string, double>
        {
            ["connectionsPerSecond"] = Layout.Sockets / opening.TotalSeconds,
            ["connectMicroseconds"] = (server.CpuSeconds - cpu) * 1e6 / Layout.Sockets,
        };
        await Task.Delay(Settling);
        (cpu, var own, var since) = (server.CpuSeconds, Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        foreach (var seconds in lookAt)
        {
            var left = TimeSpan.FromSeconds(seconds) - Stopwatch.GetElapsedTime(since);
            if (left > TimeSpan.Zero) await Task.Delay(left);
            figures[Key(seconds)] = (server.ResidentMiB - empty) * 1_024 / Layout.Sockets;
        }
        var elapsed = Stopwatch.GetElapsedTime(since).TotalSeconds;
        figures["cpuPercent"] = (server.CpuSeconds - cpu) / elapsed * 100;
        figures["generatorCores"] = (Environment.CpuUsage.TotalTime - own).TotalSeconds / elapsed;
        return new Result(figures, await fleet.Ask(static ledger => ledger.Troubles));
    }

    private static string Key(int seconds) => $"kilobytesEachAfter{seconds}s";
}
