using Chatter.App.Components.Rooms;
using Chatter.App.Tests.Components.Support;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.App.Tests.Components.Rooms;

public sealed class RoomDoorTests(SharedServer shared)
{
    [Fact]
    public async Task A_public_room_can_be_joined_and_is_opened_then()
    {
        var owner = await shared.Server.User();
        var user = await shared.Server.User();
        var room = await owner.CreateRoom();
        await using var circuit = await Before(user, room);
        Assert.Equal("You aren't in this room If it is a public room, you can join it. Join room", circuit.Find(".empty").Said());

        await circuit.Click("Join room");

        await circuit.Until(() => circuit.Address == $"rooms/{room}");
        Assert.NotNull(circuit.State.Find(Guid.Parse(room)));
    }

    [Fact]
    public async Task An_invite_opens_a_private_room()
    {
        var owner = await shared.Server.User();
        var user = await shared.Server.User();
        var room = await owner.CreateRoom(isPrivate: true);
        await using var circuit = await Before(user, room, await owner.Invite(room));

        await circuit.Click("Join room");

        await circuit.Until(() => circuit.Address == $"rooms/{room}");
    }

    [Fact]
    public async Task A_private_room_and_one_that_does_not_exist_look_the_same()
    {
        var owner = await shared.Server.User();
        var user = await shared.Server.User();
        var seen = new List<string>();
        foreach (var room in (string[])[await owner.CreateRoom(isPrivate: true), Guid.CreateVersion7().ToString()])
        {
            await using var circuit = await Before(user, room);
            await circuit.Click("Join room");
            await circuit.See(() => circuit.Find("[role=alert]"));
            seen.Add(circuit.Text);
        }

        Assert.Equal("You aren't in this room There is no such room, or it needs an invite. Back to your rooms", seen[0]);
        Assert.Equal(seen[0], seen[1]);
    }

    [Fact]
    public async Task An_invite_that_does_not_work_any_more_says_what_to_do()
    {
        var owner = await shared.Server.User();
        var user = await shared.Server.User();
        var room = await owner.CreateRoom(isPrivate: true);
        await using var circuit = await Before(user, room, "no-such-invite");

        await circuit.Click("Join room");

        await circuit.Says("This invite doesn't work any more. Ask for a new one.");
        Assert.Equal("", circuit.Control("Back to your rooms").GetAttribute("href"));
    }

    [Fact]
    public async Task Who_joins_before_the_page_is_connected_joins_as_soon_as_it_is()
    {
        var owner = await shared.Server.User();
        var room = await owner.CreateRoom();
        await using var circuit = Circuit.Offline(await shared.Server.User());
        circuit.Show<RoomDoor>(door => door.Add(d => d.Room, Guid.Parse(room)));

        await circuit.Click("Join room");
        Assert.True(circuit.Control("Join room").HasAttribute("disabled"));
        await circuit.Start();

        await circuit.Until(() => circuit.Address == $"rooms/{room}");
    }

    private static async Task<Circuit> Before(TestUser user, string room, string? invite = null)
    {
        var circuit = await Circuit.Of(user);
        circuit.Show<RoomDoor>(door => door.Add(d => d.Room, Guid.Parse(room)).Add(d => d.Invite, invite));
        return circuit;
    }
}
