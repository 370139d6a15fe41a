using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Socket;

/// <summary>Clocks that jump, and sessions that end (docs/protocol.md §4.5; law F3).</summary>
public sealed class TimeTests
{
    [Fact]
    public async Task Times_never_fall_with_rising_seq_where_the_clock_is_set_back()
    {
        await using var server = await ChatServer.Start();
        var ada = await server.User();
        var room = await ada.CreateRoom();
        await using var socket = await ada.Connect();
        for (var i = 0; i < 3; i++)
        {
            await socket.Say(room, $"{i}");
            server.Time.Move(TimeSpan.FromHours(-1));
            await socket.Say(room, $"{i} again");
        }
        await server.Restart();
        await ada.Say(room, "after a restart");
        var times = (await ada.Log(room)).ConvertAll(static e => e.Time("at"));
        Assert.Equal(8, times.Count);
        Assert.Equal(times.Order(), times);
    }

    [Fact]
    public async Task A_session_that_ends_closes_its_sockets()
    {
        await using var server = await ChatServer.Start(static s =>
        {
            s["Chatter:Sessions:Sliding"] = "02:00:00";
            s["Chatter:Sessions:Absolute"] = "03:00:00";
        });
        var ada = await server.User();
        await using var socket = await ada.Connect();
        for (var i = 0; i < 2; i++)
        {
            server.Time.Move(TimeSpan.FromMinutes(80));
            (await ada.Get("/api/me")).Is(200);
            await socket.Settle();
        }
        server.Time.Move(TimeSpan.FromMinutes(30));
        (await ada.Get("/api/me")).Refused(401, "not_authenticated");
        // Nobody revokes it, so the server has to look for itself; how often is its own affair.
        Assert.Equal(4401, await socket.Closed(Patience.Call));
    }

    [Fact]
    public async Task Who_is_removed_while_he_sends_has_nothing_after_it()
    {
        await using var server = await ChatServer.Start();
        var ada = await server.User();
        var ben = await server.User();
        var room = await ada.CreateRoom();
        await ben.Join(room);
        await using var his = await ben.Connect();
        await using var hers = await ada.Connect();
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++) await his.Send(new { type = "send", room, text = $"{i}", nonce = $"n{i}" });
        }, TestContext.Current.CancellationToken);
        await hers.NextEvent(room, "message");
        Assert.Equal(204, (await ada.Delete($"/api/rooms/{room}/members/{ben.Id}")).Status);
        await sending;
        for (var i = 0; i < 500; i++) await his.Next(f => f.Text("type") is "sent" or "error" && f.Is("nonce", $"n{i}"));
        var log = await ada.Log(room);
        Assert.Equal("removed", log[^1].Text("kind"));
        var acknowledged = his.Frames.Where(static f => f.Is("type", "sent")).Select(static f => f.Number("seq")).ToList();
        Assert.Equal(log.Where(static e => e.Is("kind", "message")).Select(static e => e.Number("seq")), acknowledged.Order());
        Assert.All(his.Frames.Where(static f => f.Is("type", "error")), static f => Assert.Equal("not_a_member", f.Text("code")));
        await his.Next("unsubscribed");
        Assert.Equal(log[^1].Number("seq"), his.Events(room)[^1].Number("seq"));
    }
}
