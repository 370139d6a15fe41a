using System.Diagnostics;

namespace Chatter.Bench;

/// <summary>Rooms of a few sockets each, all of which speak at a steady rate; also under <c>kill -9</c>, and with one that stops reading.</summary>
internal static class Teams
{
    /// <summary>What a run is made of.</summary>
    /// <param name="Rooms">Rooms, each with a user of its own.</param>
    /// <param name="Sockets">Sockets in each.</param>
    /// <param name="Speakers">How many of them speak.</param>
    /// <param name="Rate">Messages a second of each speaker.</param>
    /// <param name="Seconds">For how long.</param>
    /// <param name="Pad">Characters of a message.</param>
    /// <param name="Kills">How often the server is killed meanwhile.</param>
    /// <param name="Silent">For how many seconds, in the middle, one socket doesn't read; 0: none.</param>
    /// <param name="Holds">Whether it is about lasting: memory is looked at every ten seconds, and no socket may be lost.</param>
    public sealed record Plan(int Rooms, int Sockets, int Speakers, double Rate, int Seconds, int Pad = 60, int Kills = 0, int Silent = 0, bool Holds = false);

    public static async Task<Dictionary<string, object>> Run(Plan plan)
    {
        var data = Directory.CreateTempSubdirectory("chatter-bench-").FullName;
        using var server = new ServerProcess(data);
        try
        {
            await server.Start();
            return await Run(plan, server);
        }
        finally
        {
            server.Kill();
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<Dictionary<string, object>> Run(Plan plan, ServerProcess server)
    {
        var rooms = new Room[plan.Rooms];
        await Parallel.ForEachAsync(Enumerable.Range(0, plan.Rooms), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, _) =>
        {
            var token = await server.Register($"bench{i}");
            rooms[i] = new Room(await server.CreateRoom($"room {i}", token), token);
        });
        var latency = new Histogram();
        using var poller = new Poller();
        using var cancel = new CancellationTokenSource();
        var members = rooms.SelectMany((room, r) => Enumerable.Range(0, plan.Sockets).Select(i => new Member(room, r * plan.Sockets + i, latency, poller, plan.Silent > 0 && i == 1 ? 65_536 : null))).ToArray();
        var running = new List<Task>();
        foreach (var member in members)
        {
            running.Add(member.Run(server.Port, cancel.Token));
            if (running.Count % 20 == 0) await member.Welcomed;
        }
        await Task.WhenAll(members.Select(static m => m.Welcomed));
        await Task.Delay(1_000); // Connecting is over; what is measured is talking.

        var (cpu, own, memory) = (server.CpuSeconds, Environment.CpuUsage.TotalTime, server.MemoryMiB);
        var since = Stopwatch.GetTimestamp();
        var speaking = members.Where((_, i) => i % plan.Sockets < plan.Speakers).Select(member => Speak(member, plan, poller)).ToArray();
        var extra = new Dictionary<string, object>();
        if (plan.Kills > 0) await Kill(plan, server);
        if (plan.Silent > 0) await Silence(plan, server, members, latency, extra);
        if (plan.Holds) await Hold(plan, server, members, rooms, extra);
        await Task.WhenAll(speaking);
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        var (usedCpu, usedOwn) = (server.CpuSeconds - (plan.Kills > 0 ? 0 : cpu), (Environment.CpuUsage.TotalTime - own).TotalSeconds);

        await Settle(members, rooms, server);
        await cancel.CancelAsync();
        await Task.WhenAll(running);
        var violations = rooms.SelectMany(static room => room.Violations).ToArray();
        foreach (var violation in violations.Take(20)) Console.Error.WriteLine(violation);
        var result = new Dictionary<string, object>
        {
            ["sockets"] = members.Length,
            ["acknowledged"] = rooms.Sum(static room => room.Acked),
            ["deliveries"] = members.Sum(static member => member.Received),
            ["deliveriesPerSecond"] = Math.Round(members.Sum(static member => member.Received) / seconds),
            ["p50ms"] = latency.Percentile(0.5),
            ["p95ms"] = latency.Percentile(0.95),
            ["p99ms"] = latency.Percentile(0.99),
            ["maxMs"] = latency.Percentile(1),
            ["serverCores"] = Math.Round(usedCpu / seconds, 2),
            ["generatorCores"] = Math.Round(usedOwn / seconds, 2),
            ["memoryMiBBefore"] = Math.Round(memory),
            ["memoryMiBAfter"] = Math.Round(server.MemoryMiB),
        };
        foreach (var (key, value) in extra) result[key] = value;
        result["violations"] = violations.Length;
        return result;
    }

    /// <summary>An open loop: a slow answer doesn't slow the sender down, so it shows in the latency.</summary>
    private static Task Speak(Member member, Plan plan, Poller poller)
    {
        var pause = TimeSpan.FromSeconds(1 / plan.Rate);
        return poller.Every(pause * Random.Shared.NextDouble(), pause, (int)(plan.Seconds * plan.Rate), () => member.Send(plan.Pad));
    }

    private static async Task Kill(Plan plan, ServerProcess server)
    {
        for (var i = 0; i < plan.Kills; i++)
        {
            await Task.Delay(Random.Shared.Next(500, Math.Max(501, plan.Seconds * 1_000 / (plan.Kills + 1))));
            server.Kill();
            await server.Start();
        }
    }

    /// <summary>Memory of the last sixth against that of the second: caches and the collector's habits have settled by then.</summary>
    private static async Task Hold(Plan plan, ServerProcess server, Member[] members, Room[] rooms, Dictionary<string, object> result)
    {
        var samples = new List<double>();
        var since = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(10));
        while (Stopwatch.GetElapsedTime(since).TotalSeconds < plan.Seconds - 10 && await timer.WaitForNextTickAsync())
        {
            samples.Add(server.MemoryMiB);
            if (samples.Count % 6 == 0) Console.Error.WriteLine($"{samples.Count / 6} min: {samples.TakeLast(6).Average():0} MiB, {members.Sum(static member => (long)member.Lost)} sockets lost");
        }
        var sixth = samples.Count / 6;
        var (early, late) = (samples.Skip(sixth).Take(sixth).Average(), samples.TakeLast(sixth).Average());
        (result["memoryMiBEarly"], result["memoryMiBLate"], result["grownPercent"]) = (Math.Round(early, 1), Math.Round(late, 1), Math.Round((late / early - 1) * 100, 1));
        result["lost"] = members.Sum(static member => (long)member.Lost);
        for (var i = 0; i < members.Length; i++)
            if (members[i].Lost > 0) rooms[i / plan.Sockets].Violation($"socket {i} was lost {members[i].Lost} times");
    }

    private static async Task Silence(Plan plan, ServerProcess server, Member[] members, Histogram latency, Dictionary<string, object> result)
    {
        var part = TimeSpan.FromSeconds((plan.Seconds - plan.Silent) / 2.0);
        await Task.Delay(part);
        result["p99msBefore"] = latency.Percentile(0.99);
        var before = server.MemoryMiB;
        latency.Clear();
        members[1].StopReading();
        var stoodAt = members[1].Seq;
        await Task.Delay(TimeSpan.FromSeconds(plan.Silent));
        result["p99msWhileOneIsSilent"] = latency.Percentile(0.99);
        result["memoryMiBGrownMeanwhile"] = Math.Round(server.MemoryMiB - before, 1);
        result["silentOneMissedMeanwhile"] = members[0].Seq - stoodAt;
        latency.Clear();
        members[1].Resume();
    }

    /// <summary>Waits until everything sent is acknowledged and everybody has everything, then reads it all anew.</summary>
    private static async Task Settle(Member[] members, Room[] rooms, ServerProcess server)
    {
        var last = new long[rooms.Length];
        var limit = Stopwatch.GetTimestamp();
        while (members.Any(static member => member.Unacked > 0) && Stopwatch.GetElapsedTime(limit).TotalSeconds < 30) await Task.Delay(50);
        for (var i = 0; i < rooms.Length; i++) last[i] = await rooms[i].CheckHistory(server);
        var perRoom = members.Length / rooms.Length;
        while (members.Where((member, i) => member.Seq < last[i / perRoom]).Any() && Stopwatch.GetElapsedTime(limit).TotalSeconds < 60) await Task.Delay(50);
        for (var i = 0; i < members.Length; i++)
        {
            if (members[i].Unacked > 0) rooms[i / perRoom].Violation($"socket {i} has {members[i].Unacked} sends without an answer");
            if (members[i].Seq != last[i / perRoom]) rooms[i / perRoom].Violation($"socket {i} stands at {members[i].Seq}, the room at {last[i / perRoom]}");
        }
    }
}
