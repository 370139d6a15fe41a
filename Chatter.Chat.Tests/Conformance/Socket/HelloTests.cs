using System.Text.Json;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Socket;

/// <summary>The upgrade, <c>hello</c>, <c>welcome</c> and <c>rooms</c> (docs/protocol.md §4).</summary>
public sealed class HelloTests(SharedServer shared)
{
    [Fact]
    public async Task Welcome_is_the_first_frame_and_says_all_there_is()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        await ada.Say(room, "hello");
        await using var socket = await ada.Connect();
        var welcome = socket.Frames[0];
        Assert.Equal("welcome", welcome.Text("type"));
        Assert.Equal(1, welcome.Number("protocol"));
        Assert.NotEmpty(welcome.Text("epoch"));
        Assert.NotEmpty(welcome.Text("sessionId"));
        Assert.Equal(ada.Name, welcome.Field("user").Text("name"));
        Assert.NotEmpty(welcome.Field("user").Text("displayName"));
        Assert.Equal(30, welcome.Number("heartbeat"));
        Assert.Equal(JsonValueKind.Array, welcome.Field("features").ValueKind);
        Assert.False(welcome.Has("more"));
        var entry = Assert.Single(welcome.List("rooms"));
        Assert.Equal((room, "owner"), (entry.Field("room").Id(), entry.Text("role")));
        Assert.Equal((1, 2, 2, 0), (entry.Number("first"), entry.Number("last"), entry.Number("read"), entry.Number("unread")));
        entry.Field("room").Time("createdAt");
        var limits = welcome.Field("limits");
        Assert.Equal((8_000, 65_536, 262_144, 10_000), (limits.Number("text"), limits.Number("frame"), limits.Number("page"), limits.Number("resume")));
        Assert.Equal((100_000, 100_000), (limits.Number("sendsPerSecond"), limits.Number("sendBurst")));
        Assert.Equal((1_000, 200), (limits.Number("rooms"), limits.Number("lively")));
    }

    [Fact]
    public async Task The_epoch_is_the_same_for_all_and_the_session_for_all_sockets_of_a_token()
    {
        var ada = await shared.Server.User();
        var again = await ada.LogIn();
        await using var first = await ada.Connect();
        await using var second = await ada.Connect();
        await using var other = await again.Connect();
        Assert.Equal(first.Welcome.Text("epoch"), other.Welcome.Text("epoch"));
        Assert.Equal(first.Welcome.Text("sessionId"), second.Welcome.Text("sessionId"));
        Assert.NotEqual(first.Welcome.Text("sessionId"), other.Welcome.Text("sessionId"));
    }

    [Fact]
    public async Task The_header_may_vouch_instead_of_hello()
    {
        var ada = await shared.Server.User();
        await using var socket = await RawSocket.Open(shared.Server, ada.Token);
        var welcome = await socket.Hello(null);
        Assert.Equal(ada.Id, welcome.Field("user").Text("id"));
    }

    [Fact]
    public async Task A_wrong_token_in_the_header_is_refused_before_the_upgrade()
    {
        await using var socket = await TcpWebSocket.Connect(shared.Server, "Authorization: Bearer nonsense");
        await socket.Refused(401, "not_authenticated");
    }

    [Fact]
    public async Task A_revoked_token_in_the_header_is_refused_before_the_upgrade()
    {
        var ada = await shared.Server.User();
        Assert.Equal(101, await RawSocket.TryOpen(shared.Server, ada.Token));
        await ada.Post("/api/logout");
        await using var socket = await TcpWebSocket.Connect(shared.Server, $"Authorization: Bearer {ada.Token}");
        await socket.Refused(401, "not_authenticated");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wrong_token_in_hello_closes_also_where_the_header_was_right(bool header)
    {
        var ada = await shared.Server.User();
        await using var socket = await RawSocket.Open(shared.Server, header ? ada.Token : null);
        await socket.Send(new { type = "hello", token = "nonsense" });
        Assert.Equal(4401, await socket.Closed());
        Assert.DoesNotContain(socket.Frames, static f => f.Is("type", "welcome"));
    }

    [Fact]
    public async Task A_revoked_token_closes()
    {
        var ada = await shared.Server.User();
        await ada.Post("/api/logout");
        await using var socket = await RawSocket.Open(shared.Server);
        await socket.Send(new { type = "hello", token = ada.Token });
        Assert.Equal(4401, await socket.Closed());
    }

    [Fact]
    public async Task A_token_in_the_query_vouches_for_nobody()
    {
        var ada = await shared.Server.User();
        await using var socket = await RawSocket.Open(shared.Server, query: $"token={ada.Token}&access_token={ada.Token}");
        await socket.Refused(new { type = "hello" }, "not_authenticated");
        await socket.Hello(ada.Token);
    }

    [Fact]
    public async Task A_hello_that_nobody_vouches_for_may_be_tried_again()
    {
        var ada = await shared.Server.User();
        await using var socket = await RawSocket.Open(shared.Server);
        await socket.Refused(new { type = "hello" }, "not_authenticated");
        await socket.Hello(ada.Token);
        Assert.Equal(["error", "welcome"], socket.Frames.Select(static f => f.Text("type")));
    }

    [Theory]
    [InlineData("""{"type":"ping"}""")]
    [InlineData("""{"type":"ping","nonce":"n"}""")]
    [InlineData("""{"type":"send","room":"0198c1d4-0000-7000-8000-000000000000","text":"x","nonce":"n"}""")]
    [InlineData("""{"type":"history","room":"0198c1d4-0000-7000-8000-000000000000"}""")]
    public async Task Anything_before_hello_is_not_authenticated(string frame)
    {
        var ada = await shared.Server.User();
        await using var socket = await RawSocket.Open(shared.Server);
        await socket.Refused(frame, "not_authenticated");
        await socket.Hello(ada.Token);
    }

    [Fact]
    public async Task The_header_alone_is_no_hello()
    {
        var ada = await shared.Server.User();
        await using var socket = await RawSocket.Open(shared.Server, ada.Token);
        await socket.Refused(new { type = "ping" }, "not_authenticated");
        await socket.Hello(null);
    }

    [Fact]
    public async Task A_second_hello_is_a_bad_frame_and_changes_nothing()
    {
        var ada = await shared.Server.User();
        var ben = await shared.Server.User();
        var room = await ada.CreateRoom();
        await using var socket = await ada.Connect();
        await socket.Refused(new { type = "hello", token = ben.Token }, "bad_frame");
        await socket.Say(room, "still Ada");
        Assert.Equal(ada.Id, (await socket.NextEvent(room, "message")).Field("from").Text("id"));
    }

    [Theory]
    [InlineData("""{"R":1}""", null)]
    [InlineData("""{"R":-1}""", "e")]
    [InlineData("""{"R":1.5}""", "e")]
    [InlineData("""{"R":"1"}""", "e")]
    [InlineData("""{"R":null}""", "e")]
    [InlineData("""{"R":9007199254740992}""", "e")]
    [InlineData("""{"R":1e400}""", "e")]
    public async Task A_resume_without_epoch_or_count_is_a_bad_frame(string resume, string? epoch)
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        await using var socket = await RawSocket.Open(shared.Server);
        var hello = $$"""{"type":"hello","token":"{{ada.Token}}","resume":{{resume.Replace("R", room, StringComparison.Ordinal)}}{{(epoch is null ? "" : ",\"epoch\":\"e\"")}}}""";
        await socket.Refused(hello, "bad_frame");
        await socket.Hello(ada.Token);
    }

    [Theory]
    [InlineData("""{"type":"hello","token":5}""")]
    [InlineData("""{"type":"hello","token":"T","resume":5,"epoch":"e"}""")]
    [InlineData("""{"type":"hello","token":"T","resume":[],"epoch":"e"}""")]
    [InlineData("""{"type":"hello","token":"T","resume":"x","epoch":"e"}""")]
    [InlineData("""{"type":"hello","token":"T","resume":{"nonsense":1},"epoch":"e"}""")]
    [InlineData("""{"type":"hello","token":"T","resume":{},"epoch":5}""")]
    public async Task A_hello_with_a_wrong_field_is_invalid_and_may_be_tried_again(string hello)
    {
        var ada = await shared.Server.User();
        await using var socket = await RawSocket.Open(shared.Server);
        await socket.Refused(hello.Replace("\"T\"", $"\"{ada.Token}\"", StringComparison.Ordinal), "invalid");
        await socket.Hello(ada.Token);
    }

    [Fact]
    public async Task A_room_twice_in_resume_is_a_bad_frame()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        await using var socket = await RawSocket.Open(shared.Server);
        await socket.Send($$$"""{"type":"hello","token":"{{{ada.Token}}}","epoch":"e","resume":{"{{{room}}}":1,"{{{room}}}":1} }""");
        Assert.Equal("bad_frame", (await socket.Next("error")).Text("code"));
    }

    [Fact]
    public async Task No_hello_in_time_closes()
    {
        await using var server = await ChatServer.Start(static s => s["Chatter:Socket:HelloWithin"] = "00:00:00.5");
        var ada = await server.User();
        await using var silent = await RawSocket.Open(server, ada.Token);
        await using var chatty = await RawSocket.Open(server);
        await using var polite = await ada.Connect();
        await chatty.Refused(new { type = "ping" }, "not_authenticated");
        Assert.Equal(4408, await silent.Closed());
        Assert.Equal(4408, await chatty.Closed());
        await polite.Settle();
    }

    [Fact]
    public async Task The_sub_protocol_is_taken_where_it_is_offered()
    {
        var ada = await shared.Server.User();
        await using var named = await RawSocket.Open(shared.Server, subProtocol: "chatter.v1.json");
        Assert.Equal("chatter.v1.json", named.SubProtocol);
        await named.Hello(ada.Token);
        await using var unnamed = await RawSocket.Open(shared.Server);
        Assert.True(string.IsNullOrEmpty(unnamed.SubProtocol));
        await unnamed.Hello(ada.Token);
    }

    [Fact]
    public async Task Where_only_the_reserved_sub_protocol_is_offered_none_is_named_and_the_frames_are_JSON()
    {
        var ada = await shared.Server.User();
        await using var socket = await TcpWebSocket.Connect(shared.Server, "Sec-WebSocket-Protocol: chatter.v1.msgpack");
        Assert.Equal(101, socket.Status);
        Assert.Null(socket.Header("Sec-WebSocket-Protocol"));
        await socket.Say(new { type = "hello", token = ada.Token });
        var (opcode, payload) = await socket.Read();
        Assert.Equal((TcpWebSocket.Text, "welcome"), (opcode, Json.Read(payload).Text("type")));
    }

    [Fact]
    public async Task A_plain_request_for_the_socket_is_refused()
    {
        var reply = await shared.Server.Call(HttpMethod.Get, "/ws");
        Assert.Equal(426, reply.Status);
        Assert.Equal(("Upgrade", "websocket"), (reply.Headers.Connection.ToString(), reply.Headers.Upgrade.ToString()));
    }

    [Fact]
    public async Task A_hello_that_the_store_has_no_time_for_may_be_tried_again_later()
    {
        await using var server = await ChatServer.Start(static s =>
        {
            s["Chatter:Engine:Readers"] = "1";
            s["Chatter:Engine:ReadsWaiting"] = "1";
        });
        var users = new List<TestUser>();
        for (var i = 0; i < 25; i++) users.Add(await server.User());
        // The sessions are known by the store alone then, which has one reader and one place before it.
        await server.Restart();
        var sockets = await Task.WhenAll(users.Select(_ => RawSocket.Open(server)));
        await Task.WhenAll(sockets.Zip(users, static (socket, user) => socket.Send(new { type = "hello", token = user.Token })));
        foreach (var socket in sockets)
        {
            await socket.FirstFrameOrClose();
            if (!socket.IsOpen) Assert.Equal(1013, await socket.Closed());
            await socket.DisposeAsync();
        }
    }

    [Fact]
    public async Task Rooms_that_do_not_fit_into_welcome_come_before_their_events()
    {
        var ada = await shared.Server.User();
        var rooms = new List<string>();
        for (var i = 0; i < 205; i++) rooms.Add(await ada.CreateRoom());
        await ada.Say(rooms[0], "the oldest room is the latest active");
        await using var socket = await ada.Connect();
        await socket.Say(rooms[1], "to be seen after its entry");
        await socket.NextEvent(rooms[1], "message");
        var welcome = socket.Welcome;
        var entries = welcome.List("rooms");
        Assert.True(welcome.Flag("more"));
        Assert.Equal(200, entries.Count);
        Assert.Equal(rooms[0], entries[0].Field("room").Text("id"));
        var frames = socket.Frames.Where(static f => f.Is("type", "rooms")).ToList();
        Assert.NotEmpty(frames);
        Assert.False(frames[^1].Has("more") && frames[^1].Flag("more"));
        Assert.All(frames.SkipLast(1), static f => Assert.True(f.Flag("more")));
        var all = entries.Concat(frames.SelectMany(static f => f.List("rooms"))).Select(static e => e.Field("room").Text("id")).ToList();
        Assert.Equal(rooms.Order(), all.Order());
        var order = socket.Frames.Select((f, i) => (f, i)).ToList();
        var entry = order.Last(p => p.f.Is("type", "rooms") && p.f.List("rooms").Any(e => e.Field("room").Is("id", rooms[1]))).i;
        Assert.True(entry < order.First(p => p.f.Is("type", "event") && p.f.Is("room", rooms[1])).i);
        Assert.Equal(205, (await ada.Get("/api/me")).Is(200).List("rooms").Count);
    }
}
