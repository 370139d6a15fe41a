using Bunit;
using Chatter.App.Components.Rooms;
using Chatter.App.Tests.Components.Support;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.App.Tests.Components.Rooms;

public sealed class CreateRoomDialogTests(SharedServer shared)
{
    [Fact]
    public async Task It_makes_a_room_and_opens_it()
    {
        var user = await shared.Server.User();
        await using var circuit = await Circuit.Of(user);
        await circuit.ShowDialog<CreateRoomDialog>();
        var name = Unique.Room();

        await circuit.Type("Name", name);
        await circuit.Type("Topic (optional)", "Everything that grows");
        await circuit.Do(() => circuit.Find("input[type=checkbox]").Change(true));
        await circuit.Click("Create room");

        await circuit.See(() => Assert.Empty(circuit.All(Circuit.InDialog)));
        var room = Assert.Single(circuit.State.Rooms);
        await circuit.Until(() => circuit.Address == $"rooms/{room.Id}");
        Assert.Equal((name, "Everything that grows", true, true), (room.Info.Name, room.Info.Topic, room.Info.Private, room.IsOwner));
    }

    [Fact]
    public async Task A_name_that_is_taken_is_said_at_the_field_and_another_can_be_tried()
    {
        var user = await shared.Server.User();
        var taken = Unique.Room();
        await user.CreateRoom(taken);
        await using var circuit = await Circuit.Of(user);
        await circuit.ShowDialog<CreateRoomDialog>();

        await circuit.Type("Name", taken.ToUpperInvariant());
        await circuit.Click("Create room");
        await circuit.See(() => Assert.NotEmpty(circuit.Find("[role=alert]").Said()));
        Assert.Equal(("true", circuit.Find("[role=alert]").Id), (circuit.Control("Name").GetAttribute("aria-invalid"), circuit.Control("Name").GetAttribute("aria-describedby")));

        await circuit.Type("Name", Unique.Room());
        await circuit.Click("Create room");
        await circuit.See(() => Assert.Empty(circuit.All(Circuit.InDialog)));
        Assert.Equal(2, circuit.State.Rooms.Count);
    }

    [Fact]
    public async Task A_name_of_spaces_is_refused_in_words()
    {
        await using var circuit = await Circuit.Of(await shared.Server.User());
        await circuit.ShowDialog<CreateRoomDialog>();

        await circuit.Type("Name", "   ");
        await circuit.Click("Create room");

        await circuit.See(() => Assert.NotEmpty(circuit.Find("[role=alert]").Said()));
        Assert.Empty(circuit.State.Rooms);
    }

    [Fact]
    public async Task Cancelling_makes_nothing()
    {
        var user = await shared.Server.User();
        await using var circuit = await Circuit.Of(user);
        await circuit.ShowDialog<CreateRoomDialog>();

        await circuit.Type("Name", Unique.Room());
        await circuit.Click("Cancel");

        await circuit.See(() => Assert.Empty(circuit.All(Circuit.InDialog)));
        Assert.Empty((await user.Get("/api/me")).Is(200).List("rooms"));
    }
}
