using Chatter.Chat.Broadcasting;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Broadcasting;

public sealed class BroadcasterTests
{
    /// <summary>Else who is subscribed behind that event would wait for it until the next one comes.</summary>
    [Fact]
    public async Task A_tail_that_is_there_already_hears_of_what_is_known_to_be_committed()
    {
        await using var store = await TestStore.Start();
        var broadcaster = store.Get<Broadcaster>();
        var room = Guid.CreateVersion7();
        var tail = broadcaster.Pin(room);
        Assert.Same(tail, broadcaster.Pin(room, 7));
        Assert.Equal(7, tail.View.Last);
        Assert.Same(tail, broadcaster.Pin(room, 3));
        Assert.Equal(7, tail.View.Last);
    }
}
