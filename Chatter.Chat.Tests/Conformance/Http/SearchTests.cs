using System.Text.Json;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Http;

/// <summary><c>GET /api/search</c> (docs/protocol.md §3.1).</summary>
public sealed class SearchTests(SharedServer shared)
{
    [Fact]
    public async Task What_was_written_is_found_with_its_words_marked()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        var sent = await ada.Say(room, "Frost tonight, cover the tomatoes");
        await Found(ada, "tomatoes", sent.Id());

        var hit = (await Search(ada, "TOMATOES frost")).List("hits").Single();

        Assert.Equal((room, sent.Id(), "message"), (hit.Text("room"), hit.Field("event").Id(), hit.Field("event").Text("kind")));
        Assert.Equal(
            [("Frost", true), (" tonight, cover the ", false), ("tomatoes", true)], hit.List("snippet").Select(static part => (part.Text("text"), part.Flag("hit"))));
    }

    [Fact]
    public async Task Files_are_found_by_their_names_and_by_being_there()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        await ada.Say(room, "the minutes of frost");
        var file = await ada.Upload(room, [1, 2, 3], "minutes-of-march.bin");
        var sent = (await ada.Post($"/api/rooms/{room}/messages", new { text = "", attachments = new[] { file.Id() } })).Is(201);
        await Found(ada, "march", sent.Id());

        Assert.Equal([sent.Id()], (await Search(ada, "minutes has:file")).List("hits").Select(static hit => hit.Field("event").Id()));
        Assert.Equal([sent.Id()], (await Search(ada, "has:file")).List("hits").Select(static hit => hit.Field("event").Id()));

        await using var socket = await ada.Connect();
        await socket.Send(new { type = "delete", room, target = sent.Id(), nonce = "d1" });
        await socket.Answer("sent", "d1");
        Assert.Empty((await Search(ada, "has:file")).List("hits"));
    }

    [Fact]
    public async Task A_hit_is_as_pages_show_it()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        await using var socket = await ada.Connect();
        var sent = await socket.Say(room, "frst");
        await socket.Send(new { type = "edit", room, target = sent.Id(), text = "frost", nonce = "e1" });
        await socket.Next("sent");
        await socket.Send(new { type = "react", room, target = sent.Id(), emoji = "🥶", on = true, nonce = "r1" });
        await socket.Next("sent");
        await Found(ada, "frost", sent.Id());

        var page = (await ada.Get($"/api/rooms/{room}/events")).Is(200).List("events").Single(e => e.Is("id", sent.Id()));
        var hit = (await Search(ada, "frost")).List("hits").Single();

        Assert.Equal(page.GetRawText(), hit.Field("event").GetRawText());
        Assert.Empty((await Search(ada, "frst")).List("hits"));
    }

    [Fact]
    public async Task Pages_go_from_the_newest_to_the_oldest_and_lose_nothing_while_more_is_written()
    {
        var ada = await shared.Server.User();
        var rooms = new[] { await ada.CreateRoom(), await ada.CreateRoom() };
        var said = new List<string>();
        for (var i = 0; i < 25; i++) said.Add((await ada.Say(rooms[i % 2], $"frost {i}")).Id());
        await Found(ada, "\"frost 24\"", said[^1]);

        var found = new List<JsonElement>();
        string? after = null;
        do
        {
            var page = (await ada.Get($"/api/search?q=frost&limit=4&after={after}")).Is(200);
            found.AddRange(page.List("hits"));
            after = page.TextOrNull("next");
            await Found(ada, "later", (await ada.Say(rooms[0], "frost, later")).Id());
        }
        while (after is not null);

        said.Reverse();
        Assert.Equal(said.Order(), found.Select(static hit => hit.Field("event").Id()).Order());
        // Within a millisecond only a room has an order.
        Assert.Equal(found.Select(static hit => hit.Field("event").Time("at")).OrderDescending(), found.Select(static hit => hit.Field("event").Time("at")));
        foreach (var ofRoom in found.GroupBy(static hit => hit.Text("room")))
            Assert.Equal(ofRoom.Select(static hit => hit.Field("event").Number("seq")).OrderDescending(), ofRoom.Select(static hit => hit.Field("event").Number("seq")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("q=")]
    [InlineData("q=%20")]
    [InlineData("q=...")]
    [InlineData("q=frost&limit=0")]
    [InlineData("q=frost&limit=51")]
    [InlineData("q=frost&after=nonsense")]
    [InlineData("q=frost&room=garden")]
    [InlineData("q=frost&q=rain")]
    [InlineData("q=from:")]
    [InlineData("q=has:teeth")]
    [InlineData("q=before:yesterday")]
    [InlineData("q=-on:2026-11-24")]
    public async Task A_wrong_query_is_invalid(string query)
    {
        var ada = await shared.Server.User();
        var refused = (await ada.Get($"/api/search?{query}")).Refused(422, "invalid");
        Assert.NotEmpty(refused.Field("errors").EnumerateObject());
    }

    [Fact]
    public async Task A_query_may_have_500_characters()
    {
        var ada = await shared.Server.User();
        (await ada.Get($"/api/search?q={new string('x', 500)}")).Is(200);
        (await ada.Get($"/api/search?q={new string('x', 501)}")).Refused(422, "invalid");
    }

    [Fact]
    public async Task Who_says_nothing_of_himself_searches_nothing() =>
        (await shared.Server.Call(HttpMethod.Get, "/api/search?q=frost")).Refused(401, "not_authenticated");

    /// <summary>A room that isn't there, a private one of others, a public one that one isn't in: nobody can tell them apart by searching.</summary>
    [Fact]
    public async Task A_room_that_one_is_not_in_is_searched_as_one_that_does_not_exist()
    {
        var (ada, ben) = (await shared.Server.User(), await shared.Server.User());
        var (secret, open) = (await ada.CreateRoom(isPrivate: true), await ada.CreateRoom());
        foreach (var room in (string[])[secret, open]) await Found(ada, $"frost in:{room}", (await ada.Say(room, "frost")).Id());
        var nowhere = Guid.CreateVersion7().ToString();

        foreach (var query in (string[])["q=frost&room={0}", "q=frost%20in:{0}", "q=in:{0}", "q=frost%20-in:{0}"])
        {
            foreach (var room in (string[])[secret, open])
                Assert.Equal((await ben.Get("/api/search?" + query.Replace("{0}", nowhere, StringComparison.Ordinal))).Fingerprint(nowhere), (await ben.Get("/api/search?" + query.Replace("{0}", room, StringComparison.Ordinal))).Fingerprint(room));
        }
    }

    private static async Task<JsonElement> Search(TestUser user, string q) => (await user.Get($"/api/search?q={Uri.EscapeDataString(q)}")).Is(200);

    private static Task Found(TestUser user, string q, string id) =>
        Eventually.Equal(true, async () => (await Search(user, q)).List("hits").Exists(hit => hit.Field("event").Is("id", id)));
}
