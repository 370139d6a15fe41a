using Chatter.App.Components.Pages;
using Chatter.App.Tests.Components.Support;
using Chatter.App.Tests.Session;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.App.Tests.Components.Pages;

public sealed class JoinPageTests(SharedServer shared)
{
    [Fact]
    public async Task Who_is_invited_joins_by_a_click()
    {
        var owner = await shared.Server.User();
        var room = await owner.CreateRoom(isPrivate: true);
        var invite = await owner.Invite(room);
        await using var circuit = await Circuit.Of(await shared.Server.User());
        circuit.Show<JoinPage>(page => page.Add(p => p.Id, Guid.Parse(room)).Add(p => p.Code, invite));
        Assert.Equal("You are invited to a room", circuit.Find("h1").Said());
        Assert.Equal("Join a room · Chatter", circuit.Title);

        await circuit.Click("Join room");

        await circuit.Until(() => circuit.Address == $"rooms/{room}");
    }

    [Fact]
    public async Task Who_is_in_already_is_led_there()
    {
        var garden = new Feed();
        await using var circuit = Circuit.Fed();
        circuit.Show<JoinPage>(page => page.Add(p => p.Id, garden.Room).Add(p => p.Code, "used"));
        Assert.Equal("", circuit.Address);

        await circuit.Feed(Feed.Welcome(garden.Entry()));

        await circuit.Until(() => circuit.Address == $"rooms/{garden.Room}");
    }
}
