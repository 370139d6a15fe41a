using Chatter.App.Startup;
using Xunit;

namespace Chatter.App.Tests.Startup;

public sealed class HeapKeeperTests
{
    private const long MiB = 1_048_576;

    [Theory]
    [InlineData(200, 200, false)]
    [InlineData(217, 200, false)]
    [InlineData(219, 200, true)]
    [InlineData(14, 8, false)] // A small heap isn't worth the trouble.
    [InlineData(7, 0, false)]
    [InlineData(40, 0, true)] // The first time.
    [InlineData(100, 200, false)]
    public void A_full_collection_is_due_when_a_twentieth_has_come(long held, long heldAfterFull, bool due) =>
        Assert.Equal(due, HeapKeeper.IsDue(held * MiB, heldAfterFull * MiB));
}
