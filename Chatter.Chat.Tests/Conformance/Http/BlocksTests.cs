using System.Text.Json;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Http;

/// <summary>Whom somebody wants to have nothing to do with (docs/protocol.md §3, §9).</summary>
public sealed class BlocksTests(SharedServer shared)
{
    [Fact]
    public async Task A_block_is_ones_own_matter_and_told_to_ones_own_sockets_alone()
    {
        var (ada, ben, room) = await shared.Two();
        await using var hers = await ada.Connect();
        await using var his = await ben.Connect();
        Assert.False(hers.Welcome.Has("blocks"));
        await ada.Say(room, "hello");
        await hers.NextEvent(room, "message");
        await his.NextEvent(room, "message");

        Assert.Equal(204, (await ada.Put($"/api/blocks/{ben.Id}")).Status);
        var told = await hers.Next("block");
        Assert.Equal((ben.Id, ben.Name, true), (told.Who("user"), told.Field("user").Text("name"), told.Flag("on")));
        Assert.Equal(204, (await ada.Put($"/api/blocks/{ben.Id}")).Status);
        var listed = (await ada.Get("/api/blocks")).Is(200).List("blocks").Single();
        Assert.Equal((ben.Id, ben.Name), (listed.Who("user"), listed.Field("user").Text("name")));
        Assert.NotEmpty(listed.Text("at"));
        await using (var again = await ada.Connect()) Assert.Equal([ben.Id], again.Welcome.List("blocks").Select(static id => id.GetString()));

        Assert.Equal(204, (await ada.Delete($"/api/blocks/{ben.Id}")).Status);
        Assert.False((await hers.Next("block", f => !f.Flag("on"))).Flag("on"));
        Assert.Equal(204, (await ada.Delete($"/api/blocks/{ben.Id}")).Status);
        Assert.Empty((await ada.Get("/api/blocks")).Is(200).List("blocks"));
        // What changes nothing is told to nobody.
        await hers.Settle();
        Assert.Equal(2, hers.Frames.Count(static f => f.Is("type", "block")));
        await his.Settle();
        Assert.DoesNotContain(his.Frames, static f => f.Is("type", "block"));
        Assert.Empty((await ben.Get("/api/blocks")).Is(200).List("blocks"));
    }

    [Fact]
    public async Task Nobody_blocks_himself_or_who_is_not_there_and_not_without_a_login()
    {
        var (ada, ben) = (await shared.Server.User(), await shared.Server.User());
        (await ada.Put($"/api/blocks/{ada.Id}")).Refused(422, "invalid");
        (await ada.Put($"/api/blocks/{Guid.CreateVersion7()}")).Refused(404, "no_such_user");
        (await ada.Put("/api/blocks/x")).Refused(404, "no_such_user");
        (await shared.Server.Call(HttpMethod.Put, $"/api/blocks/{ben.Id}")).Refused(401, "not_authenticated");
        (await shared.Server.Call(HttpMethod.Get, "/api/blocks")).Refused(401, "not_authenticated");
    }

    [Fact]
    public async Task Between_the_two_no_conversation_begins_in_either_direction_and_none_of_several()
    {
        var (ada, ben, cleo) = (await shared.Server.User(), await shared.Server.User(), await shared.Server.User());
        Assert.Equal(204, (await ada.Put($"/api/blocks/{ben.Id}")).Status);

        var his = (await ben.Post("/api/conversations", new { users = new[] { ada.Id } })).Refused(403, "forbidden");
        Assert.Equal($"You can't write to {ada.Name}.", his.Text("detail"));
        (await ben.Post("/api/conversations", new { users = new[] { cleo.Id, ada.Id } })).Refused(403, "forbidden");
        var hers = (await ada.Post("/api/conversations", new { users = new[] { ben.Id } })).Refused(403, "forbidden");
        Assert.Contains("You blocked", hers.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(201, (await ben.Post("/api/conversations", new { users = new[] { cleo.Id } })).Status);

        Assert.Equal(204, (await ada.Delete($"/api/blocks/{ben.Id}")).Status);
        Assert.Equal(201, (await ben.Post("/api/conversations", new { users = new[] { ada.Id } })).Status);
    }

    [Fact]
    public async Task In_a_conversation_of_two_nobody_writes_while_one_is_blocked_and_both_read_it()
    {
        var (ada, ben) = (await shared.Server.User(), await shared.Server.User());
        var room = (await ben.Post("/api/conversations", new { users = new[] { ada.Id } })).Is(201).Id();
        var first = await ben.Say(room, "hello");
        await using var his = await ben.Connect();
        Assert.Equal(204, (await ada.Put($"/api/blocks/{ben.Id}")).Status);

        (await ben.Post($"/api/rooms/{room}/messages", new { text = "are you there?", nonce = "n1" })).Refused(403, "forbidden");
        await his.Refused(new { type = "send", room, text = "hello?", nonce = "n2" }, "forbidden");
        await his.Refused(new { type = "edit", room, target = first.Id(), text = "so", nonce = "n3" }, "forbidden");
        await his.Refused(new { type = "react", room, target = first.Id(), emoji = "🍅", on = true, nonce = "n4" }, "forbidden");
        await his.Refused(new { type = "pin", room, target = first.Id(), on = true, nonce = "n5" }, "forbidden");
        (await ben.TryUpload(room, [1, 2, 3])).Refused(403, "forbidden");
        var hers = (await ada.Post($"/api/rooms/{room}/messages", new { text = "no", nonce = "n1" })).Refused(403, "forbidden");
        Assert.Contains("You blocked", hers.Text("detail"), StringComparison.Ordinal);
        // It is there still, for both, and what one said one may take back.
        Assert.Equal(200, (await ben.Post("/api/conversations", new { users = new[] { ada.Id } })).Status);
        Assert.Contains(await ada.Log(room), static e => e.TextOrNull("text") == "hello");
        await his.Send(new { type = "delete", room, target = first.Id(), nonce = "n6" });
        await his.Answer("sent", "n6");

        Assert.Equal(204, (await ada.Delete($"/api/blocks/{ben.Id}")).Status);
        await ben.Say(room, "back");
        await ada.Say(room, "hello");
    }

    [Fact]
    public async Task A_repeated_send_that_was_committed_before_is_answered_as_before()
    {
        var (ada, ben) = (await shared.Server.User(), await shared.Server.User());
        var room = (await ben.Post("/api/conversations", new { users = new[] { ada.Id } })).Is(201).Id();
        var said = await ben.Say(room, "hello", "n1");
        Assert.Equal(204, (await ada.Put($"/api/blocks/{ben.Id}")).Status);
        Assert.Equal(said.Id(), (await ben.Post($"/api/rooms/{room}/messages", new { text = "hello", nonce = "n1" })).Is(200).Id());
    }

    [Fact]
    public async Task In_rooms_and_conversations_of_several_both_write_and_who_is_blocked_calls_the_other_no_longer()
    {
        var (ada, ben, room) = await shared.Two();
        var cleo = await shared.Server.User();
        await cleo.Join(room);
        var several = (await cleo.Post("/api/conversations", new { users = new[] { ada.Id, ben.Id } })).Is(201).Id();
        await ben.Say(room, $"@{ada.Name} before");
        Assert.Equal(204, (await ada.Put($"/api/blocks/{ben.Id}")).Status);
        await ben.Say(room, $"@{ada.Name} @{cleo.Name} frost");
        await ben.Say(room, "@all frost");
        await ben.Say(several, "hello");
        await cleo.Say(room, $"@{ada.Name} frost");

        Assert.Equal(1, (await Entry(ada, room)).Number("mentions"));
        var mentions = (await ada.Get("/api/mentions")).Is(200).List("mentions");
        Assert.Equal([cleo.Id], mentions.Select(static m => m.Field("event").Who("from")));
        Assert.Equal(2, (await cleo.Get("/api/mentions")).Is(200).List("mentions").Count);
        await using (var socket = await ada.Connect())
        {
            await socket.Send(new { type = "read", room, seq = 1, back = true });
            await socket.Send(new { type = "ping", nonce = "p" });
            await socket.Answer("pong", "p");
        }
        Assert.Equal(1, (await Entry(ada, room)).Number("mentions"));

        Assert.Equal(204, (await ada.Delete($"/api/blocks/{ben.Id}")).Status);
        Assert.Equal(4, (await Entry(ada, room)).Number("mentions"));
        Assert.Equal(4, (await ada.Get("/api/mentions")).Is(200).List("mentions").Count);
    }

    [Fact]
    public async Task It_goes_with_either_account()
    {
        var (ada, ben, cleo) = (await shared.Server.User(), await shared.Server.User(), await shared.Server.User());
        Assert.Equal(204, (await ada.Put($"/api/blocks/{ben.Id}")).Status);
        Assert.Equal(204, (await cleo.Put($"/api/blocks/{ada.Id}")).Status);
        Assert.Equal(204, (await ben.Delete("/api/me", new { password = ben.Password })).Status);
        Assert.Empty((await ada.Get("/api/blocks")).Is(200).List("blocks"));
        Assert.Single((await cleo.Get("/api/blocks")).Is(200).List("blocks"));
        (await ada.Put($"/api/blocks/{ben.Id}")).Refused(404, "no_such_user");
    }

    private static async Task<JsonElement> Entry(TestUser user, string room) => (await user.Get("/api/me")).Is(200).List("rooms").Single(entry => entry.Field("room").Id() == room);
}
