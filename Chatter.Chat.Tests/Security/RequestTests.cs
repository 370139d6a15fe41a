using System.Text.Json;
using Chatter.Chat.Rooms;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Security;

/// <summary>What somebody may do to another by beginning conversations: less than fill his rooms (docs/protocol.md §9).</summary>
public sealed class RequestTests(SharedServer shared)
{
    [Fact]
    public async Task S07_what_strangers_begin_does_not_count_among_ones_rooms()
    {
        await using var server = await ChatServer.Start(static s => s["Chatter:Limits:RoomsPerUser"] = "3");
        var victim = await server.User();
        for (var i = 0; i < 10; i++) (await Converse(await server.User(), victim)).Is(201);

        var own = new List<string>();
        for (var i = 0; i < 3; i++) own.Add(await victim.CreateRoom());
        (await victim.Post("/api/rooms", new { name = "one too many" })).Refused(409, "too_many_rooms");
        // To answer is one's own will, and counts.
        var requests = Entries(await victim.Get("/api/me")).Where(static entry => entry.Has("request")).Select(static entry => entry.Field("room").Id()).ToList();
        Assert.Equal(10, requests.Count);
        (await victim.Patch($"/api/rooms/{requests[0]}/membership", new { accept = true })).Refused(409, "too_many_rooms");
        (await victim.Post($"/api/rooms/{requests[0]}/messages", new { text = "hello" })).Refused(409, "too_many_rooms");
        await victim.Leave(own[0]);
        (await victim.Post($"/api/rooms/{requests[0]}/messages", new { text = "hello" })).Is(201);
        (await victim.Post("/api/rooms", new { name = "one too many" })).Refused(409, "too_many_rooms");
    }

    [Fact]
    public async Task S07_requests_of_strangers_to_one_person_have_an_end()
    {
        var victim = await shared.Server.User();
        for (var i = 0; i < Requests.MostFromStrangers; i++) (await Converse(await shared.Server.User(), victim)).Is(201);
        var late = await shared.Server.User();
        var refused = (await Converse(late, victim)).Refused(409, "too_many_rooms");
        Assert.Contains(victim.Name, refused.Text("detail"), StringComparison.Ordinal);
        // Whom one shares a room with isn't kept out by them.
        var room = await victim.CreateRoom();
        await late.Join(room);
        (await Converse(late, victim)).Is(201);
    }

    [Fact]
    public async Task S07_one_stranger_asks_one_person_a_few_times()
    {
        var (ada, victim) = (await shared.Server.User(), await shared.Server.User());
        for (var i = 0; i < Requests.MostOfOneStranger; i++) (await Converse(ada, victim, await shared.Server.User())).Is(201);
        (await Converse(ada, victim)).Refused(409, "too_many_rooms");
        (await victim.Put($"/api/blocks/{ada.Id}")).Is(204);
        // What he asked for goes with a block, so others' requests have their places.
        Assert.Empty(Entries(await victim.Get("/api/me")));
    }

    [Fact]
    public async Task S07_beginning_and_leaving_leaves_nothing()
    {
        var (ada, victim, other) = (await shared.Server.User(), await shared.Server.User(), await shared.Server.User());
        await using var socket = await victim.Connect();
        for (var i = 0; i < 2 * Requests.MostOfOneStranger; i++)
        {
            var room = (await Converse(ada, victim, other)).Is(201).Id();
            await socket.Next("subscribed", frame => frame.Is("room", room));
            await ada.Leave(room);
            await socket.Unsubscribed(room);
            (await victim.Get($"/api/rooms/{room}")).Refused(404, "no_such_room");
        }
        Assert.Empty(Entries(await victim.Get("/api/me")));
    }

    [Fact]
    public async Task A_request_is_told_accepted_and_declined()
    {
        var (ada, ben) = (await shared.Server.User(), await shared.Server.User());
        await using var socket = await ben.Connect();
        var room = (await Converse(ada, ben)).Is(201).Id();
        Assert.True((await socket.Next("subscribed")).Field("entry").Flag("request"));
        Assert.True(Entry(await ben.Get("/api/me"), room).Flag("request"));
        Assert.False(Entry(await ada.Get("/api/me"), room).Has("request"));

        var accepted = (await ben.Patch($"/api/rooms/{room}/membership", new { accept = true })).Is(200);
        Assert.False(accepted.Has("request"));
        Assert.False((await socket.Next("membership")).Has("request"));
        Assert.False(Entry(await ben.Get("/api/me"), room).Has("request"));
        (await ben.Patch($"/api/rooms/{room}/membership", new { accept = false })).Refused(409, "conflict");

        var cleo = await shared.Server.User();
        var another = (await Converse(cleo, ben)).Is(201).Id();
        (await ben.Patch($"/api/rooms/{another}/membership", new { accept = false })).Is(204);
        await socket.Unsubscribed(another);
        (await ben.Get($"/api/rooms/{another}")).Refused(404, "no_such_room");
        // Who was declined has what he had, and can't ask by it again.
        Assert.Equal(another, (await Converse(cleo, ben)).Is(200).Id());
        (await ben.Get($"/api/rooms/{another}")).Refused(404, "no_such_room");
    }

    [Fact]
    public async Task Whom_one_shares_a_room_with_is_no_stranger()
    {
        var (ada, ben) = (await shared.Server.User(), await shared.Server.User());
        var room = await ada.CreateRoom();
        await ben.Join(room);
        var talk = (await Converse(ada, ben)).Is(201).Id();
        Assert.False(Entry(await ben.Get("/api/me"), talk).Has("request"));
        // A conversation that wasn't answered is no such room.
        var (cleo, dora) = (await shared.Server.User(), await shared.Server.User());
        await Converse(cleo, dora);
        talk = (await Converse(cleo, dora, ada)).Is(201).Id();
        Assert.True(Entry(await dora.Get("/api/me"), talk).Flag("request"));
    }

    [Fact]
    public async Task Every_conversation_can_be_hidden_until_something_happens_in_it()
    {
        var (ada, ben) = (await shared.Server.User(), await shared.Server.User());
        var room = (await Converse(ada, ben)).Is(201).Id();
        (await ada.Patch($"/api/rooms/{room}/membership", new { hidden = true })).Is(200);
        Assert.True(Entry(await ada.Get("/api/me"), room).Flag("hidden"));
        Assert.False(Entry(await ben.Get("/api/me"), room).Has("hidden"));
        await ben.Say(room, "are you there?");
        Assert.False(Entry(await ada.Get("/api/me"), room).Has("hidden"));

        (await ada.Patch($"/api/rooms/{await ada.CreateRoom()}/membership", new { hidden = true })).Refused(422, "invalid");
        (await ada.Patch($"/api/rooms/{room}/membership", new { hidden = "yes" })).Refused(422, "invalid");
    }

    private static IReadOnlyList<JsonElement> Entries(Reply me) => me.Is(200).List("rooms");

    private static JsonElement Entry(Reply me, string room) => Entries(me).Single(entry => entry.Field("room").Is("id", room));

    private static Task<Reply> Converse(TestUser user, params TestUser[] others) => user.Post("/api/conversations", new { users = others.Select(static other => other.Id) });
}
