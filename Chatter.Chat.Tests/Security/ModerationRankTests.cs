using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Security;

/// <summary>Who may do what to whom does not depend on the order in which roles, mutes and bans came.</summary>
public sealed class ModerationRankTests(SharedServer shared)
{
    [Fact]
    public async Task S20_a_muted_moderator_neither_mutes_nor_removes_nor_bans()
    {
        var (owner, moderator, member, room) = await Room();
        (await owner.Patch($"/api/rooms/{room}/members/{moderator.Id}", new { mutedFor = 600 })).Is(204);
        (await moderator.Patch($"/api/rooms/{room}/members/{member.Id}", new { mutedFor = 600 })).Refused(403, "muted");
        (await moderator.Put($"/api/rooms/{room}/bans/{member.Id}")).Refused(403, "muted");
        (await moderator.Delete($"/api/rooms/{room}/bans/{member.Id}")).Refused(403, "muted");
        (await moderator.Delete($"/api/rooms/{room}/members/{member.Id}")).Refused(403, "muted");

        (await owner.Patch($"/api/rooms/{room}/members/{moderator.Id}", new { mutedFor = 0 })).Is(204);
        (await moderator.Delete($"/api/rooms/{room}/members/{member.Id}")).Is(204);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task S20_whoever_becomes_the_owner_may_write(bool inherits)
    {
        var (owner, moderator, _, room) = await Room();
        (await owner.Patch($"/api/rooms/{room}/members/{moderator.Id}", new { mutedFor = 600 })).Is(204);
        await using var socket = await moderator.Connect();
        if (inherits) await owner.Leave(room);
        else (await owner.Patch($"/api/rooms/{room}", new { owner = moderator.Id })).Is(200);

        await socket.NextEvent(room, "owner");
        Assert.False((await socket.NextEvent(room, "muted")).Has("until"));
        await moderator.Say(room, "at last");
        var entry = (await moderator.Get("/api/me")).Is(200).List("rooms").Single(e => e.Field("room").Is("id", room));
        Assert.False(entry.Has("mutedUntil"));
    }

    [Fact]
    public async Task S20_a_moderator_neither_changes_nor_lifts_a_ban_of_the_owners()
    {
        var (owner, moderator, member, room) = await Room();
        (await owner.Put($"/api/rooms/{room}/bans/{member.Id}", new { reason = "for ever" })).Is(204);
        (await moderator.Put($"/api/rooms/{room}/bans/{member.Id}", new { expiresIn = 1 })).Refused(403, "forbidden");
        (await moderator.Delete($"/api/rooms/{room}/bans/{member.Id}")).Refused(403, "forbidden");
        (await member.Post($"/api/rooms/{room}/join")).Refused(403, "banned");

        (await owner.Delete($"/api/rooms/{room}/bans/{member.Id}")).Is(204);
        (await moderator.Put($"/api/rooms/{room}/bans/{member.Id}", new { expiresIn = 600 })).Is(204);
        (await moderator.Delete($"/api/rooms/{room}/bans/{member.Id}")).Is(204);
        await member.Join(room);
    }

    [Fact]
    public async Task S20_whom_one_blocked_is_not_told_whether_one_is_there_or_types()
    {
        var (ada, ben) = (await shared.Server.User(), await shared.Server.User());
        var room = await ada.CreateRoom();
        await ben.Join(room);
        await using var hers = await ada.Connect();
        await using var his = await ben.Connect();
        Assert.Equal("online", (await ben.Get($"/api/rooms/{room}/members/{ada.Id}")).Is(200).Text("presence"));
        (await ada.Put($"/api/blocks/{ben.Id}")).Is(204);

        Assert.Equal("offline", (await ben.Get($"/api/rooms/{room}/members/{ada.Id}")).Is(200).Text("presence"));
        Assert.Equal("offline", (await ben.Get($"/api/rooms/{room}/members")).Is(200).List("members").Single(m => m.Field("user").Is("id", ada.Id)).Text("presence"));
        Assert.Equal("offline", (await ben.Get($"/api/users?ids={ada.Id}")).Is(200).List("presence").Single().Text("status"));
        Assert.Equal("online", (await ada.Get($"/api/rooms/{room}/members/{ben.Id}")).Is(200).Text("presence"));

        await hers.Send(new { type = "typing", room });
        await his.Send(new { type = "typing", room });
        await hers.Say(room, "after it");
        await his.NextEvent(room, "message");
        await his.Say(room, "and after that");
        await hers.NextEvent(room, "message");
        await hers.Settle();
        Assert.DoesNotContain(his.Frames, static frame => frame.Is("type", "typing"));
        Assert.DoesNotContain(hers.Frames, static frame => frame.Is("type", "typing"));
    }

    [Fact]
    public async Task S20_no_answer_says_what_serves()
    {
        foreach (var path in (string[])["/api/me", "/api/rooms", "/health/live", "/nowhere", "/ws"])
            Assert.Null((await shared.Server.Call(HttpMethod.Get, path)).Header("Server"));
    }

    /// <summary>A public room with a moderator and a member.</summary>
    private async Task<(TestUser Owner, TestUser Moderator, TestUser Member, string Room)> Room()
    {
        var (owner, moderator, member) = (await shared.Server.User(), await shared.Server.User(), await shared.Server.User());
        var room = await owner.CreateRoom();
        foreach (var user in (TestUser[])[moderator, member]) await user.Join(room);
        (await owner.Patch($"/api/rooms/{room}/members/{moderator.Id}", new { role = "moderator" })).Is(204);
        return (owner, moderator, member, room);
    }
}
