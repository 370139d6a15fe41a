using System.Text;
using System.Text.Json;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Http;

/// <summary><c>GET /api/rooms/{id}/events</c> and <c>POST /api/rooms/{id}/messages</c> (docs/protocol.md §3).</summary>
public sealed class EventsTests(SharedServer shared)
{
    private async Task<(TestUser Ada, string Room)> RoomWith(int messages)
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        for (var i = 2; i <= messages; i++) await ada.Say(room, $"message {i}");
        return (ada, room);
    }

    private static long[] Seqs(JsonElement page) => [.. page.List("events").Select(static e => e.Number("seq"))];

    private static long[] Range(long from, long to) => [.. Enumerable.Range((int)from, (int)(to - from + 1)).Select(static i => (long)i)];

    [Fact]
    public async Task A_time_leads_to_the_first_event_of_it_or_later()
    {
        var (ada, room) = await RoomWith(20);
        var log = await ada.Log(room);
        foreach (var e in log)
        {
            var first = log.First(other => other.Time("at") >= e.Time("at")).Number("seq");
            var page = (await ada.Get($"/api/rooms/{room}/events?limit=1&at={Uri.EscapeDataString(e.Text("at"))}")).Is(200);
            Assert.Equal(first, Seqs(page).Single());
        }
        var early = (await ada.Get($"/api/rooms/{room}/events?limit=1&at=2001-01-01")).Is(200);
        var late = (await ada.Get($"/api/rooms/{room}/events?limit=1&at=2201-01-01T00:00:00+02:00")).Is(200);
        Assert.Equal((1, 20), (Seqs(early).Single(), Seqs(late).Single()));
        (await ada.Get($"/api/rooms/{room}/events?at=yesterday")).Refused(422, "invalid");
        (await ada.Get($"/api/rooms/{room}/events?at=2001-01-01&after=3")).Refused(422, "invalid");
    }

    [Theory]
    [InlineData("after=0&limit=5", 1, 5, true)]
    [InlineData("after=5&limit=5", 6, 10, true)]
    [InlineData("after=15&limit=5", 16, 20, false)]
    [InlineData("after=18", 19, 20, false)]
    [InlineData("before=21&limit=5", 16, 20, true)]
    [InlineData("before=6&limit=5", 1, 5, false)]
    [InlineData("before=4&limit=5", 1, 3, false)]
    [InlineData("before=1000&limit=5", 16, 20, true)]
    [InlineData("limit=5", 16, 20, true)]
    [InlineData("limit=20", 1, 20, false)]
    [InlineData("", 1, 20, false)]
    [InlineData("after=&before=&around=&limit=", 1, 20, false)]
    [InlineData("after=&before=6&around=&limit=5", 1, 5, false)]
    [InlineData("before=9007199254740991&limit=5", 16, 20, true)]
    [InlineData("around=0&limit=3", 1, 3, true)]
    [InlineData("around=9007199254740991&limit=3", 18, 20, true)]
    [InlineData("around=7&limit=1", 7, 7, true)]
    [InlineData("limit=200", 1, 20, false)]
    [InlineData("limit=1", 20, 20, true)]
    public async Task Pages_are_cut_where_asked(string query, long from, long to, bool more)
    {
        var (ada, room) = await RoomWith(20);
        var page = (await ada.Get($"/api/rooms/{room}/events?{query}")).Is(200);
        Assert.Equal(Range(from, to), Seqs(page));
        Assert.Equal((1, 20, more), (page.Number("first"), page.Number("last"), page.Flag("more")));
    }

    [Theory]
    [InlineData("after=20")]
    [InlineData("after=1000")]
    [InlineData("after=9007199254740991")]
    [InlineData("before=1")]
    [InlineData("before=0")]
    public async Task Beyond_the_ends_is_an_empty_page(string query)
    {
        var (ada, room) = await RoomWith(20);
        var page = (await ada.Get($"/api/rooms/{room}/events?{query}")).Is(200);
        Assert.Empty(Seqs(page));
        Assert.Equal((1, 20, false), (page.Number("first"), page.Number("last"), page.Flag("more")));
    }

    [Theory]
    [InlineData(10, 5, true)]
    [InlineData(1, 5, true)]
    [InlineData(20, 5, true)]
    [InlineData(10, 100, false)]
    public async Task Around_has_its_seq_in_the_middle(long around, int limit, bool more)
    {
        var (ada, room) = await RoomWith(20);
        var page = (await ada.Get($"/api/rooms/{room}/events?around={around}&limit={limit}")).Is(200);
        var seqs = Seqs(page);
        Assert.Contains(around, seqs);
        Assert.Equal(Range(seqs[0], seqs[^1]), seqs);
        Assert.InRange(seqs.Length, 3, Math.Min(limit, 20));
        Assert.Equal(more, page.Flag("more"));
        if (around == 10 && limit == 5) Assert.Equal([8, 9, 10, 11, 12], seqs);
    }

    [Theory]
    [InlineData("after=1&before=5")]
    [InlineData("after=1&around=5")]
    [InlineData("before=1&around=5")]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("limit=-1")]
    [InlineData("limit=many")]
    [InlineData("after=-1")]
    [InlineData("after=x")]
    [InlineData("after=1.5")]
    [InlineData("before=99999999999999999999")]
    [InlineData("around=9007199254740992")]
    [InlineData("after=1&after=1")]
    [InlineData("limit=1e1")]
    public async Task A_wrong_query_is_invalid(string query)
    {
        var (ada, room) = await RoomWith(1);
        (await ada.Get($"/api/rooms/{room}/events?{query}")).Refused(422, "invalid");
    }

    [Fact]
    public async Task A_page_ends_at_256_KiB()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        var text = new string('€', 8_000);
        for (var i = 0; i < 24; i++) await ada.Say(room, text);
        var reply = await ada.Get($"/api/rooms/{room}/events?after=0&limit=200");
        var page = reply.Is(200);
        // One event more would be too much, and not before: each of these has 24,000 bytes and what is round them.
        Assert.InRange(Encoding.UTF8.GetByteCount(reply.Body), 262_144 - 25_000, 262_144);
        Assert.True(page.Flag("more"));
        Assert.InRange(Seqs(page).Length, 5, 24);
        Assert.Equal(25, (await ada.Log(room)).Count);
    }

    [Fact]
    public async Task Who_is_not_a_member_reads_nothing()
    {
        var (_, room) = await RoomWith(3);
        var ben = await shared.Server.User();
        (await ben.Get($"/api/rooms/{room}/events")).Refused(403, "not_a_member");
    }

    [Fact]
    public async Task A_message_by_HTTP_is_answered_with_the_event()
    {
        var (ada, room) = await RoomWith(2);
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        var sent = (await ada.Post($"/api/rooms/{room}/messages", new { text = "hello \t ", nonce = "n.1_A-z" })).Is(201);
        Assert.Equal((3, "message", "hello", "n.1_A-z"), (sent.Number("seq"), sent.Text("kind"), sent.Text("text"), sent.Text("nonce")));
        Assert.Equal((room, ada.Id, ada.Name), (sent.Text("room"), sent.Field("from").Text("id"), sent.Field("from").Text("name")));
        Assert.InRange(sent.Time("at"), before, DateTimeOffset.UtcNow.AddSeconds(1));
        var logged = (await ada.Log(room))[^1];
        Assert.Equal(sent.Id(), logged.Id());
        Assert.Equal("hello", logged.Text("text"));
    }

    [Fact]
    public async Task A_repeated_nonce_is_answered_with_the_first_event_and_200()
    {
        var (ada, room) = await RoomWith(1);
        var first = await ada.Say(room, "once", "same");
        var again = (await ada.Post($"/api/rooms/{room}/messages", new { text = "once  ", nonce = "same" })).Is(200);
        Assert.Equal((first.Id(), first.Number("seq")), (again.Id(), again.Number("seq")));
        (await ada.Post($"/api/rooms/{room}/messages", new { text = "twice", nonce = "same" })).Refused(409, "nonce_reused");
        Assert.Equal(2, (await ada.Log(room)).Count);
    }

    [Fact]
    public async Task Without_a_nonce_each_is_a_message()
    {
        var (ada, room) = await RoomWith(1);
        for (var i = 0; i < 2; i++) (await ada.Post($"/api/rooms/{room}/messages", new { text = "same" })).Is(201);
        Assert.Equal(3, (await ada.Log(room)).Count);
    }

    [Theory]
    [InlineData("""{}""", "invalid")]
    [InlineData("""{"text":5}""", "invalid")]
    [InlineData("""{"text":""}""", "invalid")]
    [InlineData("""{"text":"nul\u0000"}""", "invalid")]
    [InlineData("""{"text":"x","nonce":"spaces are no good"}""", "invalid")]
    [InlineData("""{"text":"x","nonce":""}""", "invalid")]
    [InlineData("""{"text":"x","ifLast":"one"}""", "invalid")]
    [InlineData("""{"text":"x","replyTo":"nonsense"}""", "invalid")]
    public async Task A_wrong_field_is_invalid(string body, string code)
    {
        var (ada, room) = await RoomWith(1);
        (await ada.Post($"/api/rooms/{room}/messages", body)).Refused(422, code);
        Assert.Single(await ada.Log(room));
    }

    [Fact]
    public async Task Text_over_8000_characters_is_too_long()
    {
        var (ada, room) = await RoomWith(1);
        (await ada.Post($"/api/rooms/{room}/messages", new { text = new string('x', 8_001) })).Refused(422, "too_long");
        (await ada.Post($"/api/rooms/{room}/messages", new { text = new string('x', 8_000) })).Is(201);
    }

    [Fact]
    public async Task The_conditions_of_a_send_go_for_HTTP_too()
    {
        var (ada, room) = await RoomWith(1);
        var conflict = (await ada.Post($"/api/rooms/{room}/messages", new { text = "x", ifLast = 7 })).Refused(409, "conflict");
        Assert.Equal(1, conflict.Number("last"));
        (await ada.Post($"/api/rooms/{room}/messages", new { text = "x", prev = "never-sent" })).Refused(409, "out_of_order");
        (await ada.Post($"/api/rooms/{room}/messages", new { text = "x", replyTo = Guid.CreateVersion7() })).Refused(404, "no_such_event");
        (await ada.Post($"/api/rooms/{room}/messages", new { text = "x", ifLast = 1 })).Is(201);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/events")]
    [InlineData("/members")]
    public async Task HEAD_is_GET_without_the_body(string call)
    {
        var (ada, room) = await RoomWith(1);
        var got = await ada.Get($"/api/rooms/{room}{call}");
        var head = await shared.Server.Call(HttpMethod.Head, $"/api/rooms/{room}{call}", token: ada.Token);
        Assert.Equal((200, 200, ""), (got.Status, head.Status, head.Body));
        Assert.True(head.Headers.CacheControl?.NoStore);
        Assert.Equal((got.ContentHeaders.ContentType, got.ContentHeaders.ContentLength), (head.ContentHeaders.ContentType, head.ContentHeaders.ContentLength));
    }

    [Fact]
    public async Task Health_is_told_to_anybody()
    {
        foreach (var path in (string[])["/health/live", "/health/ready"])
        {
            var reply = await shared.Server.Call(HttpMethod.Get, path);
            Assert.Equal(200, reply.Status);
        }
    }
}
