using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Http;

/// <summary>Roles, mutes, bans, announcement rooms and archived ones (docs/protocol.md §3, §5).</summary>
public sealed class ModerationTests(SharedServer shared)
{
    [Fact]
    public async Task The_owner_makes_moderators_who_delete_and_remove()
    {
        var (ada, ben, cleo, room) = await Three();
        await using var his = await ben.Connect();
        await Role(ada, room, ben, "moderator");
        var e = await his.NextEvent(room, "role");
        Assert.Equal((ben.Id, "moderator", ada.Id), (e.Field("user").Id(), e.Text("role"), e.Field("from").Id()));
        Assert.Equal(["owner", "moderator", "member"], await Roles(cleo, room));
        Assert.Equal("moderator", (await ben.Get("/api/me")).Is(200).List("rooms").Single().Text("role"));

        var said = await cleo.Say(room, "rude");
        await his.Send(new { type = "delete", room, target = said.Id(), nonce = "d1" });
        await his.Answer("sent", "d1");
        Assert.Equal(204, (await ben.Delete($"/api/rooms/{room}/members/{cleo.Id}")).Status);

        await Role(ada, room, ben, "member");
        await cleo.Join(room);
        (await ben.Delete($"/api/rooms/{room}/members/{cleo.Id}")).Refused(403, "forbidden");
        Assert.Equal(["role", "message", "deleted", "removed", "role", "joined"], (await ada.Log(room)).Skip(3).Select(static e => e.Text("kind")));
    }

    [Fact]
    public async Task Nobody_acts_on_who_stands_higher_or_as_high()
    {
        var (ada, ben, cleo, room) = await Three();
        await Role(ada, room, ben, "moderator");
        await Role(ada, room, cleo, "moderator");
        foreach (var target in (TestUser[])[ada, cleo])
        {
            (await ben.Delete($"/api/rooms/{room}/members/{target.Id}")).Refused(403, "forbidden");
            (await ben.Patch($"/api/rooms/{room}/members/{target.Id}", new { mutedFor = 60 })).Refused(403, "forbidden");
            (await ben.Put($"/api/rooms/{room}/bans/{target.Id}")).Refused(403, "forbidden");
            (await ben.Patch($"/api/rooms/{room}/members/{target.Id}", new { role = "member" })).Refused(403, "forbidden");
        }
        (await ben.Patch($"/api/rooms/{room}", new { topic = "mine" })).Refused(403, "forbidden");
        (await ada.Patch($"/api/rooms/{room}/members/{ada.Id}", new { mutedFor = 60 })).Refused(422, "invalid");
        (await ada.Put($"/api/rooms/{room}/bans/{ada.Id}")).Refused(422, "invalid");
        (await ada.Patch($"/api/rooms/{room}/members/{ben.Id}", new { role = "owner" })).Refused(422, "invalid");
        (await ada.Patch($"/api/rooms/{room}/members/{Guid.CreateVersion7()}", new { role = "member" })).Refused(404, "no_such_user");
        (await ada.Put($"/api/rooms/{room}/bans/{Guid.CreateVersion7()}")).Refused(404, "no_such_user");
    }

    [Fact]
    public async Task Who_is_muted_reads_and_does_not_write_until_it_is_over()
    {
        await using var server = await ChatServer.Start();
        var (ada, ben, _, room) = await Three(server);
        await using var his = await ben.Connect();
        var own = await his.Say(room, "mine");
        Assert.Equal(204, (await ada.Patch($"/api/rooms/{room}/members/{ben.Id}", new { mutedFor = 3_600 })).Status);
        var e = await his.NextEvent(room, "muted");
        Assert.Equal(ben.Id, e.Field("user").Id());
        var until = e.Time("until");

        await his.Refused(new { type = "send", room, text = "but", nonce = "n1" }, "muted");
        await his.Refused(new { type = "edit", room, target = own.Id(), text = "but", nonce = "n2" }, "muted");
        await his.Refused(new { type = "react", room, target = own.Id(), emoji = "👍", on = true, nonce = "n3" }, "muted");
        await his.Refused(new { type = "pin", room, target = own.Id(), on = true, nonce = "n4" }, "muted");
        (await ben.Post($"/api/rooms/{room}/messages", new { text = "but" })).Refused(403, "muted");
        (await ben.TryUpload(room, [1, 2, 3])).Refused(403, "muted");
        Assert.Equal(until, (await ada.Get($"/api/rooms/{room}/members")).Is(200).List("members").Single(m => m.Field("user").Is("id", ben.Id)).Time("mutedUntil"));

        // Leaving doesn't help.
        await ben.Leave(room);
        await ben.Join(room);
        Assert.Equal(until, (await ben.Get("/api/me")).Is(200).List("rooms").Single().Time("mutedUntil"));
        (await ben.Post($"/api/rooms/{room}/messages", new { text = "but" })).Refused(403, "muted");
        // What is one's own can be taken back.
        await his.Send(new { type = "delete", room, target = own.Id(), nonce = "d1" });
        await his.Answer("sent", "d1");

        server.Time.Move(TimeSpan.FromHours(1));
        await ben.Say(room, "again");
    }

    [Fact]
    public async Task A_mute_is_lifted_before_its_time_and_only_a_change_is_an_event()
    {
        var (ada, ben, _, room) = await Three();
        Assert.Equal(204, (await ada.Patch($"/api/rooms/{room}/members/{ben.Id}", new { mutedFor = 0 })).Status);
        await ada.Patch($"/api/rooms/{room}/members/{ben.Id}", new { mutedFor = 3_600 });
        await ada.Patch($"/api/rooms/{room}/members/{ben.Id}", new { mutedFor = 0 });
        await ben.Say(room, "again");
        Assert.Equal([true, false], (await ben.Log(room)).Where(static e => e.Is("kind", "muted")).Select(static e => e.Has("until")));
        (await ada.Patch($"/api/rooms/{room}/members/{ben.Id}", new { mutedFor = 40_000_000 })).Refused(422, "invalid");
    }

    [Fact]
    public async Task Who_is_banned_is_out_and_stays_out_until_the_ban_is_lifted()
    {
        var (ada, ben, _, room) = await Three();
        await using var his = await ben.Connect();
        Assert.Equal(204, (await ada.Put($"/api/rooms/{room}/bans/{ben.Id}", new { reason = "rude" })).Status);
        var e = await his.NextEvent(room, "removed");
        Assert.Equal(("rude", true, ben.Id), (e.Text("reason"), e.Flag("banned"), e.List("users").Single().Id()));
        await his.Unsubscribed(room);
        (await ben.Post($"/api/rooms/{room}/join")).Refused(403, "banned");

        var ban = Assert.Single((await ada.Get($"/api/rooms/{room}/bans")).Is(200).List("bans"));
        Assert.Equal((ben.Id, ada.Id, "rude", false), (ban.Field("user").Id(), ban.Field("by").Id(), ban.Text("reason"), ban.Has("until")));
        ban.Time("at");
        Assert.Equal(204, (await ada.Delete($"/api/rooms/{room}/bans/{ben.Id}")).Status);
        Assert.Empty((await ada.Get($"/api/rooms/{room}/bans")).Is(200).List("bans"));
        await ben.Join(room);
    }

    [Fact]
    public async Task A_ban_ends_by_itself_and_holds_for_invites_too()
    {
        await using var server = await ChatServer.Start();
        var ada = await server.User();
        var ben = await server.User();
        var room = await ada.CreateRoom(isPrivate: true);
        // Who isn't in yet can be kept out.
        Assert.Equal(204, (await ada.Put($"/api/rooms/{room}/bans/{ben.Id}", new { expiresIn = 3_600 })).Status);
        var invite = await ada.Invite(room);
        (await ben.Post($"/api/rooms/{room}/join", new { invite })).Refused(403, "banned");
        (await ben.Post($"/api/rooms/{room}/join")).Refused(404, "no_such_room");
        server.Time.Move(TimeSpan.FromHours(1));
        await ben.Join(room, invite);
    }

    [Fact]
    public async Task Where_only_some_write_the_others_read_and_react()
    {
        var (ada, ben, cleo, room) = await Three();
        await using var his = await ben.Connect();
        Assert.True((await ada.Patch($"/api/rooms/{room}", new { announce = true })).Is(200).Flag("announce"));
        Assert.True((await his.NextEvent(room, "announce")).Flag("on"));
        var news = await ada.Say(room, "news");
        await his.Refused(new { type = "send", room, text = "me too", nonce = "n1" }, "forbidden");
        await his.Refused(new { type = "pin", room, target = news.Id(), on = true, nonce = "n2" }, "forbidden");
        await his.Send(new { type = "react", room, target = news.Id(), emoji = "👍", on = true, nonce = "r1" });
        await his.Answer("sent", "r1");
        await Role(ada, room, cleo, "moderator");
        await cleo.Say(room, "more news");
        await ada.Patch($"/api/rooms/{room}", new { announce = false });
        await his.Say(room, "me too");
    }

    [Fact]
    public async Task An_archived_room_is_read_and_not_found_by_others_any_more()
    {
        var (ada, ben, _, room) = await Three();
        var own = await ben.Say(room, "mine");
        await using var his = await ben.Connect();
        Assert.True((await ada.Patch($"/api/rooms/{room}", new { archived = true })).Is(200).Flag("archived"));
        await his.NextEvent(room, "archived");
        (await ada.Post($"/api/rooms/{room}/messages", new { text = "one more" })).Refused(403, "forbidden");
        await his.Refused(new { type = "react", room, target = own.Id(), emoji = "👍", on = true, nonce = "r1" }, "forbidden");
        await his.Send(new { type = "delete", room, target = own.Id(), nonce = "d1" });
        await his.Answer("sent", "d1");

        var name = (await ada.Get($"/api/rooms/{room}")).Is(200).Text("name");
        var dan = await shared.Server.User();
        Assert.Empty((await dan.Get($"/api/rooms?search={Uri.EscapeDataString(name)}")).Is(200).List("rooms"));
        Assert.Single((await ben.Get($"/api/rooms?search={Uri.EscapeDataString(name)}")).Is(200).List("rooms"));
        Assert.NotEmpty(await ben.Log(room));

        Assert.False((await ada.Patch($"/api/rooms/{room}", new { archived = false })).Is(200).Has("archived"));
        await ben.Say(room, "again");
    }

    [Fact]
    public async Task What_moderators_do_is_refused_to_others_as_if_a_private_room_were_not_there()
    {
        var ada = await shared.Server.User();
        var ben = await shared.Server.User();
        var hidden = await ada.CreateRoom(isPrivate: true);
        var nowhere = Guid.CreateVersion7().ToString();
        foreach (var call in (Func<string, Task<Reply>>[])
            [
                room => ben.Get($"/api/rooms/{room}/bans"), room => ben.Put($"/api/rooms/{room}/bans/{ada.Id}"), room => ben.Delete($"/api/rooms/{room}/bans/{ada.Id}"),
                room => ben.Patch($"/api/rooms/{room}/members/{ada.Id}", new { mutedFor = 60 }), room => ben.Delete($"/api/rooms/{room}/members/{ada.Id}"),
            ])
            Assert.Equal((await call(nowhere)).Fingerprint(nowhere), (await call(hidden)).Fingerprint(hidden));
        var open = await ada.CreateRoom();
        (await ben.Get($"/api/rooms/{open}/bans")).Refused(403, "not_a_member");
        (await ben.Put($"/api/rooms/{open}/bans/{ada.Id}")).Refused(403, "forbidden");
        await ben.Join(open);
        (await ben.Get($"/api/rooms/{open}/bans")).Refused(403, "forbidden");
    }

    [Fact]
    public async Task Who_inherits_a_room_moderates_it_no_longer_but_owns_it()
    {
        var (ada, ben, _, room) = await Three();
        await Role(ada, room, ben, "moderator");
        await ada.Leave(room);
        Assert.Equal(["owner", "member"], await Roles(ben, room));
        (await ben.Patch($"/api/rooms/{room}", new { topic = "mine" })).Is(200);
    }

    private static async Task Role(TestUser owner, string room, TestUser user, string role) =>
        Assert.Equal(204, (await owner.Patch($"/api/rooms/{room}/members/{user.Id}", new { role })).Status);

    private static async Task<IEnumerable<string>> Roles(TestUser reader, string room) => (await reader.Get($"/api/rooms/{room}/members")).Is(200).List("members").Select(static m => m.Text("role"));

    private Task<(TestUser Ada, TestUser Ben, TestUser Cleo, string Room)> Three() => Three(shared.Server);

    private static async Task<(TestUser Ada, TestUser Ben, TestUser Cleo, string Room)> Three(ChatServer server)
    {
        var (ada, ben, cleo) = (await server.User(), await server.User(), await server.User());
        var room = await ada.CreateRoom();
        await ben.Join(room);
        await cleo.Join(room);
        return (ada, ben, cleo, room);
    }
}
