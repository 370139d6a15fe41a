using System.Globalization;
using System.Text.Json;
using Chatter.Chat.Tests.Support;
using Chatter.Chat.Users;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Http;

/// <summary>When somebody was last seen, and to whom it is told (docs/protocol.md §3, §5).</summary>
public sealed class LastSeenTests
{
    [Fact]
    public async Task It_is_when_the_last_socket_closed_and_is_told_to_who_shares_a_room()
    {
        await using var server = await Start();
        var (ada, ben, stranger) = (await server.User(), await server.User(), await server.User());
        var room = await ada.CreateRoom();
        await ben.Join(room);
        var (first, second) = (await ben.Connect(), await ben.Connect());
        server.Time.Move(TimeSpan.FromMinutes(30));
        await first.Close();
        await first.DisposeAsync();
        var member = await Member(ada, room, ben);
        Assert.Equal(("online", true, false), (member.Text("presence"), member.Flag("online"), member.Has("lastSeenAt")));

        server.Time.Move(TimeSpan.FromMinutes(30));
        var before = server.Time.GetUtcNow();
        await second.Close();
        await second.DisposeAsync();
        await Eventually.Equal("offline", async () => (await Member(ada, room, ben)).Text("presence"));
        var after = server.Time.GetUtcNow();

        // As it is done every 15 s, for all who went.
        await server.Part<SessionService>().SaveSeen(TestContext.Current.CancellationToken);
        Assert.InRange(At(await Member(ada, room, ben)), before.AddMilliseconds(-1), after);
        var found = (await ada.Get($"/api/users?ids={ben.Id}")).Is(200).List("presence").Single();
        Assert.Equal((ben.Id, "offline"), (found.Id(), found.Text("status")));
        Assert.InRange(At(found), before.AddMilliseconds(-1), after);
        var listed = (await ada.Get($"/api/rooms/{room}/members")).Is(200).List("members").Single(m => m.Who("user") == ben.Id);
        Assert.InRange(At(listed), before.AddMilliseconds(-1), after);

        var strangers = (await stranger.Get($"/api/users?ids={ben.Id},{stranger.Id}")).Is(200);
        Assert.Equal([stranger.Id], strangers.List("presence").Select(static p => p.Id()));
        Assert.DoesNotContain("lastSeenAt", (await stranger.Get($"/api/users?search={ben.Name}")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_outlives_a_restart()
    {
        await using var server = await Start();
        var (ada, ben) = (await server.User(), await server.User());
        var room = await ada.CreateRoom();
        await ben.Join(room);
        var socket = await ben.Connect();
        server.Time.Move(TimeSpan.FromMinutes(30));
        var before = server.Time.GetUtcNow();
        // The stop closes it, and writes it down.
        await server.Restart();
        await socket.DisposeAsync();
        Assert.InRange(At(await Member(ada, room, ben)), before.AddMilliseconds(-1), server.Time.GetUtcNow());
    }

    [Fact]
    public async Task Who_goes_is_told_with_it()
    {
        await using var server = await Start();
        var (ada, ben) = (await server.User(), await server.User());
        var room = await ada.CreateRoom();
        await ben.Join(room);
        await using var hers = await ada.Connect();
        var his = await ben.Connect();
        await hers.Next("presence", f => f.List("users").Any(u => u.Is("id", ben.Id) && u.Is("status", "online") && !u.Has("lastSeenAt")));
        var before = server.Time.GetUtcNow();
        await his.Close();
        await his.DisposeAsync();
        var told = (await hers.Next("presence", f => f.List("users").Any(u => u.Is("id", ben.Id) && u.Is("status", "offline")))).List("users").Single(u => u.Is("id", ben.Id));
        // Times are told in milliseconds.
        Assert.InRange(At(told), before.AddMilliseconds(-1), server.Time.GetUtcNow());
    }

    [Fact]
    public async Task Who_does_not_want_it_told_is_offline_and_nothing_else()
    {
        await using var server = await Start();
        var (ada, ben) = (await server.User(), await server.User());
        var room = await ada.CreateRoom();
        await ben.Join(room);
        (await ben.Patch("/api/me", new { hidesLastSeen = "no" })).Refused(422, "invalid");
        Assert.False((await ben.Get("/api/me")).Is(200).Field("user").Has("hidesLastSeen"));
        Assert.True((await Member(ada, room, ben)).Has("lastSeenAt"));

        Assert.True((await ben.Patch("/api/me", new { hidesLastSeen = true })).Is(200).Flag("hidesLastSeen"));

        await using var hers = await ada.Connect();
        var his = await ben.Connect();
        await hers.Next("presence", f => f.List("users").Any(u => u.Is("id", ben.Id) && u.Is("status", "online")));
        await his.Close();
        await his.DisposeAsync();
        var told = await hers.Next("presence", f => f.List("users").Any(u => u.Is("id", ben.Id) && u.Is("status", "offline")));
        Assert.DoesNotContain("lastSeenAt", told.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(("offline", false), ((await Member(ada, room, ben)).Text("presence"), (await Member(ada, room, ben)).Has("lastSeenAt")));
        Assert.False((await ada.Get($"/api/users?ids={ben.Id}")).Is(200).List("presence").Single().Has("lastSeenAt"));

        Assert.False((await ben.Patch("/api/me", new { hidesLastSeen = false })).Is(200).Has("hidesLastSeen"));
        Assert.True((await Member(ada, room, ben)).Has("lastSeenAt"));
    }

    private static Task<ChatServer> Start() => ChatServer.Start(static s =>
    {
        s["Chatter:Engine:PresenceStable"] = "00:00:00.1";
        s["Chatter:Engine:PresenceEvery"] = "00:00:00.1";
    });

    private static async Task<JsonElement> Member(TestUser asker, string room, TestUser of) => (await asker.Get($"/api/rooms/{room}/members/{of.Id}")).Is(200);

    private static DateTimeOffset At(JsonElement of) => DateTimeOffset.Parse(of.Text("lastSeenAt"), CultureInfo.InvariantCulture);
}
