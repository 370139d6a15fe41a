using System.Globalization;
using System.Text.Json;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Socket;

/// <summary><c>resume</c>, <c>reset</c> and where a cursor starts (docs/protocol.md §4.1 to §4.3).</summary>
public sealed class ResumeTests(SharedServer shared)
{
    private static Dictionary<string, long> At(string room, long seq) => new() { [room] = seq };

    private async Task<(TestUser Ada, string Room, string Epoch)> RoomWith(int events)
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        await using var socket = await ada.Connect();
        for (var i = 2; i <= events; i++) await socket.Send(new { type = "send", room, text = $"{i}", nonce = $"n{i}" });
        await socket.EventsTo(room, events > 1 ? events : 0, Patience.Bulk);
        return (ada, room, socket.Welcome.Text("epoch"));
    }

    private static long[] Seqs(IEnumerable<JsonElement> events) => [.. events.Select(static e => e.Number("seq"))];

    private static void Are(long[] expected, IEnumerable<JsonElement> events) => Assert.Equal(expected, Seqs(events));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(299)]
    [InlineData(400)]
    public async Task Every_event_after_the_cursor_comes_and_then_what_is_new(long cursor)
    {
        var (ada, room, epoch) = await RoomWith(400);
        await using var socket = await ada.Connect(At(room, cursor), epoch);
        await ada.Say(room, "new");
        var events = await socket.EventsTo(room, 401);
        Assert.Equal(Enumerable.Range((int)cursor + 1, 401 - (int)cursor).Select(static i => (long)i), Seqs(events));
        Assert.All(events.Where(static e => e.Number("seq") is > 1 and < 401), static e => Assert.Equal(e.Number("seq").ToString(CultureInfo.InvariantCulture), e.Text("text")));
        Assert.DoesNotContain(socket.Frames, static f => f.Is("type", "reset"));
        Assert.Equal("welcome", socket.Frames[0].Text("type"));
        Assert.Equal(400, Assert.Single(socket.Welcome.List("rooms")).Number("last"));
    }

    [Fact]
    public async Task A_room_that_is_not_in_resume_starts_at_its_last()
    {
        var (ada, room, epoch) = await RoomWith(5);
        var other = await ada.CreateRoom();
        await using var socket = await ada.Connect(At(other, 0), epoch);
        await ada.Say(room, "new");
        Are([6], await socket.EventsTo(room, 6));
        Are([1], await socket.EventsTo(other, 1));
    }

    [Fact]
    public async Task A_resumed_event_is_the_one_that_was_live()
    {
        var (ada, room, epoch) = await RoomWith(2);
        await using var live = await ada.Connect();
        await ada.Say(room, "the same");
        await ada.Patch($"/api/rooms/{room}", new { topic = "x" });
        var then = await live.EventsTo(room, 4);
        await using var socket = await ada.Connect(At(room, 2), epoch);
        var now = await socket.EventsTo(room, 4);
        Assert.Equal(then.Select(static e => e.GetRawText()), now.Select(static e => e.GetRawText()));
        var paged = await ada.Log(room);
        Assert.Equal(then.Select(static e => (e.Text("id"), e.Text("at"))), paged.Skip(2).Select(static e => (e.Text("id"), e.Text("at"))));
    }

    [Fact]
    public async Task An_old_epoch_resets_whatever_the_cursor()
    {
        var (ada, room, epoch) = await RoomWith(3);
        foreach (var cursor in (long[])[0, 2, 3, 1_000_000])
        {
            await using var socket = await ada.Connect(At(room, cursor), epoch + "x");
            await Reset(socket, ada, room, "epoch");
        }
    }

    [Fact]
    public async Task A_cursor_beyond_the_log_resets()
    {
        var (ada, room, epoch) = await RoomWith(3);
        foreach (var beyond in (long[])[1, 1_000, 9_007_199_254_740_000])
        {
            var last = (await ada.Log(room))[^1].Number("seq");
            await using var socket = await ada.Connect(At(room, Math.Min(last + beyond, 9_007_199_254_740_991)), epoch);
            await Reset(socket, ada, room, "ahead");
        }
    }

    [Fact]
    public async Task A_cursor_too_far_behind_resets_and_one_just_near_enough_does_not()
    {
        var (ada, room, epoch) = await RoomWith(10_011);
        await using (var near = await ada.Connect(At(room, 11), epoch))
        {
            var events = await near.EventsTo(room, 10_011, Patience.Bulk);
            Assert.Equal(Enumerable.Range(12, 10_000).Select(static i => (long)i), Seqs(events));
        }
        await using (var far = await ada.Connect(At(room, 10), epoch)) await Reset(far, ada, room, "behind");
    }

    [Fact]
    public async Task A_room_that_one_is_not_in_is_unknown_whatever_the_reason()
    {
        var (ada, room, epoch) = await RoomWith(3);
        var ben = await shared.Server.User();
        var left = await ada.CreateRoom();
        await ben.Join(left);
        await ben.Leave(left);
        var secret = await ada.CreateRoom(isPrivate: true);
        var absent = Guid.CreateVersion7().ToString();
        var resume = new Dictionary<string, long> { [room] = 0, [left] = 0, [secret] = 0, [absent] = 0 };
        foreach (var e in (string[])[epoch, "another"])
        {
            await using var socket = await ben.Connect(resume, e);
            foreach (var id in resume.Keys)
            {
                var answer = await socket.Next("unsubscribed", f => f.Is("room", id));
                Assert.Equal($$"""{"type":"unsubscribed","room":"{{id}}","reason":"unknown"}""", JsonSerializer.Serialize(answer));
            }
            await socket.Settle();
            Assert.DoesNotContain(socket.Frames, static f => f.Text("type") is "event" or "reset");
        }
    }

    [Fact]
    public async Task Who_left_and_came_back_gets_all_without_a_break()
    {
        var (ada, room, epoch) = await RoomWith(2);
        var ben = await shared.Server.User();
        await ben.Join(room);
        await ben.Leave(room);
        await ada.Say(room, "in his absence");
        await ben.Join(room);
        await using var socket = await ben.Connect(At(room, 3), epoch);
        await ada.Say(room, "and after");
        var events = await socket.EventsTo(room, 7);
        Assert.Equal([4L, 5, 6, 7], Seqs(events));
        Assert.DoesNotContain(socket.Frames, static f => f.Text("type") is "unsubscribed" or "subscribed");
    }

    [Fact]
    public async Task Who_joined_later_may_resume_from_the_first()
    {
        var (_, room, epoch) = await RoomWith(5);
        var ben = await shared.Server.User();
        await ben.Join(room);
        await using var socket = await ben.Connect(At(room, 0), epoch);
        Are([1, 2, 3, 4, 5, 6], await socket.EventsTo(room, 6));
    }

    [Fact]
    public async Task Resuming_while_others_send_has_no_gap()
    {
        var (ada, room, epoch) = await RoomWith(50);
        await using var writer = await ada.Connect();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++) await writer.Send(new { type = "send", room, text = $"w{i}", nonce = $"w{i}" });
        }, TestContext.Current.CancellationToken);
        var readers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ada.Connect(At(room, 20), epoch)));
        await writing;
        foreach (var reader in readers)
        {
            var events = await reader.EventsTo(room, 550, Patience.Bulk);
            Assert.Equal(Enumerable.Range(21, 530).Select(static i => (long)i), Seqs(events));
            await reader.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_epoch_and_the_log_outlive_a_restart()
    {
        await using var server = await ChatServer.Start();
        var ada = await server.User();
        var room = await ada.CreateRoom();
        string epoch;
        await using (var socket = await ada.Connect())
        {
            epoch = socket.Welcome.Text("epoch");
            await socket.Say(room, "before");
            await server.Restart();
            Assert.Equal(1012, await socket.Closed());
        }
        await using var again = await ada.Connect(At(room, 0), epoch);
        Assert.Equal(epoch, again.Welcome.Text("epoch"));
        Are([1, 2], await again.EventsTo(room, 2));
        await again.Say(room, "after");
        Are([1, 2, 3], await again.EventsTo(room, 3));
    }

    private static async Task Reset(RawSocket socket, TestUser user, string room, string reason)
    {
        var reset = await socket.Next("reset", f => f.Is("room", room));
        Assert.Equal(reason, reset.Text("reason"));
        Assert.Equal(1, reset.Number("first"));
        var last = (await user.Log(room))[^1].Number("seq");
        Assert.Equal(last, reset.Number("last"));
        await user.Say(room, "after the reset");
        Are([last + 1], await socket.EventsTo(room, last + 1));
    }
}
