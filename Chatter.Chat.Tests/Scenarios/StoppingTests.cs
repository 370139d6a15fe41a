using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Scenarios;

/// <summary>A server that stops (P3) and who would keep it.</summary>
public sealed class StoppingTests
{
    [Fact]
    public async Task It_does_not_wait_for_who_does_not_read()
    {
        await using var server = await ChatServer.Start(static s => s["Chatter:Socket:SendBuffer"] = "8192");
        using var measured = server.Measure();
        var ada = await server.User();
        var room = await ada.CreateRoom();
        await using var slow = await ada.Connect(receiveBuffer: RawSocket.SmallBuffer);
        await using var quick = await ada.Connect();
        slow.StopReading();
        for (var i = 0; i < 200; i++) await quick.Send(new { type = "send", room, text = new string('x', 8_000), nonce = $"n{i}" });
        await quick.Answer("sent", "n199");
        await Eventually.Equal(1.0, () => Task.FromResult(measured.Now("chatter.socket.behind")));

        var start = TimeProvider.System.GetTimestamp();
        await server.Stop();
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await quick.Next("goodbye");
        Assert.Equal(1012, await quick.Closed());
        slow.ReadAgain();
        Assert.Contains(await slow.Closed(), (int[])[1006, 1012]);
    }

    [Fact]
    public async Task What_was_accepted_before_it_is_answered_before_the_close()
    {
        await using var server = await ChatServer.Start();
        var ada = await server.User();
        var room = await ada.CreateRoom();
        await using var socket = await ada.Connect();
        for (var i = 0; i < 500; i++) await socket.Send(new { type = "send", room, text = "x", nonce = $"n{i}" });
        await server.Stop();
        Assert.Equal(1012, await socket.Closed());

        var sent = socket.Frames.Where(static frame => frame.Is("type", "sent")).Select(static frame => frame.Text("nonce")).ToList();
        await server.Restart();
        Assert.Equal((await ada.Log(room)).Where(static e => e.Is("kind", "message")).Select(static e => e.Text("nonce")).Order(), sent.Order());
    }
}
