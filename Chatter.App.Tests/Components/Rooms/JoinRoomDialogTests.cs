using Chatter.App.Components.Rooms;
using Chatter.App.Tests.Components.Support;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.App.Tests.Components.Rooms;

public sealed class JoinRoomDialogTests(SharedServer shared)
{
    private const string Field = "Search public rooms, or paste an invite";

    [Fact]
    public async Task A_public_room_is_found_by_a_part_of_its_name_and_joined()
    {
        var name = Unique.Room();
        var room = await (await shared.Server.User()).CreateRoom(name);
        await using var circuit = await Open(await shared.Server.User());

        await circuit.Type(Field, $" {name.ToLowerInvariant()[2..]} ");
        await circuit.See(() => Assert.Matches($"^{name} 1 member · last active [0-9]{{2}}:[0-9]{{2}} Join$", Assert.Single(circuit.Said(".found li"))));
        await circuit.Click($"Join {name}");

        await circuit.Until(() => circuit.Address == $"rooms/{room}");
        await circuit.See(() => Assert.Empty(circuit.All(Circuit.InDialog)));
        Assert.NotNull(circuit.State.Find(Guid.Parse(room)));
    }

    [Fact]
    public async Task A_room_one_is_in_is_opened()
    {
        var user = await shared.Server.User();
        var name = Unique.Room();
        var room = await user.CreateRoom(name);
        await using var circuit = await Open(user);

        await circuit.Type(Field, name);
        await circuit.Click($"Open {name}");

        Assert.Equal($"rooms/{room}", circuit.Address);
    }

    [Fact]
    public async Task A_private_room_is_found_by_nobody_and_joined_by_a_pasted_invite()
    {
        var owner = await shared.Server.User();
        var name = Unique.Room();
        var room = await owner.CreateRoom(name, isPrivate: true);
        var invite = await owner.Invite(room);
        await using var circuit = await Open(await shared.Server.User());

        await circuit.Type(Field, name);
        await circuit.Says("No public room is called that.");
        await circuit.Type(Field, $"https://chat.example/join/{room}/{invite}");
        await circuit.Says("This is an invite.");
        await circuit.Click("Join room");

        await circuit.Until(() => circuit.Address == $"rooms/{room}");
    }

    [Fact]
    public async Task An_invite_that_does_not_work_is_said_and_the_dialog_stays()
    {
        await using var circuit = await Open(await shared.Server.User());

        await circuit.Type(Field, $"{Guid.CreateVersion7()}/no-such-invite");
        await circuit.Click("Join room");

        await circuit.See(() => Assert.NotEmpty(circuit.Find("[role=alert]").Said()));
        Assert.False(circuit.Control("Join room").HasAttribute("disabled"));
    }

    [Fact]
    public async Task Many_rooms_come_by_pages()
    {
        var owner = await shared.Server.User();
        var word = Unique.Room();
        await Task.WhenAll(Enumerable.Range(0, 51).Select(i => owner.CreateRoom($"{word} {i}")));
        await using var circuit = await Open(await shared.Server.User());
        await circuit.Type(Field, word);
        // Of these: fifty others may be there from before.
        await circuit.See(() => Assert.Equal((50, 50), (circuit.All(".found li").Count, circuit.Said(".found-name").Count(name => name.Contains(word, StringComparison.Ordinal)))));

        await circuit.Click("Show more");

        await circuit.See(() => Assert.Equal(51, circuit.Said(".found-name").Distinct().Count()));
        Assert.False(circuit.Has("Show more"));
    }

    [Fact]
    public async Task Only_the_last_search_is_shown_however_fast_one_types()
    {
        var owner = await shared.Server.User();
        var word = Unique.Room();
        foreach (var end in (string[])["a", "ab", "abc"]) await owner.CreateRoom($"{word}{end}");
        await using var circuit = await Open(await shared.Server.User());

        foreach (var typed in (string[])[word, $"{word}a", $"{word}ab", $"{word}abc"]) await circuit.Type(Field, typed);

        await circuit.See(() => Assert.Equal([$"# {word}abc"], circuit.All(".found-name").Select(static room => string.Join(' ', room.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))));
    }

    [Fact]
    public async Task Opened_before_the_page_is_connected_it_searches_as_soon_as_it_is()
    {
        var user = await shared.Server.User();
        await user.CreateRoom();
        await using var circuit = Circuit.Offline(user);
        await circuit.ShowDialog<JoinRoomDialog>();
        Assert.Empty(circuit.All(".found li"));

        await circuit.Start();

        await circuit.See(() => Assert.NotEmpty(circuit.All(".found li")));
    }

    private static async Task<Circuit> Open(TestUser user)
    {
        var circuit = await Circuit.Of(user);
        await circuit.ShowDialog<JoinRoomDialog>();
        return circuit;
    }
}
