using System.Text.Json;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Http;

/// <summary><c>pin</c>, its event, and <c>GET /api/rooms/{id}/pins</c> (docs/protocol.md §3, §4.1, §5).</summary>
public sealed class PinsTests(SharedServer shared)
{
    [Fact]
    public async Task A_pin_is_an_event_for_all_and_is_listed_the_latest_first()
    {
        var (ada, ben, room) = await shared.Two();
        await using var hers = await ada.Connect();
        await using var his = await ben.Connect();
        var first = await hers.Say(room, "frost dates");
        var second = await hers.Say(room, "who waters");
        await Pin(his, room, second.Id(), on: true, "p1");
        var e = await hers.NextEvent(room, "pinned");
        Assert.Equal((second.Id(), true, "p1", ben.Id), (e.Text("target"), e.Flag("on"), e.Text("nonce"), e.Field("from").Id()));
        await Pin(hers, room, first.Id(), on: true, "p2");

        var pins = await Pins(ben, room);
        Assert.Equal([(first.Id(), ada.Id), (second.Id(), ben.Id)], pins.Select(static p => (p.Field("event").Id(), p.Field("by").Id())));
        Assert.Equal("frost dates", pins[0].Field("event").Text("text"));
        pins[0].Time("at");
        Assert.True((await Page(ben, room)).Single(m => m.Is("id", first.Id())).Flag("pinned"));

        await Pin(his, room, first.Id(), on: false, "p3");
        Assert.Equal([second.Id()], (await Pins(ada, room)).Select(static p => p.Field("event").Id()));
        Assert.False((await Page(ben, room)).Single(m => m.Is("id", first.Id())).Has("pinned"));
    }

    [Fact]
    public async Task What_changes_nothing_is_no_event()
    {
        var (ada, _, room) = await shared.Two();
        await using var socket = await ada.Connect();
        var message = await socket.Say(room, "frost");
        Assert.Equal(message.Number("seq"), (await Pin(socket, room, message.Id(), on: false, "p1")).Number("seq"));
        var pinned = await Pin(socket, room, message.Id(), on: true, "p2");
        Assert.Equal(message.Number("seq") + 1, pinned.Number("seq"));
        Assert.Equal(pinned.Number("seq"), (await Pin(socket, room, message.Id(), on: true, "p3")).Number("seq"));
        Assert.Equal(pinned.Number("seq"), (await ada.Log(room))[^1].Number("seq"));
    }

    [Fact]
    public async Task A_deleted_message_is_pinned_no_longer_and_can_not_be()
    {
        var (ada, _, room) = await shared.Two();
        await using var socket = await ada.Connect();
        var message = await socket.Say(room, "frost");
        await Pin(socket, room, message.Id(), on: true, "p1");
        await socket.Send(new { type = "delete", room, target = message.Id(), nonce = "d1" });
        await socket.Answer("sent", "d1");
        Assert.Empty(await Pins(ada, room));
        await socket.Refused(new { type = "pin", room, target = message.Id(), on = true, nonce = "p2" }, "no_such_event");
    }

    [Fact]
    public async Task Pins_are_for_members_and_of_their_room_alone()
    {
        var (ada, ben, room) = await shared.Two();
        var id = (await ada.Say(room, "frost")).Id();
        var other = await ben.CreateRoom();
        await using var his = await ben.Connect();
        await his.Refused(new { type = "pin", room = other, target = id, on = true, nonce = "p1" }, "no_such_event");
        await ben.Leave(room);
        await his.Refused(new { type = "pin", room, target = id, on = true, nonce = "p2" }, "not_a_member");
        (await ben.Get($"/api/rooms/{room}/pins")).Refused(403, "not_a_member");
        var hidden = await ada.CreateRoom(isPrivate: true);
        (await ben.Get($"/api/rooms/{hidden}/pins")).Refused(404, "no_such_room");
    }

    [Theory]
    [InlineData("""{"on":true,"nonce":"n"}""", "target")]
    [InlineData("""{"target":"0198c1a0-0000-7000-8000-000000000000","nonce":"n"}""", "on")]
    [InlineData("""{"target":"0198c1a0-0000-7000-8000-000000000000","on":true}""", "nonce")]
    public async Task A_frame_that_lacks_something_is_told_what(string fields, string missing)
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        await using var socket = await ada.Connect();
        await socket.Send($$"""{"type":"pin","room":"{{room}}",{{fields[1..]}}""");
        var error = await socket.Next("error");
        Assert.Equal(("invalid", "pin"), (error.Text("code"), error.Text("re")));
        Assert.Contains($"`{missing}`", error.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_room_has_a_hundred_pins_at_most_and_they_come_by_pages()
    {
        var (ada, ben, room) = await shared.Two();
        await using var socket = await ada.Connect();
        var ids = new List<string>();
        for (var i = 0; i <= 100; i++) ids.Add((await socket.Say(room, $"{i}")).Id());
        for (var i = 0; i < 100; i++) await Pin(socket, room, ids[i], on: true, $"p{i}");
        await socket.Refused(new { type = "pin", room, target = ids[100], on = true, nonce = "n1" }, "invalid");
        await Pin(socket, room, ids[0], on: false, "n2");
        await Pin(socket, room, ids[100], on: true, "n3");

        var read = new List<string>();
        for (string? after = null; ;)
        {
            var page = (await ben.Get($"/api/rooms/{room}/pins?limit=30" + (after is null ? "" : $"&after={after}"))).Is(200);
            read.AddRange(page.List("pins").Select(static p => p.Field("event").Id()));
            if (!page.Has("next")) break;
            after = page.Text("next");
        }
        Assert.Equal(ids[1..].Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal));
    }

    private static async Task<JsonElement> Pin(RawSocket socket, string room, string target, bool on, string nonce)
    {
        await socket.Send(new { type = "pin", room, target, on, nonce });
        return await socket.Answer("sent", nonce);
    }

    private static async Task<List<JsonElement>> Pins(TestUser reader, string room) => (await reader.Get($"/api/rooms/{room}/pins")).Is(200).List("pins");

    private static async Task<List<JsonElement>> Page(TestUser reader, string room) => (await reader.Get($"/api/rooms/{room}/events")).Is(200).List("events");
}
