using System.Collections.Concurrent;
using Chatter.Chat.Scheduling;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Scheduling;

public sealed class FairThreadsTests
{
    private static readonly Guid Ada = Guid.CreateVersion7();
    private static readonly Guid Ben = Guid.CreateVersion7();

    [Fact]
    public async Task S04_one_user_has_at_most_a_third_of_the_threads()
    {
        using var work = new Work(threads: 6, waiting: 100);
        for (var i = 0; i < 10; i++) Assert.True(work.Add(Ada, "ada"));

        await Eventually.Equal(2, () => Task.FromResult(work.InWork));
        Assert.True(work.Add(Ben, "ben"));
        await Eventually.Equal(3, () => Task.FromResult(work.InWork));
        Assert.Equal(8, work.Waiting);
    }

    [Fact]
    public async Task S04_one_user_has_at_most_a_quarter_of_what_waits_and_the_server_itself_as_much_as_there_is()
    {
        using var work = new Work(threads: 1, waiting: 8);
        Assert.True(work.Add(Ben, "in work"));
        await Eventually.Equal(1, () => Task.FromResult(work.InWork));

        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => work.Add(Ada, "ada")));
        Assert.Equal([true, true, true, true, true, true, false], Enumerable.Range(0, 7).Select(_ => work.Add(Guid.Empty, "the server")));
    }

    [Fact]
    public async Task The_server_itself_may_have_all_threads()
    {
        using var work = new Work(threads: 6, waiting: 100);
        for (var i = 0; i < 10; i++) work.Add(Guid.Empty, "the server");
        await Eventually.Equal(6, () => Task.FromResult(work.InWork));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task S04_each_lane_has_a_thread_that_the_other_cannot_have(bool floodsFirst)
    {
        using var work = new Work(threads: 3, waiting: 100, hasFirstLane: true);
        for (var i = 0; i < 10; i++) work.Add(Guid.Empty, "flood", floodsFirst);
        await Eventually.Equal(2, () => Task.FromResult(work.InWork));

        work.Add(Ada, "ada", !floodsFirst);
        await Eventually.Equal(3, () => Task.FromResult(work.InWork));
        Assert.Contains("ada", work.Begun);
    }

    [Fact]
    public void One_thread_serves_both_lanes()
    {
        using var work = new Work(threads: 1, waiting: 100, hasFirstLane: true);
        work.Release();
        foreach (var isFirst in (bool[])[true, false, true]) Assert.True(work.Add(Ada, $"{isFirst}", isFirst));
        Assert.True(SpinWait.SpinUntil(() => work.Done == 3, Patience.Frame));
    }

    [Fact]
    public void What_waits_when_they_stop_is_told_and_nothing_is_taken_after()
    {
        var work = new Work(threads: 1, waiting: 100);
        work.Release();
        work.Dispose();

        Assert.False(work.Add(Ada, "late"));
    }

    /// <summary>Whatever is added by whom, in which lane: each job is done once.</summary>
    [Fact]
    public void Nothing_is_lost_under_contention()
    {
        using var work = new Work(threads: 4, waiting: 100_000, hasFirstLane: true);
        work.Release();
        Parallel.For(0, 8, user =>
        {
            for (var i = 0; i < 500; i++) Assert.True(work.Add(user == 0 ? Guid.Empty : new Guid(user, 0, 0, new byte[8]), $"{user} {i}", i % 3 == 0));
        });
        Assert.True(SpinWait.SpinUntil(() => work.Done == 4_000, Patience.Frame));
        Assert.Equal(4_000, work.Begun.Distinct().Count());
    }

    private sealed class Work : IDisposable
    {
        private readonly ManualResetEventSlim _released = new();
        private readonly FairThreads<string> _threads;
        private int _done;

        public Work(int threads, int waiting, bool hasFirstLane = false) => _threads = new FairThreads<string>("worker", threads, waiting, Do, hasFirstLane);

        public ConcurrentQueue<string> Begun { get; } = [];

        public int InWork => Begun.Count - Done;

        public int Done => Volatile.Read(ref _done);

        public int Waiting => _threads.Count;

        public bool Add(Guid user, string job, bool isFirst = false) => _threads.TryAdd(user, job, isFirst);

        public void Release() => _released.Set();

        public void Dispose()
        {
            Release();
            _threads.Stop(static _ => { });
        }

        private void Do(int thread, string job)
        {
            Begun.Enqueue(job);
            _released.Wait(Patience.Call, CancellationToken.None);
            Interlocked.Increment(ref _done);
        }
    }
}
