using System.Text.Json;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Socket;

/// <summary><c>typing</c>, <c>presence</c> and <c>ping</c> (docs/protocol.md §4.1 to §4.3).</summary>
public sealed class EphemeralTests(SharedServer shared)
{
    private async Task<(TestUser Ada, TestUser Ben, string Room)> Two(ChatServer? server = null)
    {
        var ada = await (server ?? shared.Server).User();
        var ben = await (server ?? shared.Server).User();
        var room = await ada.CreateRoom();
        await ben.Join(room);
        return (ada, ben, room);
    }

    private static Task<ChatServer> QuickPresence() => ChatServer.Start(static s =>
    {
        s["Chatter:Engine:PresenceStable"] = "00:00:00.2";
        s["Chatter:Engine:PresenceEvery"] = "00:00:00.1";
    });

    [Theory]
    [InlineData("""{"type":"ping","nonce":"n-1"}""", "n-1")]
    [InlineData("""{"nonce":"n-2","unknown":[{"a":1}],"type":"ping"}""", "n-2")]
    [InlineData("""{ "\u0074ype" : "pin\u0067" }""", null)]
    public async Task A_ping_is_answered(string ping, string? nonce)
    {
        var ada = await shared.Server.User();
        await using var socket = await ada.Connect();
        await socket.Send(ping);
        var pong = await socket.Next("pong");
        Assert.Equal(nonce, pong.TextOrNull("nonce"));
    }

    [Fact]
    public async Task Typing_is_told_to_the_others_at_most_once_in_three_seconds()
    {
        var (ada, ben, room) = await Two();
        await using var hers = await ada.Connect();
        await using var herOther = await ada.Connect();
        await using var his = await ben.Connect();
        for (var i = 0; i < 20; i++) await hers.Send(new { type = "typing", room });
        await hers.Settle();
        var typing = await his.Next("typing");
        Assert.Equal(room, typing.Text("room"));
        Assert.Equal(ada.Id, typing.Who("user"));
        await hers.Say(room, "marker");
        await his.EventsTo(room, 3);
        await his.Settle();
        await herOther.EventsTo(room, 3);
        Assert.Single(his.Frames, static f => f.Is("type", "typing"));
        Assert.DoesNotContain(hers.Frames.Concat(herOther.Frames), static f => f.Text("type") is "typing" or "error");
        Assert.Equal(3, (await ada.Log(room)).Count);
    }

    [Fact]
    public async Task Who_types_on_two_sockets_is_told_once()
    {
        var (ada, ben, room) = await Two();
        await using var first = await ada.Connect();
        await using var second = await ada.Connect();
        await using var his = await ben.Connect();
        for (var i = 0; i < 20; i++) await Task.WhenAll(first.Send(new { type = "typing", room }), second.Send(new { type = "typing", room }));
        await first.Settle();
        await second.Settle();
        await first.Say(room, "marker");
        await his.EventsTo(room, 3);
        await his.Settle();
        Assert.Single(his.Frames, static f => f.Is("type", "typing"));
    }

    [Fact]
    public async Task Typing_is_told_to_members_only_and_by_members_only()
    {
        var (ada, ben, room) = await Two();
        var eve = await shared.Server.User();
        var hersToo = await eve.CreateRoom();
        await using var hers = await ada.Connect();
        await using var his = await ben.Connect();
        await using var stranger = await eve.Connect();
        await stranger.Refused(new { type = "typing", room }, "not_a_member");
        await stranger.Refused(new { type = "typing", room = Guid.CreateVersion7() }, "no_such_room");
        await stranger.Refused(new { type = "typing" }, "invalid");
        await hers.Send(new { type = "typing", room });
        Assert.Equal(ada.Id, (await his.Next("typing")).Who("user"));
        await stranger.Say(hersToo, "marker");
        await stranger.NextEvent(hersToo);
        await stranger.Settle();
        Assert.DoesNotContain(stranger.Frames, static f => f.Is("type", "typing"));
    }

    [Fact]
    public async Task Coming_going_and_being_away_is_told_to_those_who_share_a_room()
    {
        await using var server = await QuickPresence();
        var (ada, ben, _) = await Two(server);
        var eve = await server.User();
        await eve.CreateRoom();
        await using var his = await ben.Connect();
        await using var stranger = await eve.Connect();
        var hers = await ada.Connect();
        await Presence(his, ada, "online");
        await hers.Send(new { type = "presence", status = "away" });
        await Presence(his, ada, "away");
        await hers.Send(new { type = "presence", status = "online" });
        await Presence(his, ada, "online");
        await hers.Close();
        await hers.DisposeAsync();
        await Presence(his, ada, "offline");
        await stranger.Settle();
        Assert.DoesNotContain(stranger.Frames, f => f.GetRawText().Contains(ada.Id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_is_online_while_one_socket_is()
    {
        await using var server = await QuickPresence();
        var (ada, ben, room) = await Two(server);
        await using var his = await ben.Connect();
        await using var first = await ada.Connect();
        await using var second = await ada.Connect();
        await Presence(his, ada, "online");
        await first.Close();
        await second.Settle();
        var members = (await ben.Get($"/api/rooms/{room}/members")).Is(200).List("members");
        Assert.True(members.Single(m => m.Field("user").Is("id", ada.Id)).Flag("online"));
        await second.Close();
        await Presence(his, ada, "offline");
        Assert.DoesNotContain(
            his.Frames.Where(static f => f.Is("type", "presence")).SelectMany(static f => f.List("users")).Where(u => u.Is("id", ada.Id)).SkipLast(1),
            static u => u.Is("status", "offline"));
    }

    [Fact]
    public async Task In_a_room_of_as_many_as_the_limit_typing_and_presence_are_told_and_in_a_larger_one_they_are_not()
    {
        await using var server = await QuickPresence();
        var (ada, ben, room) = await Two(server);
        var cleo = await server.User();
        await cleo.Join(await ada.CreateRoom());
        await using var hers = await ada.Connect();
        var lively = hers.Welcome.Field("limits").Number("lively");
        var crowd = await Task.WhenAll(Enumerable.Range(2, (int)lively - 1).Select(_ => server.User()));
        foreach (var one in crowd) await one.Join(room);
        Assert.Equal(lively + 1, (await ada.Get($"/api/rooms/{room}")).Is(200).Number("members"));

        await using var his = await ben.Connect();
        await his.Send(new { type = "typing", room });
        await his.Say(room, "marker");
        await hers.EventsTo(room, lively + 2);
        await hers.Settle();
        Assert.DoesNotContain(hers.Frames, static f => f.Is("type", "typing"));
        // Cleo came after Ben, so whoever hears of her would have heard of him.
        await using var cleos = await cleo.Connect();
        await Presence(hers, cleo, "online");
        Assert.DoesNotContain(hers.Frames, f => f.Is("type", "presence") && f.List("users").Any(u => u.Is("id", ben.Id)));

        await crowd[^1].Leave(room);
        await his.Send(new { type = "presence", status = "away" });
        await Presence(hers, ben, "away");
        await hers.Send(new { type = "typing", room });
        Assert.Equal(ada.Id, (await his.Next("typing")).Who("user"));
    }

    [Theory]
    [InlineData("""{"type":"presence"}""")]
    [InlineData("""{"type":"presence","status":"offline"}""")]
    [InlineData("""{"type":"presence","status":"dancing"}""")]
    [InlineData("""{"type":"presence","status":5}""")]
    public async Task A_wrong_status_is_invalid(string frame)
    {
        var ada = await shared.Server.User();
        await using var socket = await ada.Connect();
        await socket.Refused(frame, "invalid");
    }

    private static Task<JsonElement> Presence(RawSocket socket, TestUser user, string status) =>
        socket.Next("presence", f => f.List("users").Any(u => u.Is("id", user.Id) && u.Is("status", status)));
}
