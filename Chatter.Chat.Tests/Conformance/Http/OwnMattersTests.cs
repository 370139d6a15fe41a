using System.Text.Json;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Http;

/// <summary>What is one's own matter: saved messages, what one wants of a room, the newest message of each (docs/protocol.md §3, §4.2).</summary>
public sealed class OwnMattersTests(SharedServer shared)
{
    [Fact]
    public async Task A_saved_message_is_ones_own_matter_and_is_told_to_ones_sockets()
    {
        var (ada, ben, room) = await shared.Two();
        var message = await ada.Say(room, "frost dates");
        await using var his = await ben.Connect();
        await Keep(ben, room, message.Id());
        var told = await his.Next("saved");
        Assert.Equal((room, message.Id(), true), (told.Text("room"), told.Text("target"), told.Flag("on")));

        var saved = Assert.Single(await Saved(ben));
        Assert.Equal((message.Id(), "frost dates", true), (saved.Field("event").Id(), saved.Field("event").Text("text"), saved.Field("event").Flag("saved")));
        saved.Time("at");
        Assert.Empty(await Saved(ada));
        Assert.False((await Page(ada, room)).Single(m => m.Is("id", message.Id())).Has("saved"));
        Assert.Equal(message.Number("seq"), (await ada.Log(room))[^1].Number("seq"));

        Assert.Equal(204, (await ben.Delete($"/api/rooms/{room}/events/{message.Id()}/saved")).Status);
        Assert.False((await his.Next("saved")).Flag("on"));
        Assert.Empty(await Saved(ben));
    }

    [Fact]
    public async Task Saving_twice_saves_once_and_a_deleted_message_is_forgotten()
    {
        var (ada, ben, room) = await shared.Two();
        await using var hers = await ada.Connect();
        var message = await hers.Say(room, "frost");
        await Keep(ben, room, message.Id());
        await Keep(ben, room, message.Id());
        Assert.Single(await Saved(ben));
        await hers.Send(new { type = "delete", room, target = message.Id(), nonce = "d1" });
        await hers.Answer("sent", "d1");
        Assert.Empty(await Saved(ben));
        (await ben.Put($"/api/rooms/{room}/events/{message.Id()}/saved")).Refused(404, "no_such_event");
    }

    [Fact]
    public async Task Only_what_one_may_read_can_be_saved_and_is_shown()
    {
        var (ada, ben, room) = await shared.Two();
        var id = (await ada.Say(room, "frost")).Id();
        await Keep(ben, room, id);
        var other = await ben.CreateRoom();
        (await ben.Put($"/api/rooms/{other}/events/{id}/saved")).Refused(404, "no_such_event");
        (await ben.Put($"/api/rooms/{room}/events/none/saved")).Refused(404, "no_such_event");
        await ben.Leave(room);
        (await ben.Put($"/api/rooms/{room}/events/{id}/saved")).Refused(403, "not_a_member");
        Assert.Empty(await Saved(ben));
        await ben.Join(room);
        Assert.Single(await Saved(ben));
        var hidden = await ada.CreateRoom(isPrivate: true);
        (await ben.Put($"/api/rooms/{hidden}/events/{id}/saved")).Refused(404, "no_such_room");
    }

    [Fact]
    public async Task What_one_wants_of_a_room_is_in_its_entry_and_told_to_ones_sockets()
    {
        var (_, ben, room) = await shared.Two();
        await using var his = await ben.Connect();
        var entry = his.Welcome.List("rooms").Single();
        Assert.False(entry.Has("notify") || entry.Has("favourite"));

        var answer = (await ben.Patch($"/api/rooms/{room}/membership", new { notify = "mentions" })).Is(200);
        Assert.Equal((room, "mentions", false), (answer.Text("room"), answer.Text("notify"), answer.Flag("favourite")));
        var told = await his.Next("membership");
        Assert.Equal((room, "mentions", false), (told.Text("room"), told.Text("notify"), told.Flag("favourite")));

        (await ben.Patch($"/api/rooms/{room}/membership", new { favourite = true })).Is(200);
        var after = (await ben.Get("/api/me")).Is(200).List("rooms").Single();
        Assert.Equal(("mentions", true), (after.Text("notify"), after.Flag("favourite")));
    }

    [Fact]
    public async Task What_can_not_be_wanted_is_refused()
    {
        var (ada, ben, room) = await shared.Two();
        (await ben.Patch($"/api/rooms/{room}/membership", new { notify = "loud" })).Refused(422, "invalid");
        (await ben.Patch($"/api/rooms/{room}/membership", new { favourite = "yes" })).Refused(422, "invalid");
        await ben.Leave(room);
        (await ben.Patch($"/api/rooms/{room}/membership", new { favourite = true })).Refused(403, "not_a_member");
        var hidden = await ada.CreateRoom(isPrivate: true);
        (await ben.Patch($"/api/rooms/{hidden}/membership", new { favourite = true })).Refused(404, "no_such_room");
    }

    [Fact]
    public async Task The_newest_message_of_each_room_comes_in_a_line_and_as_it_is_now()
    {
        var (ada, ben, room) = await shared.Two();
        var empty = await ben.CreateRoom();
        await using var hers = await ada.Connect();
        var message = await hers.Say(room, new string('x', 300));
        await hers.Send(new { type = "react", room, target = message.Id(), emoji = "🥶", on = true, nonce = "r1" });
        await hers.Answer("sent", "r1");

        var latest = Assert.Single(await Latest(ben));
        Assert.Equal((message.Id(), room, ada.Id), (latest.Id(), latest.Text("room"), latest.Field("from").Id()));
        Assert.Equal(new string('x', 200) + "…", latest.Text("text"));
        Assert.DoesNotContain(empty, latest.GetRawText(), StringComparison.Ordinal);

        await hers.Send(new { type = "edit", room, target = message.Id(), text = "short", nonce = "e1" });
        await hers.Answer("sent", "e1");
        Assert.Equal("short", Assert.Single(await Latest(ben)).Text("text"));
        await hers.Send(new { type = "delete", room, target = message.Id(), nonce = "d1" });
        await hers.Answer("sent", "d1");
        Assert.True(Assert.Single(await Latest(ben)).Flag("redacted"));
        await ben.Leave(room);
        Assert.Empty(await Latest(ben));
    }

    private static async Task Keep(TestUser user, string room, string message) => Assert.Equal(204, (await user.Put($"/api/rooms/{room}/events/{message}/saved")).Status);

    private static async Task<List<JsonElement>> Saved(TestUser user) => (await user.Get("/api/saved")).Is(200).List("saved");

    private static async Task<List<JsonElement>> Latest(TestUser user) => (await user.Get("/api/latest")).Is(200).List("latest");

    private static async Task<List<JsonElement>> Page(TestUser reader, string room) => (await reader.Get($"/api/rooms/{room}/events")).Is(200).List("events");
}
