using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Http;

/// <summary><c>POST /api/rooms/{id}/invites</c> and joining with one (docs/protocol.md §3).</summary>
public sealed class InviteTests(SharedServer shared)
{
    private async Task<(TestUser Ada, string Room)> PrivateRoom()
    {
        var ada = await shared.Server.User();
        return (ada, await ada.CreateRoom(isPrivate: true));
    }

    [Fact]
    public async Task An_invite_opens_a_private_room_to_everybody_who_has_it()
    {
        var (ada, room) = await PrivateRoom();
        var reply = await ada.Post($"/api/rooms/{room}/invites", new { });
        var invite = reply.Is(201);
        Assert.False(invite.Has("uses"));
        Assert.InRange(invite.Time("expiresAt"), DateTimeOffset.UtcNow.AddDays(6.9), DateTimeOffset.UtcNow.AddDays(7.1));
        for (var i = 0; i < 2; i++)
        {
            var guest = await shared.Server.User();
            Assert.Equal(i + 2, await guest.Join(room, invite.Text("invite")));
        }
    }

    [Fact]
    public async Task An_invite_serves_so_many_and_no_more()
    {
        var (ada, room) = await PrivateRoom();
        var invite = await ada.Invite(room, new { uses = 2 });
        await (await shared.Server.User()).Join(room, invite);
        await (await shared.Server.User()).Join(room, invite);
        (await (await shared.Server.User()).Post($"/api/rooms/{room}/join", new { invite })).Refused(404, "no_such_room");
    }

    [Fact]
    public async Task Ten_who_come_at_once_with_an_invite_for_three_are_three()
    {
        var (ada, room) = await PrivateRoom();
        var invite = await ada.Invite(room, new { uses = 3 });
        var guests = new List<TestUser>();
        for (var i = 0; i < 6; i++) guests.Add(await shared.Server.User());
        var replies = await Task.WhenAll(guests.Select(g => g.Post($"/api/rooms/{room}/join", new { invite })));
        Assert.Equal(3, replies.Count(static r => r.Status == 200));
        Assert.Equal(4, (await ada.Get($"/api/rooms/{room}")).Is(200).Number("members"));
    }

    [Fact]
    public async Task Joining_again_uses_nothing_up()
    {
        var (ada, room) = await PrivateRoom();
        var invite = await ada.Invite(room, new { uses = 2 });
        var ben = await shared.Server.User();
        await ben.Join(room, invite);
        await ben.Join(room, invite);
        await ada.Join(room, invite);
        await (await shared.Server.User()).Join(room, invite);
    }

    [Fact]
    public async Task An_invite_serves_everybody_once()
    {
        var (ada, room) = await PrivateRoom();
        var invite = await ada.Invite(room);
        var ben = await shared.Server.User();
        await ben.Join(room, invite);
        await ada.Delete($"/api/rooms/{room}/members/{ben.Id}");
        (await ben.Post($"/api/rooms/{room}/join", new { invite })).Refused(404, "no_such_room");
        await ben.Join(room, await ada.Invite(room));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Which_was_first_a_removal_or_an_invite_is_no_matter_of_the_clock(int hours)
    {
        await using var server = await ChatServer.Start();
        var ada = await server.User();
        var ben = await server.User();
        var room = await ada.CreateRoom(isPrivate: true);
        var before = await ada.Invite(room);
        await ben.Join(room, await ada.Invite(room));
        server.Time.Move(TimeSpan.FromHours(hours));
        await ada.Delete($"/api/rooms/{room}/members/{ben.Id}");
        server.Time.Move(TimeSpan.FromHours(hours));
        var since = await ada.Invite(room);
        (await ben.Post($"/api/rooms/{room}/join", new { invite = before })).Refused(404, "no_such_room");
        await ben.Join(room, since);
    }

    [Fact]
    public async Task An_invite_expires()
    {
        await using var server = await ChatServer.Start();
        var ada = await server.User();
        var room = await ada.CreateRoom(isPrivate: true);
        var invite = (await ada.Post($"/api/rooms/{room}/invites", new { expiresIn = 60 })).Is(201);
        Assert.InRange(invite.Time("expiresAt"), DateTimeOffset.UtcNow.AddSeconds(50), DateTimeOffset.UtcNow.AddSeconds(70));
        await (await server.User()).Join(room, invite.Text("invite"));
        server.Time.Move(TimeSpan.FromSeconds(75));
        var late = await server.User();
        (await late.Post($"/api/rooms/{room}/join", new { invite = invite.Text("invite") })).Refused(404, "no_such_room");
    }

    [Fact]
    public async Task An_invite_opens_only_its_room()
    {
        var (ada, room) = await PrivateRoom();
        var other = await ada.CreateRoom(isPrivate: true);
        var invite = await ada.Invite(room);
        var ben = await shared.Server.User();
        (await ben.Post($"/api/rooms/{other}/join", new { invite })).Refused(404, "no_such_room");
        await ben.Join(room, invite);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("\0")]
    public async Task A_wrong_invite_opens_nothing(string invite)
    {
        var (_, room) = await PrivateRoom();
        var ben = await shared.Server.User();
        var reply = await ben.Post($"/api/rooms/{room}/join", new { invite });
        var absent = Guid.CreateVersion7().ToString();
        Assert.Equal((await ben.Post($"/api/rooms/{absent}/join", new { invite })).Fingerprint(absent), reply.Fingerprint(room));
    }

    [Fact]
    public async Task Inviting_is_the_owners_right()
    {
        var (ada, room) = await PrivateRoom();
        var ben = await shared.Server.User();
        (await ben.Post($"/api/rooms/{room}/invites", new { })).Refused(404, "no_such_room");
        await ben.Join(room, await ada.Invite(room));
        (await ben.Post($"/api/rooms/{room}/invites", new { })).Refused(403, "forbidden");
    }

    [Theory]
    [InlineData("""{"expiresIn":0}""")]
    [InlineData("""{"expiresIn":-5}""")]
    [InlineData("""{"expiresIn":"soon"}""")]
    [InlineData("""{"expiresIn":1e300}""")]
    [InlineData("""{"uses":0}""")]
    [InlineData("""{"uses":-1}""")]
    [InlineData("""{"uses":1.5}""")]
    public async Task Wrong_terms_are_invalid(string terms)
    {
        var (ada, room) = await PrivateRoom();
        (await ada.Post($"/api/rooms/{room}/invites", terms)).Refused(422, "invalid");
    }
}
