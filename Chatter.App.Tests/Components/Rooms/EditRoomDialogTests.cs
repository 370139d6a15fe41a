using Chatter.App.Components.Rooms;
using Chatter.App.Tests.Components.Support;
using Chatter.Chat.Tests.Support;
using MudBlazor;
using Xunit;

namespace Chatter.App.Tests.Components.Rooms;

public sealed class EditRoomDialogTests(SharedServer shared)
{
    [Fact]
    public async Task It_shows_what_is_and_changes_it()
    {
        var user = await shared.Server.User();
        var room = await user.CreateRoom("Old " + Unique.Room());
        await using var circuit = await Open(user, room);
        Assert.Equal(circuit.State.Rooms[0].Info.Name, circuit.Control("Name").GetAttribute("value"));
        var name = Unique.Room();

        await circuit.Type("Name", name);
        await circuit.Type("Topic (optional)", "Everything that grows");
        await circuit.Click("Save");

        await circuit.See(() => Assert.Empty(circuit.All(Circuit.InDialog)));
        var changed = (await user.Get($"/api/rooms/{room}")).Is(200);
        Assert.Equal((name, "Everything that grows"), (changed.Text("name"), changed.Text("topic")));
        await circuit.Until(() => circuit.State.Rooms[0].Info.Name == name);
    }

    [Fact]
    public async Task An_emptied_topic_is_taken_away_and_the_name_stays()
    {
        var user = await shared.Server.User();
        var room = await user.CreateRoom();
        (await user.Patch($"/api/rooms/{room}", new { topic = "old" })).Is(200);
        await using var circuit = await Open(user, room);

        await circuit.Type("Topic (optional)", "");
        await circuit.Click("Save");

        await circuit.See(() => Assert.Empty(circuit.All(Circuit.InDialog)));
        Assert.False((await user.Get($"/api/rooms/{room}")).Is(200).Has("topic"));
        Assert.DoesNotContain(await user.Log(room), static e => e.Is("kind", "renamed"));
    }

    [Fact]
    public async Task Saving_what_is_unchanged_says_nothing_to_anybody()
    {
        var user = await shared.Server.User();
        var room = await user.CreateRoom();
        await using var circuit = await Open(user, room);

        await circuit.Click("Save");

        await circuit.See(() => Assert.Empty(circuit.All(Circuit.InDialog)));
        Assert.Single(await user.Log(room));
    }

    [Fact]
    public async Task A_name_that_is_taken_is_said_and_the_dialog_stays()
    {
        var user = await shared.Server.User();
        var taken = Unique.Room();
        await (await shared.Server.User()).CreateRoom(taken);
        await using var circuit = await Open(user, await user.CreateRoom());

        await circuit.Type("Name", taken);
        await circuit.Click("Save");

        await circuit.See(() => Assert.NotEmpty(circuit.Find("[role=alert]").Said()));
        Assert.NotEqual(taken, circuit.State.Rooms[0].Info.Name);
    }

    private static async Task<Circuit> Open(TestUser user, string room)
    {
        var circuit = await Circuit.Of(user);
        await circuit.ShowDialog(new DialogParameters<EditRoomDialog> { { d => d.Room, circuit.State.Find(Guid.Parse(room))! } });
        return circuit;
    }
}
