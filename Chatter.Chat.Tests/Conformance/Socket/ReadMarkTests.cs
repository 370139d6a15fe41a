using System.Text.Json;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Socket;

/// <summary><c>read</c> and <c>unread</c> (docs/protocol.md §4.1 and §5).</summary>
public sealed class ReadMarkTests(SharedServer shared)
{
    /// <summary>Ada's room with Ben in it: seq 1 and 2 are their <c>joined</c>, 3 to 7 Ada's messages.</summary>
    private async Task<(TestUser Ada, TestUser Ben, string Room)> Five()
    {
        var ada = await shared.Server.User();
        var ben = await shared.Server.User();
        var room = await ada.CreateRoom();
        await ben.Join(room);
        for (var i = 3; i <= 7; i++) await ada.Say(room, $"{i}");
        return (ada, ben, room);
    }

    private static async Task<(long Read, long Unread)> Mark(TestUser user, string room)
    {
        var entry = (await user.Get("/api/me")).Is(200).List("rooms").Single(e => e.Field("room").Is("id", room));
        return (entry.Number("read"), entry.Number("unread"));
    }

    [Fact]
    public async Task Joining_sets_the_mark_just_before_ones_joined_and_others_messages_count()
    {
        var (ada, ben, room) = await Five();
        Assert.Equal((1, 5), await Mark(ben, room));
        Assert.Equal((7, 0), await Mark(ada, room));
        await ada.Patch($"/api/rooms/{room}", new { topic = "not a message" });
        Assert.Equal((1, 5), await Mark(ben, room));
    }

    [Fact]
    public async Task Moving_forward_is_told_to_ones_other_sockets_only()
    {
        var (ada, ben, room) = await Five();
        await using var hers = await ada.Connect();
        await using var first = await ben.Connect();
        await using var second = await (await ben.LogIn()).Connect();
        await first.Send(new { type = "read", room, seq = 5 });
        var told = await second.Next("read");
        Assert.Equal((room, 5, 2), (told.Text("room"), told.Number("seq"), told.Number("unread")));
        await first.Settle();
        await ada.Say(room, "marker");
        await hers.EventsTo(room, 8);
        await first.EventsTo(room, 8);
        await hers.Settle();
        Assert.DoesNotContain(hers.Frames.Concat(first.Frames), static f => f.Is("type", "read"));
        Assert.Equal((5, 3), await Mark(ben, room));
    }

    [Fact]
    public async Task It_moves_back_only_where_that_is_meant()
    {
        var (_, ben, room) = await Five();
        await using var first = await ben.Connect();
        await using var second = await ben.Connect();
        await first.Send(new { type = "read", room, seq = 6 });
        Assert.Equal((6, 1), Told(await second.Next("read")));
        await first.Send(new { type = "read", room, seq = 4 });
        await first.Settle();
        Assert.Equal((6, 1), await Mark(ben, room));
        await first.Send(new { type = "read", room, seq = 4, back = true });
        Assert.Equal((4, 3), Told(await second.Next("read", static f => f.Number("seq") != 6)));
        Assert.Equal((4, 3), await Mark(ben, room));
        await first.Send(new { type = "read", room, seq = 0, back = true });
        Assert.Equal((0, 5), Told(await second.Next("read", static f => f.Number("seq") == 0)));
        await first.Settle();
        Assert.DoesNotContain(first.Frames, static f => f.Is("type", "error"));
    }

    [Fact]
    public async Task Beyond_the_last_counts_as_the_last()
    {
        var (_, ben, room) = await Five();
        await using var first = await ben.Connect();
        await using var second = await ben.Connect();
        await first.Send(new { type = "read", room, seq = 1_000_000 });
        Assert.Equal((7, 0), Told(await second.Next("read")));
    }

    [Fact]
    public async Task Sending_moves_it_without_a_word()
    {
        var (ada, ben, room) = await Five();
        await using var first = await ben.Connect();
        await using var second = await ben.Connect();
        await first.Say(room, "my own");
        await second.EventsTo(room, 8);
        await Eventually.Equal((8, 0), () => Mark(ben, room));
        await ada.Say(room, "another");
        await second.EventsTo(room, 9);
        await second.Settle();
        Assert.Equal((8, 1), await Mark(ben, room));
        Assert.DoesNotContain(second.Frames, static f => f.Is("type", "read"));
        await first.Send(new { type = "read", room, seq = 2, back = true });
        Assert.Equal((2, 6), Told(await second.Next("read")));
    }

    [Fact]
    public async Task Ones_own_messages_are_never_unread()
    {
        var (ada, _, room) = await Five();
        await using var first = await ada.Connect();
        await using var second = await ada.Connect();
        await first.Send(new { type = "read", room, seq = 1, back = true });
        Assert.Equal((1, 0), Told(await second.Next("read")));
    }

    [Fact]
    public async Task The_mark_outlives_a_reconnect_and_shows_in_welcome()
    {
        var (_, ben, room) = await Five();
        await using (var socket = await ben.Connect())
        {
            await socket.Send(new { type = "read", room, seq = 5 });
            await socket.Settle();
            await socket.Close();
        }
        await Eventually.Equal((5, 2), () => Mark(ben, room));
        await using var again = await ben.Connect();
        var entry = Assert.Single(again.Welcome.List("rooms"));
        Assert.Equal((5, 2), (entry.Number("read"), entry.Number("unread")));
    }

    [Theory]
    [InlineData("""{"type":"read","room":"R"}""", "invalid")]
    [InlineData("""{"type":"read","seq":5}""", "invalid")]
    [InlineData("""{"type":"read","room":"R","seq":-1}""", "invalid")]
    [InlineData("""{"type":"read","room":"R","seq":"5"}""", "invalid")]
    [InlineData("""{"type":"read","room":"R","seq":5,"back":"yes"}""", "invalid")]
    [InlineData("""{"type":"read","room":"0198c1d4-0000-7000-8000-000000000000","seq":5}""", "no_such_room")]
    public async Task A_wrong_mark_is_refused(string frame, string code)
    {
        var (_, ben, room) = await Five();
        await using var socket = await ben.Connect();
        await socket.Refused(frame.Replace("\"R\"", $"\"{room}\"", StringComparison.Ordinal), code);
        Assert.Equal((1, 5), await Mark(ben, room));
    }

    [Fact]
    public async Task Who_is_not_a_member_has_no_mark()
    {
        var (_, _, room) = await Five();
        var eve = await shared.Server.User();
        await using var socket = await eve.Connect();
        var error = await socket.Refused(new { type = "read", room, seq = 5 }, "not_a_member");
        Assert.Equal(room, error.Text("room"));
    }

    private static (long Seq, long Unread) Told(JsonElement frame) => (frame.Number("seq"), frame.Number("unread"));
}
