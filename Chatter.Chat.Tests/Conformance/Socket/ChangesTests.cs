using System.Text.Json;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Socket;

/// <summary><c>edit</c>, <c>delete</c>, <c>react</c>, their events, and what pages make of them (docs/protocol.md §4.1, §4.3, §5).</summary>
public sealed class ChangesTests(SharedServer shared)
{
    [Fact]
    public async Task An_edit_is_an_event_for_all_and_pages_carry_the_newest()
    {
        var (ada, ben, room) = await shared.Two();
        await using var hers = await ada.Connect();
        await using var his = await ben.Connect();
        var message = await hers.Say(room, "frst");

        var sent = await Change(hers, new { type = "edit", room, target = message.Id(), text = "frost  \n", nonce = "e1" });
        foreach (var socket in (RawSocket[])[hers, his])
        {
            await socket.NextEvent(room);
            var e = await socket.NextEvent(room);
            Assert.Equal(("edited", message.Id(), "frost", "e1"), (e.Text("kind"), e.Text("target"), e.Text("text"), e.Text("nonce")));
            Assert.Equal((sent.Number("seq"), sent.Id(), ada.Id), (e.Number("seq"), e.Id(), e.Field("from").Id()));
        }
        await Change(hers, new { type = "edit", room, target = message.Id(), text = "frost tonight", nonce = "e2" });

        var shown = (await Page(ben, room)).Single(e => e.Is("id", message.Id()));
        Assert.Equal(("frst", "frost tonight", sent.Number("seq") + 1), (shown.Text("text"), shown.Field("edited").Text("text"), shown.Field("edited").Number("seq")));
        shown.Field("edited").Time("at");
    }

    [Fact]
    public async Task Reactions_are_counted_in_order_of_first_use_and_can_be_taken_back()
    {
        var (ada, ben, room) = await shared.Two();
        await using var hers = await ada.Connect();
        await using var his = await ben.Connect();
        var id = (await hers.Say(room, "frost tonight")).Id();

        await Change(his, new { type = "react", room, target = id, emoji = "🥶", on = true, nonce = "r1" });
        await Change(hers, new { type = "react", room, target = id, emoji = "👍🏽", on = true, nonce = "r2" });
        await Change(hers, new { type = "react", room, target = id, emoji = "🥶", on = true, nonce = "r3" });
        var reactions = (await Page(ada, room)).Single(e => e.Is("id", id)).List("reactions");
        Assert.Equal([("🥶", 2L, true), ("👍🏽", 1, true)], reactions.Select(static r => (r.Text("emoji"), r.Number("count"), r.Flag("mine"))));
        Assert.Equal([ben.Id, ada.Id], reactions[0].List("users").Select(static u => u.Id()));

        await Change(his, new { type = "react", room, target = id, emoji = "🥶", on = false, nonce = "r4" });
        await Change(hers, new { type = "react", room, target = id, emoji = "👍🏽", on = false, nonce = "r5" });
        Assert.Equal([("🥶", 1L, false)], (await Page(ben, room)).Single(e => e.Is("id", id)).List("reactions").Select(static r => (r.Text("emoji"), r.Number("count"), r.Flag("mine"))));
        var last = (await ada.Log(room))[^1];
        Assert.Equal(("reacted", id, "👍🏽", false), (last.Text("kind"), last.Text("target"), last.Text("emoji"), last.Flag("on")));
    }

    [Fact]
    public async Task A_reaction_that_changes_nothing_is_no_event_and_is_acknowledged_by_the_one_since_which_it_is_so()
    {
        var (ada, _, room) = await shared.Two();
        await using var socket = await ada.Connect();
        var message = await socket.Say(room, "frost tonight");
        var target = message.Id();

        var never = await Change(socket, new { type = "react", room, target, emoji = "🥶", on = false, nonce = "r1" });
        Assert.Equal((message.Number("seq"), target), (never.Number("seq"), never.Id()));
        var first = await Change(socket, new { type = "react", room, target, emoji = "🥶", on = true, nonce = "r2" });
        var again = await Change(socket, new { type = "react", room, target, emoji = "🥶", on = true, nonce = "r3" });
        Assert.Equal((first.Number("seq"), first.Id(), "r3"), (again.Number("seq"), again.Id(), again.Text("nonce")));
        Assert.Equal(first.Number("seq"), (await ada.Log(room))[^1].Number("seq"));
    }

    [Fact]
    public async Task Deleted_is_deleted_live_resumed_paged_and_for_a_repeated_nonce()
    {
        var (ada, ben, room) = await shared.Two();
        await using var hers = await ada.Connect();
        var message = await hers.Say(room, "the secret", "m1");
        await Change(hers, new { type = "edit", room, target = message.Id(), text = "the other secret", nonce = "e1" });
        await Change(hers, new { type = "react", room, target = message.Id(), emoji = "🤫", on = true, nonce = "r1" });
        var deleted = await Change(hers, new { type = "delete", room, target = message.Id(), nonce = "d1" });

        var log = await ben.Log(room);
        Assert.DoesNotContain(log, static e => e.GetRawText().Contains("secret", StringComparison.Ordinal));
        Assert.Equal([message.Number("seq"), message.Number("seq") + 1], log.Where(static e => e.Has("redacted")).Select(static e => e.Number("seq")));
        Assert.DoesNotContain(log, static e => e.Has("edited") || e.Has("reactions"));
        Assert.Equal(("deleted", message.Id(), deleted.Number("seq")), (log[^1].Text("kind"), log[^1].Text("target"), log[^1].Number("seq")));

        await using var resumed = await ben.Connect(new Dictionary<string, long> { [room] = message.Number("seq") - 1 }, hers.Welcome.Text("epoch"));
        var first = await resumed.NextEvent(room);
        Assert.True(first.Flag("redacted"));
        Assert.False(first.Has("text"));

        var again = await ada.Post($"/api/rooms/{room}/messages", new { text = "the secret", nonce = "m1" });
        Assert.False(again.Is(200).Has("text"));
        Assert.Equal(message.Number("seq"), again.Is(200).Number("seq"));
    }

    [Fact]
    public async Task A_deleted_message_can_not_be_changed_any_more()
    {
        var (ada, _, room) = await shared.Two();
        await using var socket = await ada.Connect();
        var target = (await socket.Say(room, "gone soon")).Id();
        await Change(socket, new { type = "delete", room, target, nonce = "d1" });

        await socket.Refused(new { type = "edit", room, target, text = "x", nonce = "n1" }, "no_such_event");
        await socket.Refused(new { type = "react", room, target, emoji = "👍", on = true, nonce = "n2" }, "no_such_event");
        await socket.Refused(new { type = "delete", room, target, nonce = "n3" }, "no_such_event");
    }

    [Fact]
    public async Task Only_the_author_edits_and_only_the_author_and_the_owner_delete()
    {
        var (ada, ben, room) = await shared.Two();
        var eve = await shared.Server.User();
        await eve.Join(room);
        var (owners, bens) = ((await ada.Say(room, "the owner's")).Id(), (await ben.Say(room, "Ben's")).Id());
        await using var hers = await ada.Connect();
        await using var his = await ben.Connect();
        await using var other = await eve.Connect();

        await hers.Refused(new { type = "edit", room, target = bens, text = "x", nonce = "n1" }, "forbidden");
        await his.Refused(new { type = "delete", room, target = owners, nonce = "n1" }, "forbidden");
        await other.Refused(new { type = "delete", room, target = bens, nonce = "n1" }, "forbidden");
        await Change(hers, new { type = "delete", room, target = bens, nonce = "d1" });
        await Change(other, new { type = "react", room, target = owners, emoji = "❤️", on = true, nonce = "r1" });
        await eve.Leave(room);
        await other.Refused(new { type = "react", room, target = owners, emoji = "❤️", on = false, nonce = "r2" }, "not_a_member");
    }

    [Fact]
    public async Task A_target_that_is_no_message_of_the_room_is_none()
    {
        var (ada, _, room) = await shared.Two();
        var elsewhere = (await ada.Say(await ada.CreateRoom(), "elsewhere")).Id();
        var joined = (await ada.Log(room))[0].Id();
        await using var socket = await ada.Connect();
        foreach (var target in new[] { elsewhere, joined, Guid.CreateVersion7().ToString() })
            await socket.Refused(new { type = "edit", room, target, text = "x", nonce = Unique.Nonce() }, "no_such_event");
        await socket.Refused(new { type = "edit", room = Guid.CreateVersion7(), target = elsewhere, text = "x", nonce = "n" }, "no_such_room");
    }

    [Fact]
    public async Task S3_S17_a_change_is_made_once_for_each_nonce_and_shares_them_with_sends()
    {
        var (ada, _, room) = await shared.Two();
        await using var socket = await ada.Connect();
        var target = (await socket.Say(room, "frst", "m1")).Id();
        var first = await Change(socket, new { type = "edit", room, target, text = "frost", nonce = "e1" });

        Assert.Equal(first.Number("seq"), (await Change(socket, new { type = "edit", room, target, text = "frost ", nonce = "e1" })).Number("seq"));
        await socket.Refused(new { type = "edit", room, target, text = "frosts", nonce = "e1" }, "nonce_reused");
        await socket.Refused(new { type = "edit", room, target, text = "frst", nonce = "m1" }, "nonce_reused");
        await socket.Refused(new { type = "react", room, target, emoji = "👍", on = true, nonce = "e1" }, "nonce_reused");
        await socket.Refused(new { type = "send", room, text = "frost", nonce = "e1" }, "nonce_reused");
        Assert.Equal(first.Number("seq"), (await ada.Log(room))[^1].Number("seq"));
    }

    [Theory]
    [InlineData("""{"type":"edit","room":"ROOM","target":"TARGET","text":"x"}""", "invalid")] // no nonce
    [InlineData("""{"type":"edit","room":"ROOM","target":"TARGET","nonce":"n"}""", "invalid")]
    [InlineData("""{"type":"edit","room":"ROOM","target":"TARGET","text":"  ","nonce":"n"}""", "invalid")]
    [InlineData("""{"type":"edit","room":"ROOM","target":"none","text":"x","nonce":"n"}""", "invalid")]
    [InlineData("""{"type":"delete","room":"ROOM","nonce":"n"}""", "invalid")]
    [InlineData("""{"type":"react","room":"ROOM","target":"TARGET","emoji":"👍","nonce":"n"}""", "invalid")]
    [InlineData("""{"type":"react","room":"ROOM","target":"TARGET","emoji":"","on":true,"nonce":"n"}""", "invalid")]
    [InlineData("""{"type":"react","room":"ROOM","target":"TARGET","emoji":"ok","on":true,"nonce":"n"}""", "invalid")]
    [InlineData("""{"type":"react","room":"ROOM","target":"TARGET","emoji":"👍 👍","on":true,"nonce":"n"}""", "invalid")]
    [InlineData("""{"type":"react","room":"ROOM","target":"TARGET","emoji":"👍","on":1,"nonce":"n"}""", "invalid")]
    [InlineData("""{"type":"react","room":"ROOM","target":"TARGET","emoji":"👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍","on":true,"nonce":"n"}""", "invalid")] // 34 UTF-16 code units
    public async Task What_is_wrong_with_a_change_is_told(string frame, string code)
    {
        var (ada, _, room) = await shared.Two();
        var target = (await ada.Say(room, "frost")).Id();
        await using var socket = await ada.Connect();
        await socket.Send(frame.Replace("ROOM", room, StringComparison.Ordinal).Replace("TARGET", target, StringComparison.Ordinal));
        Assert.Equal((code, room), ((await socket.Next("error")).Text("code"), socket.Frames[^1].Text("room")));
        Assert.Equal("frost", (await ada.Log(room))[^1].Text("text"));
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_told_as_such()
    {
        var (ada, _, room) = await shared.Two();
        await using var socket = await ada.Connect();
        var target = (await socket.Say(room, "frost")).Id();
        await socket.Refused(new { type = "edit", room, target, text = new string('x', 8_001), nonce = "n" }, "too_long");
    }

    [Fact]
    public async Task A_page_stays_within_its_size_whatever_its_messages_became()
    {
        var (ada, _, room) = await shared.Two();
        await using var socket = await ada.Connect();
        var text = new string('\u0001', 8_000);
        for (var i = 0; i < 10; i++)
        {
            var id = (await socket.Say(room, text, $"m{i}")).Id();
            await Change(socket, new { type = "edit", room, target = id, text = text + "", nonce = $"e{i}" });
        }
        var seen = new SortedSet<long>();
        for (var before = long.MaxValue; ;)
        {
            var reply = await ada.Get($"/api/rooms/{room}/events?limit=200" + (before == long.MaxValue ? "" : $"&before={before}"));
            var page = reply.Is(200);
            Assert.InRange(page.GetRawText().Length, 1, 262_144);
            foreach (var e in page.List("events")) seen.Add(e.Number("seq"));
            if (!page.Flag("more")) break;
            before = seen.Min;
        }
        Assert.Equal(Enumerable.Range(1, 22).Select(static i => (long)i), seen);
    }

    [Fact]
    public async Task One_event_by_its_id_comes_with_its_edits()
    {
        var (ada, ben, room) = await shared.Two();
        await using var socket = await ada.Connect();
        var message = await socket.Say(room, "frst");
        await Change(socket, new { type = "edit", room, target = message.Id(), text = "frost", nonce = "e1" });
        await Change(socket, new { type = "edit", room, target = message.Id(), text = "frost tonight", nonce = "e2" });
        await Change(socket, new { type = "react", room, target = message.Id(), emoji = "🥶", on = true, nonce = "r1" });

        var shown = await Details(ben, room, message.Id());
        Assert.Equal(("frst", "frost tonight", 1), (shown.Field("event").Text("text"), shown.Field("event").Field("edited").Text("text"), shown.Field("event").List("reactions").Count));
        Assert.Equal(["frost", "frost tonight"], shown.List("edits").Select(static e => e.Text("text")));

        await Change(socket, new { type = "delete", room, target = message.Id(), nonce = "d1" });
        var gone = await Details(ben, room, message.Id());
        Assert.True(gone.Field("event").Flag("redacted"));
        Assert.Empty(gone.List("edits"));
        Assert.DoesNotContain("frost", gone.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_event_is_given_to_members_of_its_room_only()
    {
        var (ada, ben, room) = await shared.Two();
        var id = (await ada.Say(room, "frost")).Id();
        var other = await ben.CreateRoom();
        (await ben.Get($"/api/rooms/{other}/events/{id}")).Refused(404, "no_such_event");
        (await ben.Get($"/api/rooms/{room}/events/{Guid.CreateVersion7()}")).Refused(404, "no_such_event");
        (await ben.Get($"/api/rooms/{room}/events/none")).Refused(404, "no_such_event");
        await ben.Leave(room);
        (await ben.Get($"/api/rooms/{room}/events/{id}")).Refused(403, "not_a_member");
    }

    [Fact]
    public async Task A_message_has_fifty_different_reactions_at_most()
    {
        var (ada, ben, room) = await shared.Two();
        await using var hers = await ada.Connect();
        await using var his = await ben.Connect();
        var target = (await hers.Say(room, "frost")).Id();
        for (var i = 0; i < 50; i++) await Change(hers, new { type = "react", room, target, emoji = char.ConvertFromUtf32(0x1F600 + i), on = true, nonce = $"r{i}" });

        await his.Refused(new { type = "react", room, target, emoji = "🥶", on = true, nonce = "n1" }, "invalid");
        await Change(his, new { type = "react", room, target, emoji = "😀", on = true, nonce = "n2" });
        Assert.Equal(50, (await Details(ben, room, target)).Field("event").List("reactions").Count);
    }

    private static async Task<JsonElement> Details(TestUser reader, string room, string id)
    {
        var reply = await reader.Get($"/api/rooms/{room}/events/{id}");
        return reply.Is(200);
    }

    /// <summary>Makes a change; gives its <c>sent</c>.</summary>
    private static async Task<JsonElement> Change(RawSocket socket, object frame)
    {
        await socket.Send(frame);
        return await socket.Next("sent");
    }

    private static async Task<List<JsonElement>> Page(TestUser reader, string room)
    {
        var reply = await reader.Get($"/api/rooms/{room}/events");
        return reply.Is(200).List("events");
    }
}
