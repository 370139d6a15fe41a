using System.Text.Json;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Http;

/// <summary><c>POST /api/conversations</c> and <c>GET /api/users</c> (docs/protocol.md §3).</summary>
public sealed class ConversationsTests(SharedServer shared)
{
    [Fact]
    public async Task Two_people_have_one_conversation_which_both_hear_of_at_once()
    {
        var (ada, ben, _) = await Three();
        await using var hers = await ada.Connect();
        await using var his = await ben.Connect();
        var room = (await Converse(ada, ben)).Is(201);
        var id = room.Id();
        Assert.Equal(("", true, true, 2), (room.Text("name"), room.Flag("direct"), room.Flag("private"), room.Number("members")));
        Assert.False(room.Has("owner"));
        foreach (var (socket, other) in ((RawSocket, TestUser)[])[(hers, ben), (his, ada)])
        {
            var entry = (await socket.Next("subscribed")).Field("entry");
            Assert.Equal([other.Id], entry.List("people").Select(static one => one.Id()));
            // The entry stands for the room before the event that follows.
            Assert.Equal(0, entry.Field("room").Number("members"));
            Assert.Equal(2, (await socket.NextEvent(id, "joined")).List("users").Count);
        }
        await hers.Say(id, "hello");
        Assert.Equal("hello", (await his.NextEvent(id, "message")).Text("text"));

        Assert.Equal(id, (await Converse(ben, ada)).Is(200).Id());
        Assert.Equal(id, (await Converse(ada, ben, ada, ben)).Is(200).Id());
        var mine = (await ben.Get("/api/me")).Is(200).List("rooms").Single();
        Assert.Equal((id, ada.Name, "member"), (mine.Field("room").Id(), mine.List("people").Single().Text("name"), mine.Text("role")));
    }

    [Fact]
    public async Task Several_people_have_another_which_can_be_left()
    {
        var (ada, ben, cleo) = await Three();
        var two = (await Converse(ada, ben)).Is(201).Id();
        var three = (await Converse(ada, ben, cleo)).Is(201).Id();
        Assert.NotEqual(two, three);
        (await ada.Post($"/api/rooms/{two}/leave")).Refused(403, "forbidden");
        await cleo.Leave(three);
        Assert.Equal([ben.Id], (await ada.Get("/api/me")).Is(200).List("rooms").Single(e => e.Field("room").Is("id", three)).List("people").Select(static one => one.Id()));
        (await cleo.Get($"/api/rooms/{three}")).Refused(404, "no_such_room");

        // Who comes back begins anew; the others keep theirs.
        var again = (await Converse(cleo, ada, ben)).Is(201).Id();
        Assert.NotEqual(three, again);
        await ben.Leave(three);
        await ada.Leave(three);
        (await ada.Get($"/api/rooms/{three}")).Refused(404, "no_such_room");
    }

    [Fact]
    public async Task It_is_nobodys_elses_and_nobody_owns_it()
    {
        var (ada, ben, cleo) = await Three();
        var room = (await Converse(ada, ben)).Is(201).Id();
        Assert.Equal((await cleo.Get($"/api/rooms/{Guid.Empty}")).Status, (await cleo.Get($"/api/rooms/{room}")).Status);
        (await cleo.Post($"/api/rooms/{room}/join")).Refused(404, "no_such_room");
        Assert.DoesNotContain(room, (await ada.Get("/api/rooms?limit=200")).Body, StringComparison.Ordinal);
        (await ada.Patch($"/api/rooms/{room}", new { name = "ours" })).Refused(403, "forbidden");
        (await ada.Post($"/api/rooms/{room}/invites")).Refused(403, "forbidden");
        (await ada.Delete($"/api/rooms/{room}/members/{ben.Id}")).Refused(403, "forbidden");
    }

    [Fact]
    public async Task With_whom_can_not_be_is_refused()
    {
        var (ada, _, _) = await Three();
        (await Converse(ada)).Refused(422, "invalid");
        (await Converse(ada, ada)).Refused(422, "invalid");
        (await ada.Post("/api/conversations", new { users = new[] { Guid.CreateVersion7() } })).Refused(404, "no_such_user");
        (await ada.Post("/api/conversations", new { users = "ben" })).Refused(422, "invalid");
        (await ada.Post("/api/conversations", new { users = new[] { "ben" } })).Refused(422, "invalid");
        (await ada.Post("/api/conversations", new { })).Refused(422, "invalid");
        var many = new List<string>();
        for (var i = 0; i < 9; i++) many.Add((await shared.Server.User()).Id);
        (await ada.Post("/api/conversations", new { users = many })).Refused(422, "invalid");
        (await ada.Post("/api/conversations", new { users = many[1..] })).Is(201);
    }

    [Fact]
    public async Task People_are_found_by_how_their_names_begin_page_by_page()
    {
        var prefix = $"zz{Guid.NewGuid():N}"[..12];
        var reply = await shared.Server.Call(HttpMethod.Post, "/api/register", new { name = $"{prefix}_c", password = TestUser.GoodPassword, displayName = $"Marvin {prefix}shown" });
        reply.Is(201);
        foreach (var name in (string[])[$"{prefix}_b", $"{prefix}_a"]) await TestUser.Register(shared.Server, name, TestUser.GoodPassword);
        var ada = await shared.Server.User();

        var first = (await ada.Get($"/api/users?search={prefix.ToUpperInvariant()}&limit=2")).Is(200);
        Assert.Equal([$"{prefix}_a", $"{prefix}_b"], Names(first));
        var second = (await ada.Get($"/api/users?search=@{prefix}&limit=2&after={first.Text("next")}")).Is(200);
        Assert.Equal([$"{prefix}_c"], Names(second));
        Assert.False(second.Has("next"));
        Assert.Equal([$"{prefix}_c"], Names((await ada.Get($"/api/users?search={prefix}SHOWN")).Is(200)));
        Assert.Empty(Names((await ada.Get($"/api/users?search={prefix}%25")).Is(200)));
        (await ada.Get("/api/users?limit=0")).Refused(422, "invalid");
        (await shared.Server.Call(HttpMethod.Get, "/api/users")).Refused(401, "not_authenticated");
    }

    private static IEnumerable<string> Names(JsonElement page) => page.List("users").Select(static user => user.Text("name"));

    private static Task<Reply> Converse(TestUser user, params TestUser[] others) => user.Post("/api/conversations", new { users = others.Select(static other => other.Id) });

    private async Task<(TestUser Ada, TestUser Ben, TestUser Cleo)> Three() => (await shared.Server.User(), await shared.Server.User(), await shared.Server.User());
}
