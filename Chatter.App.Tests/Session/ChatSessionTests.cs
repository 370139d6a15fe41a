using Chatter.App.Session;
using Chatter.App.Tests.Components.Support;
using Chatter.Chat.Client;
using Chatter.Chat.Protocol;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.App.Tests.Session;

/// <summary>What a circuit does with a real server, seen in its state.</summary>
public sealed class ChatSessionTests(SharedServer shared)
{
    [Fact]
    public async Task What_is_written_while_the_connection_is_lost_is_shown_at_once_and_kept()
    {
        await using var server = await ChatServer.Start();
        var user = await server.User();
        var room = await user.CreateRoom();
        await using var circuit = await Circuit.Of(user);
        await server.Stop();
        await circuit.Until(() => circuit.State.Connection == ConnectionState.Reconnecting);

        var sent = circuit.Do(() => circuit.Session.Send(Guid.Parse(room), "n1", "Still here.  ", TimeSpan.Zero));

        // The circuit may still be busy with the loss.
        await circuit.Until(() => Room(circuit, room).Pending.Count > 0);
        Assert.Equal("Still here.", Assert.Single(Room(circuit, room).Pending).Text);
        Assert.False(sent.IsCompleted);
    }

    [Fact]
    public async Task A_message_that_waited_for_more_than_a_day_is_for_its_writer_to_decide()
    {
        var user = await shared.Server.User();
        var room = await user.CreateRoom();
        await using var circuit = await Circuit.Of(user);

        var sent = circuit.Do(() => circuit.Session.Send(Guid.Parse(room), "n1", "Frost tonight?", TimeSpan.FromHours(25)));
        await circuit.Until(() => Room(circuit, room).Pending is [{ Refusal: not null }]);
        Assert.Single(await user.Log(room));

        await circuit.Do(() => circuit.Session.TryAgain(Guid.Parse(room), "n1"));
        await sent.WaitAsync(Patience.Frame, TestContext.Current.CancellationToken);
        await circuit.Until(() => Room(circuit, room).Pending.Count == 0);
        Assert.Single(await user.Log(room), static e => e.Is("text", "Frost tonight?"));
    }

    [Fact]
    public async Task A_discarded_message_is_forgotten_by_the_browser_and_never_sent()
    {
        var user = await shared.Server.User();
        var room = await user.CreateRoom();
        await using var circuit = await Circuit.Of(user);
        var sent = circuit.Do(() => circuit.Session.Send(Guid.Parse(room), "n1", "Frost tonight?", TimeSpan.FromHours(25)));
        await circuit.Until(() => Room(circuit, room).Pending.Count == 1);

        await circuit.Do(() => circuit.Session.Discard(Guid.Parse(room), "n1"));

        await sent.WaitAsync(Patience.Frame, TestContext.Current.CancellationToken);
        Assert.Empty(Room(circuit, room).Pending);
        Assert.Single(await user.Log(room));
    }

    [Fact]
    public async Task A_message_to_a_room_that_is_lost_stays_with_the_browser_and_is_sent_when_one_is_back()
    {
        var owner = await shared.Server.User();
        var user = await shared.Server.User();
        var room = await owner.CreateRoom();
        await user.Join(room);
        await using var circuit = await Circuit.Of(user);
        var waiting = circuit.Do(() => circuit.Session.Send(Guid.Parse(room), "n1", "Frost tonight?", TimeSpan.FromHours(25)));
        await circuit.Until(() => Room(circuit, room).Pending.Count == 1);

        await user.Leave(room);
        await circuit.Until(() => circuit.State.Rooms.Count == 0);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience.Frame, TestContext.Current.CancellationToken));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => circuit.Do(() => circuit.Session.Send(Guid.Parse(room), "n2", "Hello?", TimeSpan.Zero)));

        await user.Join(room);
        await circuit.Until(() => circuit.State.Rooms.Count == 1);
        await circuit.Do(() => circuit.Session.Send(Guid.Parse(room), "n1", "Frost tonight?", TimeSpan.Zero)).WaitAsync(Patience.Frame, TestContext.Current.CancellationToken);
        Assert.Single(await user.Log(room), static e => e.Is("text", "Frost tonight?"));
    }

    [Fact]
    public async Task Rooms_opened_one_right_after_the_other_are_both_read()
    {
        var user = await shared.Server.User();
        string[] rooms = [await user.CreateRoom(), await user.CreateRoom()];
        foreach (var room in rooms) await user.Say(room, "hello");
        await using var circuit = await Circuit.Of(user);

        await circuit.Do(() => Task.WhenAll(rooms.Select(room => circuit.Session.Open(Guid.Parse(room)))));

        Assert.All(rooms, room => Assert.Equal([1L, 2L], Room(circuit, room).Window.Events.Select(static e => e.Seq)));
    }

    [Fact]
    public async Task Going_to_the_end_while_an_older_page_is_on_its_way_shows_the_end()
    {
        var user = await shared.Server.User();
        var room = await user.CreateRoom();
        for (var i = 0; i < 230; i++) await user.Say(room, $"message {i}");
        await using var circuit = await Circuit.Of(user);
        var id = Guid.Parse(room);
        await circuit.Do(() => circuit.Session.Open(id));
        for (var i = 0; i < 3; i++) await circuit.Do(() => circuit.Session.LoadOlder(id));
        Assert.False(Room(circuit, room).Window.AtEnd);

        await circuit.Do(() => Task.WhenAll(circuit.Session.LoadOlder(id), circuit.Session.JumpToEnd(id)));

        var window = Room(circuit, room).Window;
        Assert.Equal((true, 231, 231), (window.AtEnd, window.To, window.Events[^1].Seq));
    }

    [Fact]
    public async Task Pages_of_nothing_but_people_who_join_are_passed_until_there_is_a_row_more()
    {
        var user = await shared.Server.User();
        var room = await user.CreateRoom();
        await user.Say(room, "before them all");
        foreach (var member in await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => shared.Server.User()))) await member.Join(room);
        await using var circuit = await Circuit.Of(user);
        var id = Guid.Parse(room);
        await circuit.Do(() => circuit.Session.Open(id));
        var window = Room(circuit, room).Window;
        Assert.Single(window.Events);

        await circuit.Do(() => circuit.Session.LoadOlder(id));

        // Two pages of them make one row.
        Assert.Equal([EventKinds.Joined, EventKinds.Message, EventKinds.Joined], window.Events.Select(static e => e.Kind));
        Assert.Equal((1, 100, true), (window.From, window.Events[^1].Users!.Count, window.AtEnd));
    }

    [Fact]
    public async Task A_reader_gets_from_the_end_to_the_start_and_back_without_a_gap()
    {
        var user = await shared.Server.User();
        var room = await user.CreateRoom();
        for (var i = 0; i < 230; i++) await user.Say(room, $"message {i}");
        await using var circuit = await Circuit.Of(user);
        var id = Guid.Parse(room);
        await circuit.Do(() => circuit.Session.Open(id));
        var state = Room(circuit, room);

        while (await circuit.Do(() => state.HasOlder)) await circuit.Do(() => circuit.Session.LoadOlder(id));
        Assert.Equal(Enumerable.Range(1, RoomWindow.Capacity).Select(static seq => (long)seq), state.Window.Events.Select(static e => e.Seq));

        while (await circuit.Do(() => !state.Window.AtEnd)) await circuit.Do(() => circuit.Session.LoadNewer(id));
        Assert.Equal(Enumerable.Range(231 - RoomWindow.Capacity + 1, RoomWindow.Capacity).Select(static seq => (long)seq), state.Window.Events.Select(static e => e.Seq));
    }

    [Fact]
    public async Task What_is_done_before_the_page_is_connected_is_done_as_soon_as_it_is()
    {
        var user = await shared.Server.User();
        await using var circuit = Circuit.Offline(user);

        var making = circuit.Do(() => circuit.Session.CreateRoom(Unique.Room(), null, isPrivate: false));
        Assert.False(making.IsCompleted);
        await circuit.Start();

        Assert.True((await making.WaitAsync(Patience.Frame, TestContext.Current.CancellationToken)).Is(out var room, out _));
        Assert.NotNull(circuit.State.Find(room!.Id));
    }

    [Fact]
    public async Task A_page_that_is_gone_answers_what_is_still_asked_of_it()
    {
        var user = await shared.Server.User();
        var circuit = Circuit.Offline(user);
        var session = circuit.Session;
        var making = circuit.Do(() => session.CreateRoom(Unique.Room(), null, isPrivate: false));

        await circuit.DisposeAsync();

        var made = await making.WaitAsync(Patience.Frame, TestContext.Current.CancellationToken);
        Assert.Equal(ErrorCodes.Unavailable, made.Refusal?.Code);
        Assert.Equal(ErrorCodes.Unavailable, (await session.Leave(Guid.CreateVersion7())).Refusal?.Code);
    }

    [Fact]
    public async Task A_page_whose_browser_is_away_keeps_its_place()
    {
        var owner = await shared.Server.User();
        var user = await shared.Server.User();
        var room = await owner.CreateRoom();
        await user.Join(room);
        await using var circuit = await Circuit.Of(user);

        await circuit.Do(circuit.Session.BrowserLost);
        await circuit.Do(circuit.Session.BrowserBack);
        await owner.Say(room, "hello");

        await circuit.Until(() => Room(circuit, room).Unread == 1);
    }

    private static RoomState Room(Circuit circuit, string room) => circuit.State.Find(Guid.Parse(room))!;
}
