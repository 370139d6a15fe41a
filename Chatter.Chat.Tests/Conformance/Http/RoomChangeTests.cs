using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Http;

/// <summary><c>PATCH /api/rooms/{id}</c> (docs/protocol.md §3 and §5).</summary>
public sealed class RoomChangeTests(SharedServer shared)
{
    [Fact]
    public async Task Renaming_is_told_to_the_room()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        var name = Unique.Room();
        var body = (await ada.Patch($"/api/rooms/{room}", new { name = $" {name} " })).Is(200);
        Assert.Equal(name, body.Text("name"));
        var renamed = (await ada.Log(room))[^1];
        Assert.Equal(("renamed", name, ada.Id), (renamed.Text("kind"), renamed.Text("name"), renamed.Field("from").Text("id")));
    }

    [Fact]
    public async Task A_topic_is_set_and_cleared()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        Assert.Equal("news", (await ada.Patch($"/api/rooms/{room}", new { topic = "news" })).Is(200).Text("topic"));
        var topic = (await ada.Log(room))[^1];
        Assert.Equal(("topic", "news"), (topic.Text("kind"), topic.Text("topic")));
        var cleared = (await ada.Patch($"/api/rooms/{room}", new { topic = "" })).Is(200);
        Assert.True(string.IsNullOrEmpty(cleared.TextOrNull("topic")));
    }

    [Fact]
    public async Task A_room_is_handed_over_to_a_member()
    {
        var ada = await shared.Server.User();
        var ben = await shared.Server.User();
        var room = await ada.CreateRoom();
        await ben.Join(room);
        Assert.Equal(ben.Id, (await ada.Patch($"/api/rooms/{room}", new { owner = ben.Id })).Is(200).Text("owner"));
        var owner = (await ada.Log(room))[^1];
        Assert.Equal(("owner", ben.Id, ada.Id), (owner.Text("kind"), owner.Field("user").Text("id"), owner.Field("from").Text("id")));
        (await ada.Patch($"/api/rooms/{room}", new { topic = "x" })).Refused(403, "forbidden");
        (await ben.Patch($"/api/rooms/{room}", new { topic = "x" })).Is(200);
        var roles = (await ben.Get($"/api/rooms/{room}/members")).Is(200).List("members").ToDictionary(static m => m.Field("user").Text("id"), static m => m.Text("role"));
        Assert.Equal(("member", "owner"), (roles[ada.Id], roles[ben.Id]));
    }

    [Fact]
    public async Task It_is_not_handed_over_to_who_is_not_in()
    {
        var ada = await shared.Server.User();
        var stranger = await shared.Server.User();
        var room = await ada.CreateRoom();
        foreach (var owner in (string[])[stranger.Id, Guid.CreateVersion7().ToString()])
            (await ada.Patch($"/api/rooms/{room}", new { owner })).Refused(404, "no_such_user");
        (await ada.Patch($"/api/rooms/{room}", new { owner = "nonsense" })).Refused(422, "invalid");
        Assert.Single(await ada.Log(room));
    }

    [Fact]
    public async Task Only_the_owner_changes_a_room()
    {
        var ada = await shared.Server.User();
        var ben = await shared.Server.User();
        var room = await ada.CreateRoom();
        (await ben.Patch($"/api/rooms/{room}", new { name = Unique.Room() })).Refused(403, "forbidden");
        await ben.Join(room);
        (await ben.Patch($"/api/rooms/{room}", new { name = Unique.Room() })).Refused(403, "forbidden");
        (await ben.Patch($"/api/rooms/{room}", new { owner = ben.Id })).Refused(403, "forbidden");
        Assert.Equal(2, (await ada.Log(room)).Count);
    }

    [Fact]
    public async Task A_taken_name_changes_nothing_at_all()
    {
        var ada = await shared.Server.User();
        var taken = Unique.Room();
        await ada.CreateRoom(taken);
        var room = await ada.CreateRoom();
        (await ada.Patch($"/api/rooms/{room}", new { name = taken.ToUpperInvariant(), topic = "both or none" })).Refused(409, "name_taken");
        Assert.Single(await ada.Log(room));
        Assert.False((await ada.Get($"/api/rooms/{room}")).Is(200).Has("topic"));
    }

    [Fact]
    public async Task A_room_may_change_the_case_of_its_own_name_and_frees_its_old_one()
    {
        var ada = await shared.Server.User();
        var old = Unique.Room();
        var room = await ada.CreateRoom(old);
        (await ada.Patch($"/api/rooms/{room}", new { name = old.ToUpperInvariant() })).Is(200);
        (await ada.Patch($"/api/rooms/{room}", new { name = Unique.Room() })).Is(200);
        await ada.CreateRoom(old);
    }

    [Theory]
    [InlineData("""{"name":""}""")]
    [InlineData("""{"name":"tab\there"}""")]
    [InlineData("""{"name":7}""")]
    [InlineData("""{"topic":7}""")]
    [InlineData("""{"owner":7}""")]
    public async Task A_wrong_field_is_invalid(string body)
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        (await ada.Patch($"/api/rooms/{room}", body)).Refused(422, "invalid");
        Assert.Single(await ada.Log(room));
    }
}
