using System.Net.Http.Json;
using Chatter.App.Tests.Startup;
using Xunit;

namespace Chatter.App.Tests.Faults;

/// <summary>P: the process dies, pauses, is told to stop, or runs out of things.</summary>
[Collection(FaultCollection.Name)]
public sealed class ProcessFaultTests(FaultTemplate template)
{
    [Fact]
    public Task P1_killed_at_random_moments_it_keeps_every_promise() => FaultRun.Hold(template, Plans.KilledAtRandom);

    [Fact]
    public Task P1_killed_before_a_commit_it_keeps_every_promise() => FaultRun.Hold(template, Plans.KilledAt("before-commit", 150));

    [Fact]
    public Task P1_killed_between_a_commit_and_its_dispatch_it_keeps_every_promise() => FaultRun.Hold(template, Plans.KilledAt("after-commit-before-dispatch", 150));

    [Fact]
    public Task P1_killed_between_a_dispatch_and_its_answers_it_keeps_every_promise() => FaultRun.Hold(template, Plans.KilledAt("after-dispatch-before-answer", 150));

    [Fact]
    public Task P1_killed_during_a_checkpoint_it_keeps_every_promise() => FaultRun.Hold(template, Plans.KilledDuringCheckpoint);

    /// <summary>A first start that dies in the middle leaves nothing that the next one stumbles over.</summary>
    [Fact]
    public async Task P1_killed_while_it_makes_its_tables_it_makes_them_at_the_next_start()
    {
        var folder = Directory.CreateTempSubdirectory("chatter-migration-");
        try
        {
            var died = 0;
            foreach (var milliseconds in new[] { 1, 300, 450 })
            {
                var (code, _, _) = await ServerProcess.RunUntil(folder.FullName, "listens on", ("CHATTER_DIE_AT", $"during-migration:{milliseconds}"));
                died += code is null ? 0 : 1;
            }
            Assert.True(died > 0, "It was never killed in the middle.");
            await using var server = await ServerProcess.Start(folder.FullName);
            using var http = new HttpClient { BaseAddress = server.Address };
            using var answer = await http.PostAsJsonAsync("/api/register", new { name = "ada", password = "frost on the tomatoes" }, TestContext.Current.CancellationToken);
            answer.EnsureSuccessStatusCode();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public Task P2_stopped_and_continued_it_keeps_every_promise() => FaultRun.Hold(template, Plans.Paused);

    [Fact]
    public Task P3_told_to_stop_under_load_twice_and_at_its_start_it_keeps_every_promise() => FaultRun.Hold(template, Plans.Terminated);

    [Fact]
    public Task P4_with_few_descriptors_it_keeps_every_promise() => FaultRun.Hold(template, Plans.FewDescriptors);

    [Fact]
    public Task P4_with_little_memory_and_few_threads_it_keeps_every_promise() => FaultRun.Hold(template, Plans.LittleMemoryFewThreads);
}
