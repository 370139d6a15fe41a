using System.Diagnostics;
using Chatter.App.Tests.Faults.Workload;

namespace Chatter.App.Tests.Faults;

/// <summary>N: the network; C: the clients.</summary>
internal static partial class Plans
{
    public static FaultPlan BadWire { get; } = new FaultPlan("N1 wire", static async run =>
    {
        run.Wire.IsTroubled = true;
        for (var i = 0; i < 4; i++)
        {
            await run.Busy(run.Random.Next(20, 60));
            await run.Hit("reset of all");
            run.Wire.ResetAll();
            await run.For(TimeSpan.FromMilliseconds(run.Random.Next(500, 1_500)));
        }
    })
    { HasWire = true }.Needs(0, "reset of all");

    /// <summary>Clients that die, lie, repeat, collide, come and go, all the time and fast.</summary>
    public static FaultPlan BadClients { get; } = new FaultPlan("C clients", static async run =>
    {
        await run.Hit("clients");
        await run.Busy(400);
        await run.Hit("clients");
        await run.Busy(400);
    })
    { Talkers = 8, Pace = TimeSpan.FromMilliseconds(2), Evidence = new(300, 50, 0, ["clients"]) { Revocations = 1 } };

    /// <summary>Somebody floods frames, history and joins; the others go on.</summary>
    public static FaultPlan Floods { get; } = new FaultPlan("C4 flood", static async run =>
    {
        await run.Busy(50);
        await run.Hit("flood");
        var (refused, closed) = (0, 0);
        foreach (var type in (string[])["ping", "history", "read"])
        {
            var began = Recorder.Now;
            // Whoever is closed for it comes back and goes on.
            while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(2))
            {
                await using var flooder = await ChatSocket.Open(run.World, frame => refused += frame.TextOrNull("code") == "rate_limited" ? 1 : 0, run.Cancel);
                await flooder.Send(new { type = "hello", token = run.World.People[^1].Token }, run.Cancel);
                try
                {
                    while (flooder.IsOpen && Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(2)) await flooder.Send(new { type, room = run.World.Rooms[0], seq = 1 }, run.Cancel);
                }
                catch (Exception e) when (Trouble.IsOfTheConnection(e))
                {
                    // Closed for it, in the midst of the next frame.
                }
                closed += flooder.IsOpen ? 0 : 1;
            }
            run.Recorder.Flooded(run.World.People[^1].Id, began);
        }
        run.Tell($"floods were refused {refused} frames and closed {closed} times");
        if (refused == 0) throw new InvalidOperationException("Nobody was flooded.");
    })
    { Environment = [("Chatter__Limits__FramesPerSecond", "400"), ("Chatter__Limits__FrameBurst", "400")] }.Needs(0, "flood");

    /// <summary>Everybody comes back at once to a process that has just begun, with a slow disk.</summary>
    public static FaultPlan Herd(int many) => new FaultPlan("C6 herd", async run =>
    {
        await run.Busy(20);
        await run.Kill("kill");
        run.Shim.FsyncDelay = TimeSpan.FromMilliseconds(20);
        var herd = Enumerable.Range(0, many).Select(i => new Talker(run.World, run.World.People[i % run.World.People.Count], 1_000 + i, new Random(i))).ToList();
        try
        {
            var epoch = run.Recorder.History.Connections.First(static c => c.Epoch is not null).Epoch!;
            foreach (var one in herd) one.ResumeFrom(run.World.Rooms, run.Random.Next(1, 20), epoch);
            await run.Server.Start();
            var since = Stopwatch.GetTimestamp();
            var ends = new Dictionary<string, long> { [run.World.Rooms[0]] = 30 };
            await Task.WhenAll(herd.Select(one => one.CatchUp(ends, run.Cancel))).WaitAsync(TimeSpan.FromSeconds(60), run.Cancel);
            run.Tell($"{many} were back after {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s");
        }
        finally
        {
            foreach (var one in herd) await one.DisposeAsync();
        }
    })
    {
        // Every message goes to all of them, and the test's own process has to read them all.
        HasShim = true,
        Talkers = 2,
        Rooms = 1,
        Pace = TimeSpan.FromMilliseconds(250),
        Evidence = new(40, 1, many, ["kill"]),
    };
}
