using System.Diagnostics;

namespace Chatter.Bench.Comparing;

/// <summary>How fast is spoken: a closed loop with so many messages under way, or else an open one with so many a second.</summary>
internal readonly record struct Pace(int Window, int PerSecond);

/// <summary>For how many seconds is measured, after so many in which code is compiled for good and buffers get their size.</summary>
internal readonly record struct Measured(int WarmUp, int Seconds);

/// <summary>Speakers speak, and everybody in their rooms gets it.</summary>
internal sealed class Talk(string name, string about, Layout layout, Pace pace, Measured time) : Workload(name, about, layout)
{
    public override IReadOnlyList<Column> Columns { get; } =
    [
        new("deliveriesPerSecond", "deliveries/s", "N0"),
        new("deliveriesPerCpuSecond", "per CPU second", "N0", Compared: true),
        new("p50ms", "p50 ms", "0.00"),
        new("p95ms", "p95 ms", "0.00"),
        new("p99ms", "p99 ms", "0.00", Compared: true),
        new("maxMs", "max ms", "0.0"),
        new("residentMiB", "MiB", "N0"),
        new("serverCores", "server cores", "0.00"),
        new("generatorCores", "generator", "0.00"),
    ];

    public override async Task<Result> Run(RunningServer server)
    {
        using var fleet = new Fleet(Layout, server);
        await fleet.Open();
        if (pace.Window > 0) fleet.KeepUnderWay(pace.Window);
        else fleet.SayEvery(TimeSpan.FromSeconds(1.0 / pace.PerSecond), pace.PerSecond * (time.WarmUp + time.Seconds));
        await Task.Delay(TimeSpan.FromSeconds(time.WarmUp));
        var (deliveries, own, cpu, since) = await fleet.Ask(ledger =>
        {
            ledger.Latency.Clear();
            return (ledger.Deliveries, Environment.CpuUsage.TotalTime, server.CpuSeconds, Stopwatch.GetTimestamp());
        });
        await Task.Delay(TimeSpan.FromSeconds(time.Seconds));
        var figures = await fleet.Ask(ledger =>
        {
            var elapsed = Stopwatch.GetElapsedTime(since).TotalSeconds;
            var (delivered, used) = (ledger.Deliveries - deliveries, server.CpuSeconds - cpu);
            return new Dictionary<string, double>
            {
                ["deliveriesPerSecond"] = delivered / elapsed,
                ["deliveriesPerCpuSecond"] = delivered / used,
                ["p50ms"] = ledger.Latency.Percentile(0.5),
                ["p95ms"] = ledger.Latency.Percentile(0.95),
                ["p99ms"] = ledger.Latency.Percentile(0.99),
                ["maxMs"] = ledger.Latency.Percentile(1),
                ["residentMiB"] = server.ResidentMiB,
                ["serverCores"] = used / elapsed,
                ["generatorCores"] = (Environment.CpuUsage.TotalTime - own).TotalSeconds / elapsed,
            };
        });
        await fleet.Finish();
        var troubles = await fleet.Ask(static ledger => ledger.Troubles);
        return new Result(figures, [.. troubles, .. await server.Verify(await fleet.Ask(static ledger => ledger.SaidIn))]);
    }
}
