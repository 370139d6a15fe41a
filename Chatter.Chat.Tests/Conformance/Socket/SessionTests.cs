using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Socket;

/// <summary>Single-session mode (docs/protocol.md §7), and a server that goes.</summary>
public sealed class SessionTests
{
    private static Task<Reply> LogIn(TestUser user, string? password = null) =>
        user.Server.Call(HttpMethod.Post, "/api/login", new { name = user.Name, password = password ?? user.Password });

    [Fact]
    public async Task Refuse_answers_a_second_login_with_409_while_a_socket_of_the_first_is_open()
    {
        await using var server = await ChatServer.Start(static s => s["Chatter:Sessions:Single"] = "Refuse");
        var ada = await server.User();
        var ben = await server.User();
        await using (var socket = await ada.Connect())
        {
            (await LogIn(ada)).Refused(409, "already_logged_in");
            (await LogIn(ada, "wrong password")).Refused(401, "bad_credentials");
            (await LogIn(ben)).Is(200);
            await socket.Settle();
            await socket.Close();
        }
        await Eventually.Equal(200, async () => (await LogIn(ada)).Status);
    }

    [Fact]
    public async Task Replace_closes_the_first_session()
    {
        await using var server = await ChatServer.Start(static s => s["Chatter:Sessions:Single"] = "Replace");
        var first = await server.User();
        var ben = await server.User();
        await using var socket = await first.Connect();
        await using var his = await ben.Connect();
        (await LogIn(first, "wrong password")).Refused(401, "bad_credentials");
        await socket.Settle();
        var second = await first.LogIn();
        Assert.Equal(4409, await socket.Closed());
        (await first.Get("/api/me")).Refused(401, "not_authenticated");
        (await second.Get("/api/me")).Is(200);
        await using var next = await second.Connect();
        await his.Settle();
    }

    [Fact]
    public async Task Off_lets_people_have_phones_and_laptops()
    {
        await using var server = await ChatServer.Start();
        var phone = await server.User();
        await using var first = await phone.Connect();
        await using var second = await (await phone.LogIn()).Connect();
        await first.Settle();
        await second.Settle();
    }

    [Fact]
    public async Task A_server_that_stops_does_not_wait_for_who_has_not_said_hello_and_welcomes_nobody_more()
    {
        await using var server = await ChatServer.Start();
        var ada = await server.User();
        await using var greeted = await ada.Connect();
        await using var silent = await RawSocket.Open(server);
        await using var late = await RawSocket.Open(server);
        var stopping = server.Stop();
        await greeted.Next("goodbye");
        try
        {
            await late.Send(new { type = "hello", token = ada.Token });
        }
        catch (Exception e) when (e is System.Net.WebSockets.WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Closed already.
        }
        Assert.Equal((1012, 1012, 1012), (await greeted.Closed(), await silent.Closed(), await late.Closed()));
        Assert.Empty(silent.Frames);
        Assert.Empty(late.Frames);
        await stopping;
    }

    [Fact]
    public async Task A_server_that_stops_says_goodbye_and_keeps_what_it_acknowledged()
    {
        await using var server = await ChatServer.Start();
        var ada = await server.User();
        var room = await ada.CreateRoom();
        await using var socket = await ada.Connect();
        var sending = Task.Run(async () =>
        {
            for (var i = 0; socket.IsOpen && i < 100_000; i++) await socket.Send(new { type = "send", room, text = $"{i}", nonce = $"n{i}" });
        }, TestContext.Current.CancellationToken);
        await socket.EventsTo(room, 50);
        await server.Stop();
        Assert.Equal(1012, await socket.Closed());
        try
        {
            await sending;
        }
        catch (Exception e) when (e is System.Net.WebSockets.WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The socket closed under the sender, as it should.
        }
        var goodbye = await socket.Next("goodbye");
        Assert.Equal(1012, goodbye.Number("code"));
        Assert.True(goodbye.Number("reconnectAfter") >= 0);
        Assert.True(goodbye.Number("deadline") >= 0);
        await server.Restart();
        var log = (await ada.Log(room)).ToDictionary(static e => e.Number("seq"), static e => e.Text("id"));
        Assert.Equal(log.Count, log.Keys.Max());
        foreach (var frame in socket.Frames.Where(static f => f.Text("type") is "sent" or "event")) Assert.Equal(frame.Text("id"), log[frame.Number("seq")]);
    }
}
