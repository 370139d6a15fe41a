using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Socket;

/// <summary>Joining, leaving and being removed as open sockets see it (docs/protocol.md §4.2 and §4.3).</summary>
public sealed class SubscriptionTests(SharedServer shared)
{
    /// <summary>What a socket got about a room, in order, each as a word.</summary>
    private static List<string> Story(RawSocket socket, string room) =>
    [
        .. socket.Frames.Where(f => f.Is("room", room) && f.Text("type") is "subscribed" or "unsubscribed" or "event" or "reset")
            .Select(static f => f.Is("type", "event") ? $"{f.Text("kind")} {f.Number("seq")}" : f.Is("type", "unsubscribed") ? $"unsubscribed {f.Text("reason")}" : f.Text("type")),
    ];

    private async Task<(TestUser Ada, TestUser Ben, string Room)> Two(bool isPrivate = false)
    {
        var ada = await shared.Server.User();
        var ben = await shared.Server.User();
        return (ada, ben, await ada.CreateRoom(isPrivate: isPrivate));
    }

    [Fact]
    public async Task Who_joins_is_subscribed_on_all_sockets_just_before_his_joined()
    {
        var (ada, ben, room) = await Two();
        var phone = await ben.LogIn();
        await ada.Say(room, "before");
        await using var first = await ben.Connect();
        await using var second = await phone.Connect();
        var seq = await ben.Join(room);
        await ada.Say(room, "after");
        foreach (var socket in (RawSocket[])[first, second])
        {
            await socket.EventsTo(room, seq + 1);
            Assert.Equal(["subscribed", "joined 3", "message 4"], Story(socket, room));
            var entry = (await socket.Next("subscribed")).Field("entry");
            Assert.Equal((room, "member"), (entry.Field("room").Id(), entry.Text("role")));
            // The entry is as of its `last`, so that counting on by the events counts right.
            Assert.Equal(1, entry.Field("room").Number("members"));
            Assert.Equal((1, seq - 1, seq - 1, 0), (entry.Number("first"), entry.Number("last"), entry.Number("read"), entry.Number("unread")));
        }
    }

    [Fact]
    public async Task Who_creates_a_room_is_subscribed_to_it()
    {
        var ada = await shared.Server.User();
        await using var socket = await ada.Connect();
        var room = await ada.CreateRoom();
        await socket.EventsTo(room, 1);
        Assert.Equal(["subscribed", "joined 1"], Story(socket, room));
        var entry = (await socket.Next("subscribed")).Field("entry");
        Assert.Equal((0, 0), (entry.Number("last"), entry.Field("room").Number("members")));
    }

    [Fact]
    public async Task Who_leaves_gets_his_left_then_unsubscribed_and_nothing_more()
    {
        var (ada, ben, room) = await Two();
        await ben.Join(room);
        await using var socket = await ben.Connect();
        await using var other = await ben.Connect();
        await using var hers = await ada.Connect();
        await ben.Leave(room);
        await hers.Say(room, "he is gone");
        foreach (var his in (RawSocket[])[socket, other])
        {
            await his.Next("unsubscribed");
            await his.Settle();
            Assert.Equal(["left 3", "unsubscribed left"], Story(his, room));
        }
        await hers.EventsTo(room, 4);
        Assert.Equal(["left 3", "message 4"], Story(hers, room));
    }

    [Fact]
    public async Task Who_is_removed_gets_the_event_then_unsubscribed()
    {
        var (ada, ben, room) = await Two();
        await ben.Join(room);
        await using var his = await ben.Connect();
        await ada.Delete($"/api/rooms/{room}/members/{ben.Id}", new { reason = "spam" });
        await ada.Say(room, "gone");
        await his.Next("unsubscribed");
        await his.Settle();
        Assert.Equal(["removed 3", "unsubscribed removed"], Story(his, room));
        Assert.Equal("spam", (await his.NextEvent(room)).Text("reason"));
        await his.Refused(new { type = "send", room, text = "still here", nonce = "n" }, "not_a_member");
    }

    [Fact]
    public async Task Coming_and_going_keeps_its_order()
    {
        var (ada, ben, room) = await Two();
        await using var his = await ben.Connect();
        var expected = new List<string>();
        var seq = 1L;
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(++seq, await ben.Join(room));
            await ada.Say(room, "hello");
            await ben.Leave(room);
            await ada.Say(room, "in his absence");
            expected.AddRange(["subscribed", $"joined {seq}", $"message {seq + 1}", $"left {seq + 2}", "unsubscribed left"]);
            seq += 3;
        }
        for (var i = 0; i < 5; i++) await his.Next("unsubscribed");
        await his.Settle();
        Assert.Equal(expected, Story(his, room));
    }

    [Fact]
    public async Task Where_the_owner_leaves_the_others_see_the_new_one()
    {
        var (ada, ben, room) = await Two();
        await ben.Join(room);
        await using var hers = await ada.Connect();
        await using var his = await ben.Connect();
        await ada.Leave(room);
        Assert.Equal(ben.Id, (await his.NextEvent(room, "owner")).Field("user").Text("id"));
        await hers.Next("unsubscribed");
        await hers.Settle();
        Assert.Equal("unsubscribed left", Story(hers, room)[^1]);
        Assert.StartsWith("left", Story(hers, room)[^2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Renaming_a_topic_and_a_new_owner_are_events()
    {
        var (ada, ben, room) = await Two();
        await ben.Join(room);
        await using var his = await ben.Connect();
        var name = Unique.Room();
        await ada.Patch($"/api/rooms/{room}", new { name });
        await ada.Patch($"/api/rooms/{room}", new { topic = "new topic" });
        await ada.Patch($"/api/rooms/{room}", new { owner = ben.Id });
        var events = await his.EventsTo(room, 5);
        Assert.Equal(["renamed", "topic", "owner"], events.Select(static e => e.Text("kind")));
        Assert.Equal((name, "new topic", ben.Id), (events[0].Text("name"), events[1].Text("topic"), events[2].Field("user").Text("id")));
        Assert.All(events, e => Assert.Equal(ada.Id, e.Field("from").Text("id")));
    }

    [Fact]
    public async Task The_last_member_of_a_private_room_is_unsubscribed_as_it_is_deleted()
    {
        var (ada, _, room) = await Two(isPrivate: true);
        await using var hers = await ada.Connect();
        await ada.Leave(room);
        Assert.Equal("left", (await hers.Next("unsubscribed", f => f.Is("room", room))).Text("reason"));
        await hers.Refused(new { type = "send", room, text = "x", nonce = "n" }, "no_such_room");
        await hers.Refused(new { type = "history", room, nonce = "n" }, "no_such_room");
    }

    [Fact]
    public async Task Leaving_while_others_send_ends_exactly_at_left()
    {
        var (ada, ben, room) = await Two();
        await ben.Join(room);
        await using var hers = await ada.Connect();
        await using var his = await ben.Connect();
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 300; i++) await hers.Send(new { type = "send", room, text = $"{i}", nonce = $"n{i}" });
        }, TestContext.Current.CancellationToken);
        await his.NextEvent(room);
        await ben.Leave(room);
        await sending;
        await hers.Answer("sent", "n299");
        await his.Next("unsubscribed");
        await his.Settle();
        var events = his.Events(room);
        Assert.Equal(Enumerable.Range(0, events.Count).Select(static i => i + 3L), events.Select(static e => e.Number("seq")));
        Assert.Equal("left", events[^1].Text("kind"));
        Assert.Single(events, static e => e.Is("kind", "left"));
        var left = (await ada.Log(room)).Single(static e => e.Is("kind", "left"));
        Assert.Equal(left.Number("seq"), events[^1].Number("seq"));
    }
}
