using Chatter.App.Components.Messages;
using Chatter.App.Tests.Components.Support;
using Chatter.App.Tests.Session;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.App.Tests.Components.Messages;

public sealed class TypingLineTests
{
    private readonly Feed _garden = new();

    [Fact]
    public async Task Who_writes_is_announced_and_gone_after_six_seconds_by_itself()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome(_garden.Entry()));
        circuit.Show<TypingLine>(line => line.Add(l => l.Room, circuit.State.Find(_garden.Room)!));
        await circuit.Start();
        await circuit.Do(() => circuit.Session.Open(_garden.Room));
        Assert.Equal("", circuit.Find("[role=status]").Said());

        await circuit.Feed(new TypingFrame(_garden.Room, Feed.Ben));
        circuit.Clock.Advance(TimeSpan.FromSeconds(3));
        await circuit.Feed(new TypingFrame(_garden.Room, Feed.Cleo));
        Assert.Equal("ben and cleo are typing", circuit.Find("[role=status]").Said());

        circuit.Clock.Advance(TimeSpan.FromSeconds(3.1));
        await circuit.See(() => Assert.Equal("cleo is typing", circuit.Find("[role=status]").Said()));
        circuit.Clock.Advance(TimeSpan.FromSeconds(3.1));
        await circuit.See(() => Assert.Equal("", circuit.Find("[role=status]").Said()));
    }
}
