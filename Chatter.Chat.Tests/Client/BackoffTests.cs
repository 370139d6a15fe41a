using Chatter.Chat.Client;
using CsCheck;
using Xunit;

namespace Chatter.Chat.Tests.Client;

public sealed class BackoffTests
{
    [Fact]
    public void A_wait_is_anything_from_nothing_to_a_bound_that_doubles_from_half_a_second_to_thirty() =>
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Double[0, 1]).Sample((failures, random) =>
        {
            var bound = Math.Min(30, 0.5 * Math.Pow(2, Math.Min(failures, 60)));
            var wait = Backoff.Delay(failures, random).TotalSeconds;
            return wait >= 0 && wait <= bound && Math.Abs(wait - random * bound) < 0.001;
        }, iter: 10_000);

    [Fact]
    public void The_bounds_of_consecutive_failures_are_those_of_the_protocol()
    {
        var backoff = new Backoff(() => 1);
        Assert.Equal([0.5, 1, 2, 4, 8, 16, 30, 30], Enumerable.Range(0, 8).Select(_ => backoff.Next().TotalSeconds));
        backoff.Reset();
        Assert.Equal(0.5, backoff.Next().TotalSeconds);
    }
}
