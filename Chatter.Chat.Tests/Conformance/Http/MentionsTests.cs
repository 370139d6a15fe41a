using System.Text.Json;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Http;

/// <summary>Whom messages call: <c>mentions</c> in entries and <c>read</c>, and <c>GET /api/mentions</c> (docs/protocol.md §3, §5).</summary>
public sealed class MentionsTests(SharedServer shared)
{
    [Fact]
    public async Task Who_is_called_by_name_finds_the_messages_newest_first_and_counted()
    {
        var (ada, ben, room) = await shared.Two();
        await ada.Say(room, "nobody");
        var first = await ada.Say(room, $"@{ben.Name} frost");
        var second = await ada.Say(room, $"again, @{ben.Name.ToUpperInvariant()} and @{ben.Name}: frost");

        Assert.Equal([(second.Id(), true), (first.Id(), true)], await Mentions(ben));
        Assert.Empty(await Mentions(ada));
        Assert.Equal((3, 2), await Counts(ben, room));
    }

    [Fact]
    public async Task Everybody_is_called_but_who_calls()
    {
        var (ada, ben, room) = await shared.Two();
        var here = await ada.Say(room, "@here");
        var all = await ben.Say(room, "@all");
        Assert.Equal([here.Id()], (await Mentions(ben)).Select(static m => m.Id));
        Assert.Equal([all.Id()], (await Mentions(ada)).Select(static m => m.Id));
    }

    [Fact]
    public async Task Everybody_is_who_was_there()
    {
        var (ada, _, room) = await shared.Two();
        await ada.Say(room, "@all");
        var cleo = await shared.Server.User();
        await cleo.Join(room);
        Assert.Empty(await Mentions(cleo));
        var second = await ada.Say(room, "@all again");
        Assert.Equal([second.Id()], (await Mentions(cleo)).Select(static m => m.Id));
        Assert.Equal((1, 1), await Counts(cleo, room));
    }

    [Fact]
    public async Task Strangers_and_code_call_nobody()
    {
        var (ada, ben, room) = await shared.Two();
        var cleo = await shared.Server.User();
        await ada.Say(room, $"@{cleo.Name} `@{ben.Name}` mail@{ben.Name}");
        Assert.Empty(await Mentions(ben));
        await cleo.Join(room);
        Assert.Empty(await Mentions(cleo));
    }

    [Fact]
    public async Task Reading_takes_them_off_the_count_and_is_told_to_ones_other_sockets()
    {
        var (ada, ben, room) = await shared.Two();
        var first = await ada.Say(room, $"@{ben.Name}");
        await ada.Say(room, "@all");
        await using var one = await ben.Connect();
        await using var other = await (await ben.LogIn()).Connect();
        Assert.Equal(2, one.Welcome.List("rooms").Single().Number("mentions"));

        await one.Send(new { type = "read", room, seq = first.Number("seq") });
        var told = await other.Next("read");
        Assert.Equal((1, 1), (told.Number("unread"), told.Number("mentions")));
        Assert.Equal((1, 1), await Counts(ben, room));
        Assert.Equal([true, false], (await Mentions(ben)).Select(static m => m.Unread));

        await one.Send(new { type = "read", room, seq = first.Number("seq") + 1 });
        Assert.False((await other.Next("read")).Has("mentions"));
        Assert.Equal((0, 0), await Counts(ben, room));
    }

    [Fact]
    public async Task An_edit_calls_others_and_a_deletion_nobody()
    {
        var (ada, ben, room) = await shared.Two();
        await using var socket = await ada.Connect();
        var message = await socket.Say(room, "frost");
        await Change(socket, new { type = "edit", room, target = message.Id(), text = $"@{ben.Name} frost", nonce = "e1" });
        Assert.Equal([message.Id()], (await Mentions(ben)).Select(static m => m.Id));

        await Change(socket, new { type = "edit", room, target = message.Id(), text = "frost again", nonce = "e2" });
        Assert.Empty(await Mentions(ben));

        await Change(socket, new { type = "edit", room, target = message.Id(), text = "@all", nonce = "e3" });
        await Change(socket, new { type = "delete", room, target = message.Id(), nonce = "d1" });
        Assert.Empty(await Mentions(ben));
        Assert.Equal((1, 0), await Counts(ben, room));
    }

    [Fact]
    public async Task Rooms_that_one_has_left_are_not_told_of()
    {
        var (ada, ben, room) = await shared.Two();
        await ada.Say(room, $"@{ben.Name}");
        await ada.Say(room, "@all");
        await ben.Leave(room);
        Assert.Empty(await Mentions(ben));
        await ben.Join(room);
        Assert.Single(await Mentions(ben));
    }

    [Fact]
    public async Task Pages_over_several_rooms_leave_none_out()
    {
        var (ada, ben, room) = await shared.Two();
        var other = await ada.CreateRoom();
        await ben.Join(other);
        var sent = new List<string>();
        for (var i = 0; i < 9; i++) sent.Add((await ada.Say(i % 2 == 0 ? room : other, i % 3 == 0 ? "@all" : $"@{ben.Name}")).Id());

        var read = new List<string>();
        for (string? after = null; ;)
        {
            var page = (await ben.Get("/api/mentions?limit=2" + (after is null ? "" : $"&after={after}"))).Is(200);
            read.AddRange(page.List("mentions").Select(static m => m.Field("event").Id()));
            if (!page.Has("next")) break;
            after = page.Text("next");
        }
        // Those of one millisecond come in another order than they were sent in.
        Assert.Equal(sent.Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("after=nonsense")]
    [InlineData("limit=0")]
    [InlineData("limit=51")]
    public async Task What_can_not_be_is_refused(string query)
    {
        var ada = await shared.Server.User();
        foreach (var list in (string[])["mentions", "saved"]) (await ada.Get($"/api/{list}?{query}")).Refused(422, "invalid");
    }

    private static async Task<JsonElement> Change(RawSocket socket, object frame)
    {
        await socket.Send(frame);
        return await socket.Next("sent");
    }

    private static async Task<List<(string Id, bool Unread)>> Mentions(TestUser user) =>
        [.. (await user.Get("/api/mentions")).Is(200).List("mentions").Select(static m => (m.Field("event").Id(), m.Flag("unread")))];

    private static async Task<(long Unread, long Mentions)> Counts(TestUser user, string room)
    {
        var entry = (await user.Get("/api/me")).Is(200).List("rooms").Single(e => e.Field("room").Is("id", room));
        return (entry.Number("unread"), entry.Has("mentions") ? entry.Number("mentions") : 0);
    }
}
