using Microsoft.Data.Sqlite;

namespace Chatter.App.Tests.Faults;

/// <summary>D: the disk; and T: the clock.</summary>
internal static partial class Plans
{
    /// <summary>Loses power so often, with as many sends acknowledged between two losses as this, at most.</summary>
    public static FaultPlan PowerLosses(int times, int between = 150) => new FaultPlan("D1 power", async run =>
    {
        for (var i = 0; i < times; i++)
        {
            await run.Busy(run.Random.Next(20, between));
            await run.Kill("power");
            // Nothing of what wasn't synced reached the disk, or some of it did.
            var lost = run.Shim.PowerOff(i == 0 ? null : new Random(run.Random.Next()));
            run.Tell($"power off: {lost} writes were lost");
            await run.Server.Start();
        }
    })
    { LosesPower = true }.Needs(4, "power");

    /// <summary>The same with a disk that says that it has written what it hasn't.</summary>
    public static FaultPlan PowerLossOfALyingDisk { get; } = new FaultPlan("D1 lying disk", static async run =>
    {
        await run.Busy(20);
        run.Shim.FsyncLies = true;
        await run.Busy(50);
        await run.Kill("power");
        run.Shim.PowerOff(null);
        run.Shim.FsyncLies = false;
        await run.Server.Start();
    })
    { LosesPower = true };

    public static FaultPlan DiskFull { get; } = new FaultPlan("D2 disk full", static async run =>
    {
        await run.Busy(run.Random.Next(20, 80));
        await run.Hit("disk full");
        run.Shim.DiskFull = true;
        await Broken(run, TimeSpan.FromSeconds(1 + run.Random.NextDouble()));
    })
    { HasShim = true }.Needs(0, "disk full");

    public static FaultPlan DiskErrors { get; } = new FaultPlan("D3 errors", static async run =>
    {
        await run.Busy(run.Random.Next(20, 80));
        await run.Hit("errors");
        run.Shim.FsyncFails = run.Random.Next(100, 500);
        run.Shim.WriteFails = run.Random.Next(1, 30);
        await Broken(run, TimeSpan.FromSeconds(4));
    })
    { HasShim = true }.Needs(0, "errors");

    /// <summary>Errors, and then the process is killed: what failed may be found in the log at the next start, or not.</summary>
    public static FaultPlan DiskErrorsAndKill { get; } = new FaultPlan("D3 errors and kill", static async run =>
    {
        // Several, and soon: what shows up is the last commit that failed, where nothing was written over it before the process died.
        for (var i = 0; i < 4; i++)
        {
            await run.Busy(run.Random.Next(20, 80));
            await run.Hit("errors");
            run.Shim.FsyncFails = 1_000;
            await Broken(run, TimeSpan.FromMilliseconds(run.Random.Next(20, 600)));
            await run.Kill("kill");
            run.Shim.Heal();
            await run.Server.Start();
        }
    })
    { HasShim = true }.Needs(4, "errors");

    public static FaultPlan SlowDisk { get; } = new FaultPlan("D4 slow fsync", static async run =>
    {
        await run.Busy(run.Random.Next(20, 80));
        await run.Hit("slow fsync");
        run.Shim.FsyncDelay = TimeSpan.FromMilliseconds(run.Random.Next(50, 400));
        await Broken(run, TimeSpan.FromSeconds(3));
    })
    { HasShim = true }.Needs(0, "slow fsync");

    public static FaultPlan Locked { get; } = LockedFor(TimeSpan.FromSeconds(5));

    public static FaultPlan LongReader { get; } = new FaultPlan("D6 long reader", static async run =>
    {
        await run.Busy(20);
        await run.Hit("long reader");
        using var reader = Open(run.Server.Database);
        Execute(reader, "begin");
        Execute(reader, "select count(*) from events");
        await run.Busy(400);
        Execute(reader, "rollback");
    }).Needs(0, "long reader");

    /// <summary>The clock jumps an hour ahead and back, and a little.</summary>
    public static FaultPlan ClockJumps { get; } = new FaultPlan("T1 clock", static async run =>
    {
        foreach (var seconds in new[] { 3_600, -3_600, -5, run.Random.Next(-86_400, 86_400), 0 })
        {
            await run.Busy(40);
            run.Tell($"clock {seconds:+0;-0} s");
            await run.Hit("clock");
            run.Shim.ClockOffset = TimeSpan.FromSeconds(seconds);
        }
        await run.Busy(40);
    })
    { HasShim = true }.Needs(0, "clock");

    /// <summary>Another process with the same SQLite holds the write lock.</summary>
    public static FaultPlan LockedFor(TimeSpan time) => new FaultPlan("D6 locked", async run =>
    {
        await run.Busy(run.Random.Next(20, 80));
        await run.Hit("locked");
        using var other = Open(run.Server.Database);
        Execute(other, "begin immediate");
        await run.For(time);
        Execute(other, "rollback");
    }).Needs(0, "locked");

    private static async Task Broken(FaultRun run, TimeSpan time)
    {
        var met = run.Shim.Met;
        await run.For(time);
        // In a few milliseconds nothing may happen that meets it.
        await run.Until(() => run.Shim.Met > met, FaultRun.BusyWithin, "what was broken to be met");
        run.Tell($"met {run.Shim.Met - met} times");
    }

    private static SqliteConnection Open(string database)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Pooling = false, DefaultTimeout = 20 }.ConnectionString);
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants, above.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
