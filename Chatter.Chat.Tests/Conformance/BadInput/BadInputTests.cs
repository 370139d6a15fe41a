using System.Globalization;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.BadInput;

/// <summary>What a careless or hostile client sends. After each of it the server and everybody else go on unharmed.</summary>
public sealed class BadInputTests(Neighbourhood neighbourhood) : IClassFixture<Neighbourhood>
{
    private ChatServer Server => neighbourhood.Server;

    public static TheoryData<string> NoJson =>
    [
        "{", "}", " ", "nonsense", "[]", "[{\"type\":\"ping\"}]", "null", "true", "5", "\"ping\"", "{}", """{"nonce":"n"}""", """{"type":null}""",
        """{"type":"ping"} x""", """{"type":"ping"}{"type":"ping"}""", """{"type":"ping",}""", """{"type":"ping"/* no */}""", """{'type':'ping'}""", """{type:"ping"}""",
        """{"type":"ping","x":NaN}""", """{"type":"ping","x":01}""", """{"type":"ping","x":+1}""", """{"type":"ping","x":.5}""", """{"type":"ping","x":TRUE}""",
        "{\"type\":\"ping\",\"nonce\":\"a\nb\"}", "{\"type\":\"ping\",\"nonce\":\"a\0b\"}", """{"type":"ping","x":"\x41"}""", """{"type":"ping","x":"\u12"}""", "\ufeff{\"type\":\"ping\"}",
    ];

    public static TheoryData<string> Twice =>
    [
        """{"type":"ping","type":"ping"}""", """{"type":"ping","nonce":"a","nonce":"b"}""", """{"type":"ping","nonce":"a","n\u006fnce":"b"}""", """{"type":"ping","t\u0079pe":"send"}""",
        """{"type":"ping","x":1,"x":1}""", """{"type":"ping","deep":{"a":[{"b":1,"\u0062":2}]}}""",
    ];

    public static TheoryData<string> HalfSurrogates =>
    [
        """{"type":"send","room":"R","text":"\ud83d","nonce":"n"}""", """{"type":"send","room":"R","text":"\ude80 first","nonce":"n"}""", """{"type":"send","room":"R","text":"\ude80\ud83d","nonce":"n"}""",
        """{"type":"ping","nonce":"\udfff"}""", """{"type":"ping","unknown":"\ud800x"}""", """{"type":"ping","\udc00":1}""",
    ];

    [Theory]
    [MemberData(nameof(NoJson))]
    [MemberData(nameof(Twice))]
    [MemberData(nameof(HalfSurrogates))]
    public async Task What_is_no_frame_is_a_bad_frame_and_the_socket_stays_open(string frame)
    {
        await using var scene = await neighbourhood.Scene();
        await scene.Socket.Send(frame.Replace("\"R\"", $"\"{scene.Room}\"", StringComparison.Ordinal));
        Assert.Equal("bad_frame", (await scene.Socket.Next("error")).Text("code"));
        await scene.Socket.Settle();
        await scene.Unharmed();
    }

    [Theory]
    [InlineData(15, false)]
    [InlineData(16, true)]
    [InlineData(20_000, true)]
    public async Task Sixteen_levels_are_deep_enough(int arrays, bool tooDeep)
    {
        await using var scene = await neighbourhood.Scene();
        await scene.Socket.Send($$"""{"type":"ping","nonce":"n","x":{{new string('[', arrays)}}{{new string(']', arrays)}} }""");
        if (tooDeep) Assert.Equal("bad_frame", (await scene.Socket.Next("error")).Text("code"));
        else await scene.Socket.Answer("pong", "n");
        await scene.Unharmed();
    }

    [Theory]
    [InlineData("""{"type":"fly","nonce":"n"}""", "fly")]
    [InlineData("""{"type":"Ping","nonce":"n"}""", "Ping")]
    [InlineData("""{"type":"","nonce":"n"}""", "")]
    [InlineData("""{"type":"welcome","nonce":"n"}""", "welcome")]
    [InlineData("""{"type":"event","nonce":"n"}""", "event")]
    [InlineData("""{"nonce":"n","room":5,"type":"über\u0000"}""", "über\0")]
    public async Task An_unknown_type_is_told(string frame, string type)
    {
        await using var scene = await neighbourhood.Scene();
        await scene.Socket.Send(frame);
        var error = await scene.Socket.Next("error");
        Assert.Equal(("unknown_type", type), (error.Text("code"), error.TextOrNull("re") ?? ""));
        await scene.Unharmed();
    }

    [Fact]
    public async Task A_huge_type_or_nonce_comes_back_in_bounds()
    {
        await using var scene = await neighbourhood.Scene();
        await scene.Socket.Send($$"""{"type":"{{new string('t', 60_000)}}","nonce":"n"}""");
        Assert.Equal("unknown_type", (await scene.Socket.Next("error")).Text("code"));
        await scene.Socket.Send($$"""{"type":"send","room":"{{scene.Room}}","text":"x","nonce":"{{new string('n', 60_000)}}"}""");
        Assert.Equal("invalid", (await scene.Socket.Next("error")).Text("code"));
        await scene.Unharmed();
    }

    [Fact]
    public async Task Ten_malformed_frames_within_a_minute_close()
    {
        await using var scene = await neighbourhood.Scene();
        for (var i = 0; i < 9; i++)
        {
            await scene.Socket.Send("{");
            await scene.Socket.Next("error");
        }
        await scene.Socket.Settle();
        await scene.Socket.Send("{");
        Assert.Equal(4400, await scene.Socket.Closed());
        await scene.Unharmed();
    }

    [Fact]
    public async Task Malformed_frames_before_hello_count_too()
    {
        await using var scene = await neighbourhood.Scene();
        await using var socket = await RawSocket.Open(Server);
        for (var i = 0; i < 10; i++) await socket.Send("{");
        Assert.Equal(4400, await socket.Closed());
        await scene.Unharmed();
    }

    [Fact]
    public async Task Refusals_other_than_malformed_frames_do_not_close()
    {
        await using var scene = await neighbourhood.Scene();
        for (var i = 0; i < 30; i++) await scene.Socket.Refused(new { type = "send", room = scene.Room, text = "", nonce = $"n{i}" }, "invalid");
        for (var i = 0; i < 30; i++) await scene.Socket.Refused(new { type = "nothing", nonce = $"m{i}" }, "unknown_type");
        await scene.Socket.Settle();
        await scene.Unharmed();
    }

    [Theory]
    [InlineData("send", "\"room\":5,\"text\":\"x\"")]
    [InlineData("send", "\"room\":\"{ROOM}\",\"text\":\"x\"")]
    [InlineData("send", "\"room\":\"\",\"text\":\"x\"")]
    [InlineData("send", "\"room\":\"R\",\"text\":{}")]
    [InlineData("send", "\"room\":\"R\",\"text\":\"x\",\"ifLast\":1e999")]
    [InlineData("send", "\"room\":\"R\",\"text\":\"x\",\"ifLast\":99999999999999999999999")]
    [InlineData("send", "\"room\":\"R\",\"text\":\"x\",\"ifLast\":1.5")]
    [InlineData("send", "\"room\":\"R\",\"text\":\"x\",\"replyTo\":[]")]
    [InlineData("history", "\"room\":\"R\",\"after\":true")]
    [InlineData("history", "\"room\":\"R\",\"limit\":-9223372036854775808")]
    [InlineData("read", "\"room\":\"R\",\"seq\":1e30")]
    [InlineData("typing", "\"room\":{\"id\":\"R\"}")]
    [InlineData("presence", "\"status\":[\"online\"]")]
    public async Task A_wrong_value_is_invalid(string type, string fields)
    {
        await using var scene = await neighbourhood.Scene();
        await scene.Socket.Send($$"""{"type":"{{type}}",{{fields.Replace("\"R\"", $"\"{scene.Room}\"", StringComparison.Ordinal)}}}""");
        var error = await scene.Socket.Next("error");
        Assert.Equal(("invalid", type), (error.Text("code"), error.Text("re")));
        await scene.Unharmed();
    }

    [Fact]
    public async Task Fields_that_are_the_servers_to_choose_are_ignored()
    {
        await using var scene = await neighbourhood.Scene();
        await scene.Socket.Send(new
        {
            type = "send",
            room = scene.Room,
            text = "mine",
            nonce = "n",
            seq = 1,
            id = Guid.Empty,
            at = "2000-01-01T00:00:00.000Z",
            kind = "owner",
            from = new { id = scene.Bystander.Id, name = "somebody else" },
            users = new[] { new { id = scene.User.Id } },
        });
        var sent = await scene.Socket.Answer("sent", "n");
        var e = (await scene.User.Log(scene.Room))[^1];
        Assert.Equal((sent.Number("seq"), sent.Id(), "message", scene.User.Id), (e.Number("seq"), e.Id(), e.Text("kind"), e.Field("from").Text("id")));
        Assert.True(e.Time("at").Year > 2000);
        await scene.Unharmed();
    }

    [Theory]
    [InlineData("not-a-room")]
    [InlineData("../../etc/passwd")]
    [InlineData("%00")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("{0198c1d4-0000-7000-8000-000000000000}")]
    public async Task A_path_with_rubbish_names_no_room(string id)
    {
        await using var scene = await neighbourhood.Scene();
        foreach (var tail in (string[])["", "/events", "/members"])
        {
            var reply = await scene.User.Get($"/api/rooms/{Uri.EscapeDataString(id)}{tail}");
            Assert.InRange(reply.Status, 400, 404);
        }
        await scene.Unharmed();
    }

    [Theory]
    [InlineData("GET", "/api/nonsense", 404)]
    [InlineData("POST", "/api/rooms/nonsense/dance", 404)]
    [InlineData("DELETE", "/api/rooms", 405)]
    [InlineData("PUT", "/api/login", 405)]
    [InlineData("GET", "/api/register", 405)]
    public async Task Calls_that_are_none_are_problems_like_others(string method, string path, int status)
    {
        await using var scene = await neighbourhood.Scene();
        var reply = await Server.Call(new HttpMethod(method), path, token: scene.User.Token);
        Assert.Contains(reply.Status, (int[])[status, 404]);
        Assert.Equal("application/problem+json", reply.ContentHeaders.ContentType?.MediaType);
        await scene.Unharmed();
    }

    [Theory]
    [InlineData("""{"name":"a\u0000b","password":"battery staple 7"}""")]
    [InlineData("""{"name":"a\u001b[31mred","password":"battery staple 7"}""")]
    [InlineData("""{"name":"a\r\nSet-Cookie: x","password":"battery staple 7"}""")]
    public async Task Names_with_control_characters_are_refused(string body)
    {
        await using var scene = await neighbourhood.Scene();
        (await Server.Call(HttpMethod.Post, "/api/register", body)).Refused(422, "invalid");
        (await scene.User.Post("/api/rooms", body)).Refused(422, "invalid");
        await scene.Unharmed();
    }

    [Fact]
    public async Task Resume_with_rubbish_harms_nobody()
    {
        await using var scene = await neighbourhood.Scene();
        string[] resumes =
        [
            $$"""{"{{scene.Room}}":-5}""", $$"""{"{{scene.Room}}":9007199254740993}""", $$"""{"{{scene.Room}}":"x"}""", $$"""{"{{scene.Room}}":{} }""", """{"x":1}""", "5", "[]", "\"x\"",
        ];
        foreach (var resume in resumes)
        {
            await using var socket = await RawSocket.Open(Server);
            await socket.Send($$"""{"type":"hello","token":"{{scene.User.Token}}","epoch":"x","resume":{{resume}}}""");
            Assert.Contains((await socket.Next("error")).Text("code"), (string[])["bad_frame", "invalid"]);
            await socket.Hello(scene.User.Token);
        }
        var many = string.Join(',', Enumerable.Range(0, 1_200).Select(static i => string.Create(CultureInfo.InvariantCulture, $"\"{Guid.CreateVersion7()}\":{i}")));
        await using var crowded = await RawSocket.Open(Server);
        await crowded.Send($$"""{"type":"hello","token":"{{scene.User.Token}}","epoch":"x","resume":{ {{many}} } }""");
        await crowded.Next("welcome");
        await crowded.Settle();
        await scene.Unharmed();
    }

    [Fact]
    public async Task Connections_that_break_in_the_middle_harm_nobody()
    {
        await using var scene = await neighbourhood.Scene();
        byte[][] beginnings = [[0x81], [0x81, 0xFE], [0x81, 0xFE, 0x10, 0x00, 1, 2, 3, 4, 5], [0x01, 0x81, 1, 2, 3, 4, 5], [0x89, 0x85, 1], [0x88, 0x82, 1, 2]];
        foreach (var bytes in beginnings)
        {
            await using var socket = await TcpWebSocket.Hello(scene.User);
            await socket.Write(bytes);
        }
        await using (var half = await TcpWebSocket.Hello(scene.User))
        {
            await half.StopSending();
            await half.Closed();
        }
        for (var i = 0; i < 20; i++) (await RawSocket.Open(Server)).Abort();
        await scene.Unharmed();
    }

    [Fact]
    public async Task Events_of_odd_content_do_not_break_paging_for_others()
    {
        await using var scene = await neighbourhood.Scene();
        string[] texts = ["\u2028\u2029.", "\u0001", "\ufffd\ufffe", "</script>", "\"\\\u007f", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "\u202eabc", new string('\u0301', 7_999) + "x", "{\"type\":\"event\"}"];
        foreach (var text in texts) await scene.Socket.Say(scene.Room, text);
        var log = await scene.Bystander.Log(scene.Room);
        Assert.Equal(texts.Select(static t => t.TrimEnd()).Where(static t => t.Length > 0), log.Where(static e => e.Is("kind", "message")).Select(static e => e.Text("text")));
        await scene.Unharmed();
    }
}
