using Chatter.Chat.Scheduling;
using CsCheck;
using Xunit;

namespace Chatter.Chat.Tests.Scheduling;

public sealed class FairQueueTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_take_turns_however_much_one_of_them_has()
    {
        using var queue = new FairQueue<char, int>(1_000, 1_000, 1_000);
        for (var i = 0; i < 100; i++) Assert.True(queue.TryAdd('a', i));
        Assert.True(queue.TryAdd('b', 0));
        Assert.True(queue.TryAdd('c', 0));
        Assert.True(queue.TryAdd('b', 1));

        var order = "";
        for (var i = 0; i < 6; i++) order += (await queue.Take(Cancel)).Key;
        Assert.Equal("abcaba", order);
    }

    [Fact]
    public async Task A_key_whose_items_are_in_work_waits_and_the_others_do_not()
    {
        using var queue = new FairQueue<char, int>(1_000, 1_000, 2);
        for (var i = 0; i < 5; i++) queue.TryAdd('a', i);
        Assert.Equal(('a', 0), await queue.Take(Cancel));
        Assert.Equal(('a', 1), await queue.Take(Cancel));
        var third = queue.Take(Cancel).AsTask();
        Assert.False(third.IsCompleted);

        queue.TryAdd('b', 7);
        Assert.Equal(('b', 7), await third);
        var next = queue.Take(Cancel).AsTask();
        Assert.False(next.IsCompleted);
        queue.Done('a');
        Assert.Equal(('a', 2), await next);
    }

    [Fact]
    public void It_has_a_bound_in_all_and_for_each_key()
    {
        using var queue = new FairQueue<char, int>(5, 3, 1);
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(i => queue.TryAdd('a', i)));
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(i => queue.TryAdd('b', i)));
        Assert.Equal(5, queue.Count);
    }

    /// <summary>Whatever is added, taken and done in whatever order: nothing is lost or doubled, each key's items keep their order, and no key has more in work than it may.</summary>
    [Fact]
    public void Nothing_is_lost_and_no_key_exceeds_its_share() => Gen.Int[0, 5].Array[0, 200].Sample(
        static steps =>
        {
            const int InWork = 2;
            using var queue = new FairQueue<int, int>(int.MaxValue, int.MaxValue, InWork);
            var (added, taken) = (new List<(int, int)>(), new List<(int Key, int Item)>());
            var working = new Dictionary<int, int>();
            foreach (var (step, i) in steps.Select(static (step, i) => (step, i)))
            {
                if (step < 3)
                {
                    queue.TryAdd(step, i);
                    added.Add((step, i));
                }
                else if (step < 5)
                {
                    TakeOne();
                }
                else if (working.FirstOrDefault(static one => one.Value > 0) is { Value: > 0, Key: var key })
                {
                    working[key]--;
                    queue.Done(key);
                }
            }
            for (var left = queue.Count; left > 0; left = queue.Count)
            {
                foreach (var key in working.Keys.ToList())
                    for (; working[key] > 0; working[key]--) queue.Done(key);
                Assert.True(TakeOne());
            }
            Assert.Equal(added.Order(), taken.Order());
            foreach (var items in taken.GroupBy(static one => one.Key, static one => one.Item)) Assert.Equal(items.Order(), items);

            bool TakeOne()
            {
                using var now = new CancellationTokenSource();
                var next = queue.Take(now.Token).AsTask();
                if (!next.IsCompleted)
                {
                    now.Cancel();
                    Assert.ThrowsAny<OperationCanceledException>(() => next.GetAwaiter().GetResult());
                    return false;
                }
                taken.Add(next.Result);
                Assert.InRange(working[next.Result.Key] = working.GetValueOrDefault(next.Result.Key) + 1, 1, InWork);
                return true;
            }
        },
        iter: 5_000);
}
