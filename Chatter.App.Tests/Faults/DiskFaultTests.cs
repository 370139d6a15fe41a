using Xunit;

namespace Chatter.App.Tests.Faults;

/// <summary>D: the disk loses, refuses, fails, or dawdles; somebody else holds the database. T: the clock jumps.</summary>
[Collection(FaultCollection.Name)]
public sealed class DiskFaultTests(FaultTemplate template)
{
    /// <summary>As often as <c>CHATTER_POWER_LOSSES</c> says, under a heavier load then; three times by default.</summary>
    [Fact]
    public Task D1_after_a_loss_of_power_everything_acknowledged_is_there() => FaultRun.Hold(
        template,
        int.TryParse(Environment.GetEnvironmentVariable("CHATTER_POWER_LOSSES"), out var times)
            ? Plans.PowerLosses(times, between: 3_000) with { Talkers = 24, Pace = TimeSpan.FromMilliseconds(4) }
            : Plans.PowerLosses(3));

    /// <summary>If the loss of power weren't one, or the checker blind to it, the test above would prove nothing.</summary>
    [Fact]
    public async Task D1_a_disk_that_lies_about_fsync_is_found_out()
    {
        var (_, verdict, told) = await FaultRun.Judge(template, Plans.PowerLossOfALyingDisk);
        Assert.True(verdict.Broken.Contains("S1") && verdict.Broken.Contains("S11"), $"{told}\n{verdict}");
    }

    [Fact]
    public Task D2_while_the_disk_is_full_nothing_is_lost_and_afterwards_all_goes_on() => FaultRun.Hold(template, Plans.DiskFull);

    [Fact]
    public Task D3_whatever_writes_and_fsyncs_fail_nothing_is_lost() => FaultRun.Hold(template, Plans.DiskErrors);

    [Fact]
    public Task D3_failed_fsyncs_and_a_kill_leave_every_send_once_or_not_at_all() => FaultRun.Hold(template, Plans.DiskErrorsAndKill);

    [Fact]
    public Task D4_a_slow_disk_makes_slow_and_nothing_else() => FaultRun.Hold(template, Plans.SlowDisk);

    [Fact]
    public Task D6_while_another_process_holds_the_database_nothing_is_lost() => FaultRun.Hold(template, Plans.Locked);

    [Fact]
    public Task D6_a_long_reader_disturbs_nobody() => FaultRun.Hold(template, Plans.LongReader);

    [Fact]
    public async Task T1_clocks_that_jump_change_no_order()
    {
        var history = await FaultRun.Hold(template, Plans.ClockJumps);
        Assert.All(history.Final.Stored.Values, static log => Assert.True(log[^1].At - log[0].At > 3_500_000, "The clock never jumped."));
    }
}
