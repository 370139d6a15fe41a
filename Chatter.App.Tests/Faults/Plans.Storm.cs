namespace Chatter.App.Tests.Faults;

internal static partial class Plans
{
    /// <summary>So many faults in one run, one after the other, on a wire that is bad half of the time.</summary>
    public static FaultPlan Storm(int faults) => new FaultPlan("storm", async run =>
    {
        for (var i = 0; i < faults; i++)
        {
            run.Wire.IsTroubled = run.Random.Next(2) == 0;
            await run.Busy(run.Random.Next(10, 100));
            await Strike(run);
            run.Shim.Heal();
        }
    })
    { LosesPower = true, HasWire = true, Evidence = new(100, 5, 0, []) };

    private static async Task Strike(FaultRun run)
    {
        var time = TimeSpan.FromMilliseconds(run.Random.Next(200, 2_500));
        var what = run.Random.Next(9);
        run.Tell($"strikes {what} for {time.TotalSeconds:0.0} s");
        switch (what)
        {
            case 0:
                await run.Kill("kill");
                await run.Server.Start();
                break;
            case 1:
                await run.Kill("power");
                run.Shim.PowerOff(new Random(run.Random.Next()));
                // On a disk that fails no start is promised.
                run.Shim.Heal();
                await run.Server.Start();
                break;
            case 2:
                await run.Hit("pause");
                await run.Server.Signal("STOP");
                await run.For(time);
                await run.Server.Signal("CONT");
                break;
            case 3:
                await run.Hit("stop", isCrash: true);
                await run.Server.Signal("TERM");
                await run.Server.Ended();
                await run.Server.Start();
                break;
            case 4:
                await run.Hit("disk full");
                run.Shim.DiskFull = true;
                await run.For(time);
                break;
            case 5:
                await run.Hit("errors");
                (run.Shim.FsyncFails, run.Shim.WriteFails) = (run.Random.Next(1_000), run.Random.Next(20));
                await run.For(time);
                if (run.Random.Next(2) == 0) goto case 1;
                break;
            case 6:
                await run.Hit("slow fsync");
                run.Shim.FsyncDelay = TimeSpan.FromMilliseconds(run.Random.Next(10, 300));
                await run.For(time);
                break;
            case 7:
                await run.Hit("clock");
                run.Shim.ClockOffset = TimeSpan.FromSeconds(run.Random.Next(-7_200, 7_200));
                await run.Busy(20);
                break;
            default:
                await run.Hit("reset of all");
                run.Wire.ResetAll();
                break;
        }
    }
}
