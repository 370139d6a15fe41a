using System.Net.Sockets;

namespace Chatter.App.Tests.Faults;

/// <summary>The faults of docs/reliability.md, each as a run of a few seconds; the soak draws from them.</summary>
internal static partial class Plans
{
    public static FaultPlan KilledAtRandom { get; } = new FaultPlan("P1 kill", static async run =>
    {
        for (var i = 0; i < 3; i++)
        {
            await run.Busy(run.Random.Next(20, 150));
            await run.Kill("kill");
            await run.Server.Start();
        }
    }).Needs(4, "kill");

    public static FaultPlan KilledDuringCheckpoint { get; } = new FaultPlan("P1 during-checkpoint", static run => DieAt(run, "during-checkpoint", run.Random.Next(1, 15))).Needs(4, "during-checkpoint");

    public static FaultPlan Paused { get; } = new FaultPlan("P2 pause", static async run =>
    {
        foreach (var seconds in new[] { run.Random.NextDouble() * 2, 1 + run.Random.NextDouble() * 5 })
        {
            await run.Busy(run.Random.Next(20, 100));
            run.Tell($"stopped for {seconds:0.0} s");
            await run.Hit("pause");
            await run.Server.Signal("STOP");
            await run.For(TimeSpan.FromSeconds(seconds));
            await run.Server.Signal("CONT");
        }
    }).Needs(0, "pause");

    public static FaultPlan Terminated { get; } = new FaultPlan("P3 stop", static async run =>
    {
        for (var i = 0; i < 2; i++)
        {
            await run.Busy(run.Random.Next(20, 150));
            await run.Hit("stop", isCrash: true);
            await run.Server.Signal("TERM");
            if (i == 1) await run.Server.Signal("TERM");
            var code = await run.Server.Ended();
            if (code != 0) throw new InvalidOperationException($"Told to stop, it ended with {code}.");
            if (i == 1) await run.Server.StartAndStop(TimeSpan.FromMilliseconds(run.Random.Next(50, 900)));
            await run.Server.Start();
        }
    }).Needs(4, "stop");

    public static FaultPlan FewDescriptors { get; } = new FaultPlan("P4 descriptors", static async run =>
    {
        await run.Busy(50);
        await run.Hit("descriptors");
        var used = Directory.GetFiles($"/proc/{run.Server.Id}/fd").Length;
        await run.Server.Limit("nofile", $"{used + 10}:");
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < 40; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(socket);
                await socket.ConnectAsync("127.0.0.1", run.Server.Address.Port, run.Cancel);
            }
            await run.For(TimeSpan.FromSeconds(2));
        }
        finally
        {
            foreach (var socket in sockets) socket.Dispose();
        }
        if (!run.Server.HasEnded) await run.Server.Limit("nofile", "4096:");
        // The runtime itself may not survive it ("Out of memory."), and takes a moment to die; then it is a crash like another, and the service manager's to mend.
        for (var looks = 0; !run.Server.HasEnded; looks++)
        {
            if (await run.World.IsReady(run.Cancel)) return;
            if (looks == 200) throw new TimeoutException("It neither died nor became ready within 10 s.");
            await run.For(TimeSpan.FromMilliseconds(50));
        }
        run.Tell("it died of it");
        await run.Server.Kill();
        await run.Server.Start();
    }).Needs(0, "descriptors");

    public static FaultPlan LittleMemoryFewThreads { get; } = new FaultPlan("P4 memory", static async run =>
    {
        await run.Hit("memory");
        await run.Busy(100);
        await run.Hit("memory");
        await run.Busy(400);
    })
    {
        // Hexadecimal, as the runtime reads them: 128 MiB, 4 threads.
        Environment = [("DOTNET_GCHeapHardLimit", "8000000"), ("DOTNET_ThreadPool_ForceMaxWorkerThreads", "4")],
        Evidence = new(400, 5, 0, ["memory"]),
    };

    /// <summary>Dies by itself at a named point, when it is passed for the n-th time with the room's creation behind it.</summary>
    public static FaultPlan KilledAt(string point, int within) => new FaultPlan($"P1 {point}", run => DieAt(run, point, run.Random.Next(10, within))).Needs(4, point);

    private static async Task DieAt(FaultRun run, string point, int passes)
    {
        await run.Busy(20);
        await run.Kill("kill");
        run.Tell($"dies at {point}:{passes}");
        await run.Server.Start(("CHATTER_DIE_AT", $"{point}:{passes}"));
        await run.Until(() => run.Server.HasEnded, TimeSpan.FromSeconds(30), point);
        run.Recorder.HitJustNow(point);
        await run.Server.Kill();
        await run.Server.Start();
    }
}
