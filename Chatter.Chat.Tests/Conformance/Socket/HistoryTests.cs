using System.Text;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Socket;

/// <summary><c>history</c> (docs/protocol.md §4.1): the same as the HTTP call.</summary>
public sealed class HistoryTests(SharedServer shared)
{
    private async Task<(TestUser Ada, string Room)> RoomWith(int events)
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        for (var i = 2; i <= events; i++) await ada.Say(room, $"{i}");
        return (ada, room);
    }

    [Fact]
    public async Task The_frame_and_the_HTTP_call_give_the_same_pages()
    {
        var (ada, room) = await RoomWith(20);
        await using var socket = await ada.Connect();
        (string Field, long Value)[] places = [("after", 0), ("after", 7), ("after", 20), ("before", 8), ("before", 1), ("before", 500), ("around", 10), ("around", 1), ("around", 20), ("", 0)];
        foreach (var (field, value) in places)
        {
            var nonce = Unique.Nonce();
            var place = field.Length == 0 ? "" : $",\"{field}\":{value}";
            await socket.Send($$"""{"type":"history","room":"{{room}}","limit":4,"nonce":"{{nonce}}"{{place}}}""");
            var frame = await socket.Answer("history", nonce);
            var page = (await ada.Get($"/api/rooms/{room}/events?limit=4{(field.Length == 0 ? "" : $"&{field}={value}")}")).Is(200);
            Assert.Equal(room, frame.Text("room"));
            Assert.Equal((page.Number("first"), page.Number("last"), page.Flag("more")), (frame.Number("first"), frame.Number("last"), frame.Flag("more")));
            Assert.Equal(page.List("events").Select(static e => e.GetRawText()), frame.List("events").Select(static e => e.GetRawText()));
        }
    }

    [Fact]
    public async Task Fifty_come_where_no_limit_is_named_and_200_at_most()
    {
        var (ada, room) = await RoomWith(1);
        await using var socket = await ada.Connect();
        for (var i = 0; i < 210; i++) await socket.Send(new { type = "send", room, text = "x", nonce = $"n{i}" });
        await socket.EventsTo(room, 211, Patience.Bulk);
        await socket.Send(new { type = "history", room, nonce = "a" });
        Assert.Equal(50, (await socket.Answer("history", "a")).List("events").Count);
        await socket.Send(new { type = "history", room, limit = 200, nonce = "b" });
        Assert.Equal(200, (await socket.Answer("history", "b")).List("events").Count);
    }

    [Theory]
    [InlineData("""{"type":"history","room":"R","limit":0,"nonce":"n"}""", "invalid")]
    [InlineData("""{"type":"history","room":"R","limit":201,"nonce":"n"}""", "invalid")]
    [InlineData("""{"type":"history","room":"R","limit":"5","nonce":"n"}""", "invalid")]
    [InlineData("""{"type":"history","room":"R","limit":2.5,"nonce":"n"}""", "invalid")]
    [InlineData("""{"type":"history","room":"R","after":1,"before":2,"nonce":"n"}""", "invalid")]
    [InlineData("""{"type":"history","room":"R","after":1,"around":2,"nonce":"n"}""", "invalid")]
    [InlineData("""{"type":"history","room":"R","after":-1,"nonce":"n"}""", "invalid")]
    [InlineData("""{"type":"history","room":"R","before":1e99,"nonce":"n"}""", "invalid")]
    [InlineData("""{"type":"history","nonce":"n"}""", "invalid")]
    [InlineData("""{"type":"history","room":"nonsense","nonce":"n"}""", "invalid")]
    [InlineData("""{"type":"history","room":"0198c1d4-0000-7000-8000-000000000000","nonce":"n"}""", "no_such_room")]
    public async Task A_wrong_request_is_refused(string frame, string code)
    {
        var (ada, room) = await RoomWith(1);
        await using var socket = await ada.Connect();
        await socket.Refused(frame.Replace("\"R\"", $"\"{room}\"", StringComparison.Ordinal), code);
        await socket.Settle();
    }

    [Fact]
    public async Task Who_is_not_a_member_reads_nothing()
    {
        var (_, room) = await RoomWith(2);
        var eve = await shared.Server.User();
        await using var socket = await eve.Connect();
        var error = await socket.Refused(new { type = "history", room, nonce = "n" }, "not_a_member");
        Assert.Equal(room, error.Text("room"));
    }

    [Fact]
    public async Task A_page_ends_at_256_KiB_and_paging_goes_on_from_there()
    {
        var (ada, room) = await RoomWith(1);
        await using var socket = await ada.Connect();
        var text = new string('€', 8_000);
        for (var i = 0; i < 24; i++) await socket.Say(room, text);
        var seen = new List<long>();
        for (var (after, more) = (0L, true); more; after = seen[^1])
        {
            var nonce = Unique.Nonce();
            await socket.Send(new { type = "history", room, after, limit = 200, nonce });
            var page = await socket.Answer("history", nonce);
            Assert.InRange(Encoding.UTF8.GetByteCount(page.GetRawText()), 1, 262_144 + 25_000);
            seen.AddRange(page.List("events").Select(static e => e.Number("seq")));
            more = page.Flag("more");
        }
        Assert.Equal(Enumerable.Range(1, 25).Select(static i => (long)i), seen);
    }

    [Fact]
    public async Task What_was_acknowledged_is_in_the_next_page()
    {
        var (ada, room) = await RoomWith(1);
        await using var socket = await ada.Connect();
        for (var i = 0; i < 50; i++)
        {
            var sent = await socket.Say(room, $"{i}");
            await socket.Send(new { type = "history", room, limit = 1, nonce = $"h{i}" });
            Assert.Equal(sent.Id(), (await socket.Answer("history", $"h{i}")).List("events")[0].Id());
        }
    }
}
