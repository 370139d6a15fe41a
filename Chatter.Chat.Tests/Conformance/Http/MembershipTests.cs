using System.Text.Json;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Http;

/// <summary>Joining, leaving, removing and the members' list (docs/protocol.md §3).</summary>
public sealed class MembershipTests(SharedServer shared)
{
    private static IEnumerable<string> Users(JsonElement e) => e.List("users").Select(static u => u.Text("id"));

    [Fact]
    public async Task Joining_tells_the_room_and_the_seq_of_ones_joined()
    {
        var ada = await shared.Server.User();
        var ben = await shared.Server.User();
        var room = await ada.CreateRoom();
        var body = (await ben.Post($"/api/rooms/{room}/join")).Is(200);
        Assert.True(body.Flag("joined"));
        Assert.Equal(2, body.Number("seq"));
        Assert.Equal((room, 2L), (body.Field("room").Text("id"), body.Field("room").Number("members")));
        var log = await ben.Log(room);
        Assert.Equal("joined", log[1].Text("kind"));
        Assert.Equal([ben.Id], Users(log[1]));
    }

    [Theory]
    [InlineData("Content-Length: 0\r\n")]
    [InlineData("Content-Length: 0\r\nContent-Type: application/json\r\n")]
    [InlineData("Content-Type: application/json\r\n")]
    [InlineData("Content-Type: text/plain\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n")]
    public async Task A_body_that_may_be_left_out_is_not_missed(string headers)
    {
        var room = await (await shared.Server.User()).CreateRoom();
        var ben = await shared.Server.User();
        var (host, end) = (shared.Server.Address, headers.StartsWith('T') ? "0\r\n\r\n" : "");
        using var tcp = new System.Net.Sockets.TcpClient(host.Host, host.Port);
        var request = $"POST /api/rooms/{room}/join HTTP/1.1\r\nHost: {host.Authority}\r\nAuthorization: Bearer {ben.Token}\r\nConnection: close\r\n{headers}\r\n{end}";
        await tcp.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(tcp.GetStream());
        Assert.StartsWith("HTTP/1.1 200 ", await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Joining_again_changes_nothing()
    {
        var (ada, ben, room) = await shared.Two();
        await ada.Say(room, "in between");
        var body = (await ben.Post($"/api/rooms/{room}/join", new { })).Is(200);
        Assert.False(body.Flag("joined"));
        Assert.Equal(2, body.Number("seq"));
        Assert.Equal(3, (await ada.Log(room)).Count);
    }

    [Fact]
    public async Task Joining_many_times_at_once_makes_one_event()
    {
        var ada = await shared.Server.User();
        var ben = await shared.Server.User();
        var room = await ada.CreateRoom();
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ben.Post($"/api/rooms/{room}/join")));
        Assert.Single(replies, static r => r.Is(200).Flag("joined"));
        Assert.All(replies, static r => Assert.Equal(2, r.Json.Number("seq")));
        Assert.Equal(2, (await ada.Log(room)).Count);
    }

    [Fact]
    public async Task Leaving_is_an_event_and_ends_reading()
    {
        var (ada, ben, room) = await shared.Two();
        await ben.Leave(room);
        var left = (await ada.Log(room))[^1];
        Assert.Equal("left", left.Text("kind"));
        Assert.Equal([ben.Id], Users(left));
        (await ben.Get($"/api/rooms/{room}/events")).Refused(403, "not_a_member");
        (await ben.Get($"/api/rooms/{room}/members")).Refused(403, "not_a_member");
        (await ben.Post($"/api/rooms/{room}/messages", new { text = "still here?" })).Refused(403, "not_a_member");
        Assert.Equal(1, (await ben.Get($"/api/rooms/{room}")).Is(200).Number("members"));
    }

    [Fact]
    public async Task Leaving_a_public_room_that_one_is_not_in_is_no_mistake_and_no_event()
    {
        var (ada, ben, room) = await shared.Two();
        await ben.Leave(room);
        await ben.Leave(room);
        Assert.Equal(3, (await ada.Log(room)).Count);
    }

    [Fact]
    public async Task Who_comes_back_gets_a_new_seq_and_reads_from_the_first()
    {
        var (ada, ben, room) = await shared.Two();
        await ben.Leave(room);
        await ada.Say(room, "while he was away");
        Assert.Equal(5, await ben.Join(room));
        Assert.Equal([1L, 2, 3, 4, 5], (await ben.Log(room)).Select(static e => e.Number("seq")));
    }

    [Fact]
    public async Task Where_the_owner_leaves_the_longest_standing_member_becomes_owner()
    {
        var (ada, ben, room) = await shared.Two();
        var cleo = await shared.Server.User();
        await cleo.Join(room);
        await ada.Leave(room);
        var log = await ben.Log(room);
        var owner = Assert.Single(log, static e => e.Is("kind", "owner"));
        Assert.Equal(ben.Id, owner.Field("user").Text("id"));
        Assert.Single(log, static e => e.Is("kind", "left"));
        Assert.Equal(ben.Id, (await ben.Get($"/api/rooms/{room}")).Is(200).Text("owner"));
        (await ben.Patch($"/api/rooms/{room}", new { topic = "mine now" })).Is(200);
        (await cleo.Patch($"/api/rooms/{room}", new { topic = "mine?" })).Refused(403, "forbidden");
    }

    [Fact]
    public async Task A_public_room_without_members_stays_and_its_next_member_owns_it()
    {
        var ada = await shared.Server.User();
        var ben = await shared.Server.User();
        var room = await ada.CreateRoom();
        await ada.Leave(room);
        var empty = (await ben.Get($"/api/rooms/{room}")).Is(200);
        Assert.Equal(0, empty.Number("members"));
        Assert.False(empty.Has("owner"));
        await ben.Join(room);
        Assert.Equal(ben.Id, (await ada.Get($"/api/rooms/{room}")).Is(200).Text("owner"));
        Assert.Equal("owner", Assert.Single((await ben.Get("/api/me")).Is(200).List("rooms")).Text("role"));
    }

    [Fact]
    public async Task A_private_room_is_deleted_with_its_last_member()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom(isPrivate: true);
        var invite = await ada.Invite(room);
        await ada.Leave(room);
        (await ada.Get($"/api/rooms/{room}")).Refused(404, "no_such_room");
        (await ada.Post($"/api/rooms/{room}/join", new { invite })).Refused(404, "no_such_room");
        (await ada.Post($"/api/rooms/{room}/leave")).Refused(404, "no_such_room");
        Assert.Empty((await ada.Get("/api/me")).Is(200).List("rooms"));
    }

    [Fact]
    public async Task The_owner_removes_and_the_reason_is_told()
    {
        var (ada, ben, room) = await shared.Two();
        Assert.Equal(204, (await ada.Delete($"/api/rooms/{room}/members/{ben.Id}", new { reason = "spam" })).Status);
        var removed = (await ada.Log(room))[^1];
        Assert.Equal(("removed", "spam"), (removed.Text("kind"), removed.Text("reason")));
        Assert.Equal([ben.Id], Users(removed));
        Assert.Equal(ada.Id, removed.Field("from").Text("id"));
        (await ben.Get($"/api/rooms/{room}/events")).Refused(403, "not_a_member");
        Assert.Equal(4, await ben.Join(room));
    }

    [Fact]
    public async Task Removing_who_is_not_in_does_nothing()
    {
        var (ada, ben, room) = await shared.Two();
        await ben.Leave(room);
        Assert.Equal(204, (await ada.Delete($"/api/rooms/{room}/members/{ben.Id}")).Status);
        Assert.Equal(3, (await ada.Log(room)).Count);
    }

    [Fact]
    public async Task One_does_not_remove_oneself()
    {
        var (ada, _, room) = await shared.Two();
        (await ada.Delete($"/api/rooms/{room}/members/{ada.Id}")).Refused(422, "invalid");
    }

    [Fact]
    public async Task Only_the_owner_removes()
    {
        var (ada, ben, room) = await shared.Two();
        (await ben.Delete($"/api/rooms/{room}/members/{ada.Id}")).Refused(403, "forbidden");
        Assert.Equal(2, (await ada.Log(room)).Count);
    }

    [Fact]
    public async Task A_reason_has_500_characters_at_most()
    {
        var (ada, ben, room) = await shared.Two();
        (await ada.Delete($"/api/rooms/{room}/members/{ben.Id}", new { reason = new string('r', 501) })).Refused(422, "invalid");
        Assert.Equal(204, (await ada.Delete($"/api/rooms/{room}/members/{ben.Id}", new { reason = new string('r', 500) })).Status);
    }

    [Fact]
    public async Task Members_are_listed_with_their_role_and_whether_they_are_there()
    {
        var (ada, ben, room) = await shared.Two();
        await using var socket = await ben.Connect();
        var members = (await ada.Get($"/api/rooms/{room}/members")).Is(200).List("members");
        Assert.Equal(2, members.Count);
        var (hers, his) = (members.Single(m => m.Field("user").Is("id", ada.Id)), members.Single(m => m.Field("user").Is("id", ben.Id)));
        Assert.Equal(("owner", "member"), (hers.Text("role"), his.Text("role")));
        Assert.True(his.Flag("online"));
        Assert.False(hers.Flag("online"));
        Assert.True(his.Time("joinedAt") >= hers.Time("joinedAt"));
    }

    [Fact]
    public async Task Members_come_in_pages()
    {
        var (ada, _, room) = await shared.Two();
        for (var i = 0; i < 3; i++) await (await shared.Server.User()).Join(room);
        var seen = new List<string>();
        string? next = null;
        do
        {
            var page = (await ada.Get($"/api/rooms/{room}/members?limit=2{(next is null ? "" : "&after=" + Uri.EscapeDataString(next))}")).Is(200);
            seen.AddRange(page.List("members").Select(static m => m.Field("user").Id()));
            next = page.TextOrNull("next");
        }
        while (next is not null && seen.Count < 20);
        Assert.Equal(5, seen.Distinct().Count());
        Assert.Equal(5, seen.Count);
    }
}
