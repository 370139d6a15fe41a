using System.Globalization;
using Chatter.Bench.Comparing;

namespace Chatter.Bench.Storming;

/// <summary>
/// Everybody loses his socket, misses events, and comes back at once: to the server that has been there all the time (warm), and to one that was killed and has
/// just been started (cold). Each is a user of his own in a room of a few, so that presence is the work that it really is.
/// </summary>
internal static class Storm
{
    private const int LogOnsAtATime = 100;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Presence must hold for 10 s, and is told every 5 s.
    private static readonly TimeSpan PresenceWithin = TimeSpan.FromSeconds(25);

    public static async Task<Dictionary<string, object>> Run(int sockets, int missed, int rooms)
    {
        using var data = await PreparedData.Create(rooms, Math.Max(1, sockets / rooms));
        using var server = new ServerProcess(data.Folder);
        await server.Start();
        using var crowd = new Crowd(data, server.Port);
        var dialect = new ChatterDialect(data.Rooms);
        var fillers = Enumerable.Range(0, rooms).Select(room => new Filler(dialect, room, crowd.Poller)).ToArray();
        var result = new Dictionary<string, object> { ["sockets"] = data.Tokens.Count, ["missedByEach"] = missed };

        await crowd.Come(LogOnsAtATime, 0, 0);
        await crowd.Hear(PresenceWithin);
        await crowd.Lose();
        foreach (var some in fillers.Chunk(LogOnsAtATime)) await Task.WhenAll(some.Select(filler => filler.Begin(server.Port))).WaitAsync(Patience);
        await Fill(fillers, missed, 0);
        await Measure("warm", crowd, server, missed, 0, result);

        await crowd.Lose();
        await Fill(fillers, missed, rooms * missed);
        await crowd.Poller.Ask(() =>
        {
            foreach (var filler in fillers) filler.Reset();
            return true;
        });
        server.Kill();
        await server.Start();
        var cpu = server.CpuSeconds;
        await Measure("cold", crowd, server, missed, rooms * missed, result);
        await crowd.Hear(PresenceWithin);
        (result["coldPresenceToldTo"], result["coldPresenceSeconds"]) = (crowd.Heard, Math.Round(crowd.SecondsToHear, 1));
        result["coldCpuWithPresence"] = Math.Round(server.CpuSeconds - cpu, 2);

        foreach (var violation in crowd.Violations.Take(20)) Console.Error.WriteLine(violation);
        result["violations"] = crowd.Violations.Count;
        return result;
    }

    private static Task Fill(Filler[] fillers, int missed, long mark) => Task.WhenAll(fillers.Select((filler, room) => filler.Say(missed, mark + (long)room * missed))).WaitAsync(Patience);

    private static async Task Measure(string name, Crowd crowd, ServerProcess server, int missed, long mark, Dictionary<string, object> result)
    {
        var (cpu, own, overflows) = (server.CpuSeconds, Environment.CpuUsage.TotalTime, Backlog.Overflows());
        await crowd.Come(int.MaxValue, missed, mark);
        var (usedCpu, usedOwn) = (server.CpuSeconds - cpu, (Environment.CpuUsage.TotalTime - own).TotalSeconds);
        await Task.Delay(500); // What comes twice comes late.
        foreach (var (key, value) in new Dictionary<string, double>
        {
            ["SecondsToLive"] = crowd.SecondsToLive,
            ["SecondsToAll"] = crowd.SecondsToAll,
            ["ServerCpuSeconds"] = usedCpu,
            ["GeneratorCpuSeconds"] = usedOwn,
            ["P50ms"] = crowd.ToAll.Percentile(0.5),
            ["P99ms"] = crowd.ToAll.Percentile(0.99),
            ["LiveP50ms"] = crowd.ToLive.Percentile(0.5),
            ["LiveP99ms"] = crowd.ToLive.Percentile(0.99),
            ["QueueWasFull"] = Backlog.Overflows() - overflows,
            ["Reconnects"] = crowd.Reconnects,
        }) result[name + key] = Math.Round(value, 2);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: all live after {crowd.SecondsToLive:0.00} s, all have all after {crowd.SecondsToAll:0.00} s"));
    }
}
