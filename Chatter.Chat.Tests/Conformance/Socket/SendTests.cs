using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Socket;

/// <summary><c>send</c>, <c>sent</c> and the <c>event</c> (docs/protocol.md §4.1 and §4.3).</summary>
public sealed class SendTests(SharedServer shared)
{
    [Fact]
    public async Task A_message_is_acknowledged_and_reaches_every_socket_of_every_member()
    {
        var ada = await shared.Server.User();
        var ben = await shared.Server.User();
        var room = await ada.CreateRoom();
        await ben.Join(room);
        await using var phone = await ada.Connect();
        await using var laptop = await ada.Connect();
        await using var his = await ben.Connect();
        var sent = await phone.Say(room, "hello \u00a0\n", "hello-1");
        Assert.Equal((room, 3), (sent.Text("room"), sent.Number("seq")));
        sent.Time("at");
        foreach (var socket in (RawSocket[])[phone, laptop, his])
        {
            var e = await socket.NextEvent(room);
            Assert.Equal((3, "message", "hello", "hello-1"), (e.Number("seq"), e.Text("kind"), e.Text("text"), e.Text("nonce")));
            Assert.Equal((sent.Id(), sent.Text("at")), (e.Id(), e.Text("at")));
            Assert.Equal((ada.Id, ada.Name), (e.Field("from").Text("id"), e.Field("from").Text("name")));
        }
    }

    [Fact]
    public async Task Who_is_not_a_member_sees_nothing()
    {
        var ada = await shared.Server.User();
        var eve = await shared.Server.User();
        var room = await ada.CreateRoom();
        var hers = await eve.CreateRoom();
        await using var socket = await eve.Connect();
        await ada.Say(room, "not for Eve");
        await ada.Patch($"/api/rooms/{room}", new { topic = "nor this" });
        await socket.Say(hers, "marker");
        await socket.NextEvent(hers);
        await socket.Settle();
        Assert.DoesNotContain(socket.Frames, f => f.GetRawText().Contains(room, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_send_without_nonce_is_answered_without_one()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        await using var socket = await ada.Connect();
        await socket.Send(new { type = "send", room, text = "a" });
        await socket.Send(new { type = "send", room, text = "a" });
        var (first, second) = (await socket.Next("sent"), await socket.Next("sent"));
        Assert.False(first.Has("nonce"));
        Assert.Equal([2L, 3], new[] { first.Number("seq"), second.Number("seq") }.Order());
        Assert.False((await socket.NextEvent(room)).Has("nonce"));
    }

    [Fact]
    public async Task Everything_that_is_text_arrives_as_it_was()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        await using var socket = await ada.Connect();
        string[] texts = ["<script>alert(1)</script> & \"quotes\" \\ /", "  leading stays", "👩‍👩‍👧‍👦 \u202e \ufeff end", "line\nbreak\r\n\ttab", "\u0001\u001f\u007f\u0085.", "\ufffe\uffff", "e\u0301"];
        foreach (var text in texts)
        {
            await socket.Say(room, text);
            Assert.Equal(text, (await socket.NextEvent(room)).Text("text"));
        }
        Assert.Equal(texts, (await ada.Log(room)).Skip(1).Select(static e => e.Text("text")));
    }

    [Fact]
    public async Task Text_is_counted_in_UTF16_units_after_trimming()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        await using var socket = await ada.Connect();
        var longest = string.Concat(Enumerable.Repeat("🚀", 4_000));
        await socket.Say(room, longest + "   ");
        await socket.Say(room, new string('€', 8_000));
        await socket.Refused(new { type = "send", room, text = longest + "x", nonce = "n" }, "too_long");
        await socket.Refused(new { type = "send", room, text = new string('x', 20_000), nonce = "n" }, "too_long");
        Assert.Equal(3, (await ada.Log(room)).Count);
    }

    [Theory]
    [InlineData("""{"type":"send","room":"R","nonce":"n"}""")]
    [InlineData("""{"type":"send","room":"R","text":null,"nonce":"n"}""")]
    [InlineData("""{"type":"send","room":"R","text":5,"nonce":"n"}""")]
    [InlineData("""{"type":"send","room":"R","text":"","nonce":"n"}""")]
    [InlineData("""{"type":"send","room":"R","text":" \n\t ","nonce":"n"}""")]
    [InlineData("""{"type":"send","room":"R","text":"a\u0000b","nonce":"n"}""")]
    [InlineData("""{"type":"send","text":"x","nonce":"n"}""")]
    [InlineData("""{"type":"send","room":5,"text":"x","nonce":"n"}""")]
    [InlineData("""{"type":"send","room":"nonsense","text":"x","nonce":"n"}""")]
    [InlineData("""{"type":"send","room":"R","text":"x","nonce":"n","ifLast":-1}""")]
    [InlineData("""{"type":"send","room":"R","text":"x","nonce":"n","ifLast":"1"}""")]
    [InlineData("""{"type":"send","room":"R","text":"x","nonce":"n","replyTo":"1"}""")]
    [InlineData("""{"type":"send","room":"R","text":"x","nonce":"n","prev":"no good"}""")]
    public async Task A_wrong_field_is_invalid(string frame)
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        await using var socket = await ada.Connect();
        var error = await socket.Refused(frame.Replace("\"R\"", $"\"{room}\"", StringComparison.Ordinal), "invalid");
        if (frame.Contains("\"R\"", StringComparison.Ordinal)) Assert.Equal(room, error.Text("room"));
        Assert.Single(await ada.Log(room));
        await socket.Say(room, "goes on");
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("5")]
    [InlineData("\"two words\"")]
    [InlineData("\"ünïcode\"")]
    [InlineData("\"a\\u0000\"")]
    [InlineData("\"12345678901234567890123456789012345678901234567890123456789012345\"")]
    public async Task A_wrong_nonce_is_invalid(string nonce)
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        await using var socket = await ada.Connect();
        await socket.Send($$"""{"type":"send","room":"{{room}}","text":"x","nonce":{{nonce}}}""");
        Assert.Equal("invalid", (await socket.Next("error")).Text("code"));
        Assert.Single(await ada.Log(room));
    }

    [Fact]
    public async Task A_nonce_of_64_characters_is_good()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        await using var socket = await ada.Connect();
        await socket.Say(room, "x", "AZaz09._-" + new string('z', 55));
    }

    [Fact]
    public async Task A_reply_names_a_message_of_its_own_room()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        var elsewhere = await ada.CreateRoom();
        await using var socket = await ada.Connect();
        var target = await socket.Say(room, "question");
        var foreign = await socket.Say(elsewhere, "somewhere else");
        var joined = (await ada.Log(room))[0].Id();
        await socket.Send(new { type = "send", room, text = "answer", replyTo = target.Id(), nonce = "r1" });
        await socket.Answer("sent", "r1");
        Assert.Equal(target.Id(), (await socket.Next("event", static e => e.Is("nonce", "r1"))).Text("replyTo"));
        foreach (var replyTo in (string[])[foreign.Id(), Guid.CreateVersion7().ToString(), joined])
        {
            await socket.Refused(new { type = "send", room, text = "answer", replyTo, nonce = Unique.Nonce() }, "no_such_event");
        }
    }

    [Fact]
    public async Task To_a_room_one_is_not_in_nothing_is_sent()
    {
        var ada = await shared.Server.User();
        var eve = await shared.Server.User();
        var room = await ada.CreateRoom();
        await using var socket = await eve.Connect();
        var error = await socket.Refused(new { type = "send", room, text = "x", nonce = "n1" }, "not_a_member");
        Assert.Equal(room, error.Text("room"));
        await socket.Refused(new { type = "send", room = Guid.CreateVersion7(), text = "x", nonce = "n2" }, "no_such_room");
        Assert.Single(await ada.Log(room));
    }

    [Fact]
    public async Task A_thousand_sends_without_waiting_are_committed_in_their_order()
    {
        var ada = await shared.Server.User();
        var ben = await shared.Server.User();
        var room = await ada.CreateRoom();
        await ben.Join(room);
        await using var hers = await ada.Connect();
        await using var his = await ben.Connect();
        string? prev = null;
        for (var i = 0; i < 1_000; i++)
        {
            var nonce = $"p-{i}";
            await hers.Send(new { type = "send", room, text = $"{i}", nonce, prev });
            prev = nonce;
        }
        var seen = await his.EventsTo(room, 1_002, Patience.Bulk);
        Assert.Equal(Enumerable.Range(0, 1_000).Select(static i => $"{i}"), seen.Select(static e => e.Text("text")));
        Assert.Equal(Enumerable.Range(3, 1_000).Select(static i => (long)i), seen.Select(static e => e.Number("seq")));
        await hers.EventsTo(room, 1_002);
        await hers.Answer("sent", "p-999");
        Assert.Equal(1_000, hers.Frames.Where(static f => f.Is("type", "sent")).Select(static f => (f.Text("nonce"), f.Number("seq"))).Distinct().Count());
        Assert.All(hers.Frames.Where(static f => f.Is("type", "sent")), static f => Assert.Equal($"p-{f.Number("seq") - 3}", f.Text("nonce")));
    }

    [Fact]
    public async Task Sends_of_many_at_once_are_seen_by_all_in_one_order()
    {
        var users = new List<TestUser>();
        for (var i = 0; i < 4; i++) users.Add(await shared.Server.User());
        var room = await users[0].CreateRoom();
        foreach (var user in users.Skip(1)) await user.Join(room);
        var sockets = await Task.WhenAll(users.Select(static u => u.Connect()));
        await Task.WhenAll(sockets.Select(async (socket, who) =>
        {
            for (var i = 0; i < 100; i++) await socket.Send(new { type = "send", room, text = $"{who}:{i}", nonce = $"{i}" });
        }));
        var all = await Task.WhenAll(sockets.Select(s => s.EventsTo(room, 404, Patience.Bulk)));
        var expected = (await users[0].Log(room)).Skip(4).Select(static e => (e.Number("seq"), e.Text("text"), e.Text("id"), e.Text("at"))).ToList();
        Assert.Equal(400, expected.Count);
        Assert.All(all, events => Assert.Equal(expected, events.Select(static e => (e.Number("seq"), e.Text("text"), e.Text("id"), e.Text("at")))));
        Assert.Equal(expected.Select(static e => e.Item4).Order(StringComparer.Ordinal), expected.Select(static e => e.Item4));
        foreach (var socket in sockets) await socket.DisposeAsync();
    }
}
