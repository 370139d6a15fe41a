using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Http;

/// <summary><c>POST /api/rooms</c>, <c>GET /api/rooms</c> and <c>GET /api/rooms/{id}</c> (docs/protocol.md §2 and §3).</summary>
public sealed class CreateRoomTests(SharedServer shared)
{
    [Fact]
    public async Task A_room_is_created_with_its_creator_as_owner_and_first_member()
    {
        var ada = await shared.Server.User();
        var name = Unique.Room();
        var reply = await ada.Post("/api/rooms", new { name, topic = "What it is about" });
        var room = reply.Is(201);
        Assert.Equal(name, room.Text("name"));
        Assert.Equal("What it is about", room.Text("topic"));
        Assert.False(room.Flag("private"));
        Assert.Equal(ada.Id, room.Text("owner"));
        Assert.Equal(1, room.Number("members"));
        room.Time("createdAt");
        Assert.NotNull(reply.Headers.Location);
        var there = await ada.Get(new Uri(shared.Server.Address, reply.Headers.Location).PathAndQuery);
        Assert.Equal(room.Id(), there.Is(200).Text("id"));
        var joined = Assert.Single(await ada.Log(room.Id()));
        Assert.Equal((1, "joined"), (joined.Number("seq"), joined.Text("kind")));
        Assert.Equal(ada.Id, Assert.Single(joined.List("users")).Text("id"));
        Assert.False(joined.Has("from"));
    }

    [Fact]
    public async Task A_rooms_last_activity_is_its_newest_event()
    {
        await using var server = await ChatServer.Start();
        var ada = await server.User();
        var room = await ada.CreateRoom();
        Assert.Equal((await ada.Log(room))[^1].Time("at"), await LastActivity());
        server.Time.Move(TimeSpan.FromMinutes(1));
        var said = (await ada.Say(room, "hello")).Time("at");
        Assert.True(said > (await ada.Log(room))[0].Time("at"));
        Assert.Equal(said, await LastActivity());
        await server.Restart();
        Assert.Equal(said, await LastActivity());
        await using var socket = await ada.Connect();
        Assert.Equal(said, Assert.Single(socket.Welcome.List("rooms")).Field("room").Time("lastActivityAt"));

        async Task<DateTimeOffset> LastActivity() => (await ada.Get($"/api/rooms/{room}")).Is(200).Time("lastActivityAt");
    }

    [Fact]
    public async Task Names_are_trimmed_and_made_NFC()
    {
        var ada = await shared.Server.User();
        var unique = Unique.Room();
        var reply = await ada.Post("/api/rooms", new { name = $"  {unique} cafe\u0301 " });
        Assert.Equal($"{unique} caf\u00e9", reply.Is(201).Text("name"));
    }

    [Theory]
    [InlineData("straße", "STRASSE")]
    [InlineData("ﬁne", "fine")]
    [InlineData("ＡＢＣ", "abc")]
    [InlineData("Ångström", "ångström")]
    [InlineData("Ⅳ", "iv")]
    [InlineData("ΣΑΣ", "σας")]
    [InlineData("ᾳ", "αι")]
    [InlineData("İzmir", "i\u0307zmir")]
    public async Task Public_names_are_unique_after_compatibility_and_case_folding(string first, string second)
    {
        var ada = await shared.Server.User();
        var unique = Unique.Room();
        (await ada.Post("/api/rooms", new { name = $"{unique} {first}" })).Is(201);
        var reply = await ada.Post("/api/rooms", new { name = $"{unique} {second}" });
        reply.Refused(409, "name_taken");
    }

    [Fact]
    public async Task Private_rooms_take_no_public_name_and_tell_nobody_theirs()
    {
        var ada = await shared.Server.User();
        var name = Unique.Room();
        await ada.CreateRoom(name, isPrivate: true);
        await ada.CreateRoom(name, isPrivate: true);
        var ben = await shared.Server.User();
        await ben.CreateRoom(name);
        (await ben.Post("/api/rooms", new { name })).Refused(409, "name_taken");
    }

    [Fact]
    public async Task A_race_for_one_name_has_one_winner()
    {
        var ada = await shared.Server.User();
        var name = Unique.Room();
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ada.Post("/api/rooms", new { name })));
        Assert.Single(replies, static r => r.Status == 201);
        foreach (var reply in replies.Where(static r => r.Status != 201)) reply.Refused(409, "name_taken");
    }

    [Theory]
    [InlineData("""{}""", "name")]
    [InlineData("""{"name":null}""", "name")]
    [InlineData("""{"name":17}""", "name")]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"name":"   "}""", "name")]
    [InlineData("""{"name":"line\nbreak"}""", "name")]
    [InlineData("""{"name":"nul\u0000"}""", "name")]
    [InlineData("""{"name":"right\u202eleft"}""", "name")]
    [InlineData("""{"name":"mark\u200f"}""", "name")]
    [InlineData("""{"name":"a room","topic":5}""", "topic")]
    [InlineData("""{"name":"a room","private":"yes"}""", "private")]
    public async Task A_wrong_field_is_invalid(string body, string field)
    {
        var ada = await shared.Server.User();
        var problem = (await ada.Post("/api/rooms", body)).Refused(422, "invalid");
        Assert.NotEmpty(problem.Field("errors").List(field));
    }

    [Fact]
    public async Task A_name_has_80_code_points_and_a_topic_500_characters_at_most()
    {
        var ada = await shared.Server.User();
        var name = string.Concat(Enumerable.Repeat("🚀", 60)) + Guid.NewGuid().ToString("N")[..20];
        (await ada.Post("/api/rooms", new { name = name + "x" })).Refused(422, "invalid");
        (await ada.Post("/api/rooms", new { name, topic = new string('t', 501) })).Refused(422, "invalid");
        (await ada.Post("/api/rooms", new { name, topic = new string('t', 500) })).Is(201);
    }

    [Fact]
    public async Task One_may_be_in_so_many_rooms()
    {
        await using var server = await ChatServer.Start(static s => s["Chatter:Limits:RoomsPerUser"] = "2");
        var ada = await server.User();
        var ben = await server.User();
        var open = await ben.CreateRoom();
        await ada.CreateRoom();
        var left = await ada.CreateRoom();
        (await ada.Post("/api/rooms", new { name = Unique.Room() })).Refused(409, "too_many_rooms");
        (await ada.Post($"/api/rooms/{open}/join")).Refused(409, "too_many_rooms");
        await ada.Leave(left);
        await ada.Join(open);
    }

    [Fact]
    public async Task The_list_has_public_rooms_and_ones_own_private_ones()
    {
        var ada = await shared.Server.User();
        var ben = await shared.Server.User();
        var common = Guid.NewGuid().ToString("N")[..10];
        var open = await ada.CreateRoom($"{common} open");
        var hers = await ada.CreateRoom($"{common} hers", isPrivate: true);
        await ben.CreateRoom($"{common} his", isPrivate: true);
        var found = (await ada.Get($"/api/rooms?search={common.ToUpperInvariant()}")).Is(200).List("rooms");
        Assert.Equal(new[] { open, hers }.Order(), found.Select(static r => r.Id()).Order());
    }

    [Fact]
    public async Task The_list_comes_in_pages()
    {
        var ada = await shared.Server.User();
        var common = Guid.NewGuid().ToString("N")[..10];
        var rooms = new List<string>();
        for (var i = 0; i < 5; i++) rooms.Add(await ada.CreateRoom($"{common} {i}"));
        var seen = new List<string>();
        string? next = null;
        var pages = 0;
        do
        {
            var page = (await ada.Get($"/api/rooms?search={common}&limit=2{(next is null ? "" : "&after=" + Uri.EscapeDataString(next))}")).Is(200);
            var ids = page.List("rooms").Select(static r => r.Id()).ToList();
            Assert.InRange(ids.Count, 1, 2);
            seen.AddRange(ids);
            next = page.TextOrNull("next");
            pages++;
        }
        while (next is not null && pages < 10);
        Assert.Equal(rooms.Order(), seen.Order());
    }

    [Theory]
    [InlineData("limit", "0")]
    [InlineData("limit", "201")]
    [InlineData("limit", "-1")]
    [InlineData("limit", "x")]
    [InlineData("after", "rubbish%00")]
    [InlineData("after", "AAAA")]
    public async Task A_wrong_query_is_invalid_for_rooms_and_for_members(string field, string value)
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        foreach (var list in (string[])["/api/rooms", $"/api/rooms/{room}/members"])
        {
            (await ada.Get($"{list}?{field}={value}")).Refused(422, "invalid").Field("errors").Field(field);
        }
    }

    [Theory]
    [InlineData("100%25")]
    [InlineData("a_b")]
    [InlineData("%27%3B--")]
    [InlineData("%22*%22")]
    [InlineData("%F0%9F%9A%80")]
    public async Task Anything_may_be_searched_for(string search)
    {
        var ada = await shared.Server.User();
        (await ada.Get("/api/rooms?search=" + search)).Is(200);
    }

    [Fact]
    public async Task An_empty_field_of_the_query_is_one_left_out()
    {
        var ada = await shared.Server.User();
        await ada.CreateRoom();
        Assert.NotEmpty((await ada.Get("/api/rooms?search=&after=&limit=")).Is(200).List("rooms"));
    }

    [Fact]
    public async Task A_search_has_no_wildcards()
    {
        var ada = await shared.Server.User();
        var common = Guid.NewGuid().ToString("N")[..10];
        await ada.CreateRoom($"{common}xy");
        var percent = await ada.CreateRoom($"{common}%y");
        var found = (await ada.Get($"/api/rooms?search={common}%25y")).Is(200).List("rooms");
        Assert.Equal([percent], found.Select(static r => r.Id()));
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PATCH", "", """{"topic":"x"}""")]
    [InlineData("POST", "/join")]
    [InlineData("POST", "/leave")]
    [InlineData("POST", "/invites")]
    [InlineData("POST", "/messages", """{"text":"x"}""")]
    [InlineData("GET", "/members")]
    [InlineData("DELETE", "/members/0198c1d4-0000-7000-8000-000000000000")]
    [InlineData("GET", "/events")]
    public async Task An_id_that_is_none_names_no_room(string method, string call, string? body = null)
    {
        var ada = await shared.Server.User();
        foreach (var id in (string[])["nonsense", "00000000-0000-0000-0000-000000000000", Guid.CreateVersion7().ToString()])
        {
            (await shared.Server.Call(HttpMethod.Parse(method), $"/api/rooms/{id}{call}", body, ada.Token)).Refused(404, "no_such_room");
        }
    }
}
