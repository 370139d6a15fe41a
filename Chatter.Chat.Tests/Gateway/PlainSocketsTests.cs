using System.Net.Sockets;
using System.Text;
using Chatter.Chat.Gateway;
using Chatter.Chat.Tests.Support;
using CsCheck;
using Xunit;

namespace Chatter.Chat.Tests.Gateway;

/// <summary>Which sockets are served without the HTTP server: those of which that server would say the same.</summary>
public sealed class PlainSocketsTests
{
    private const string Key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

    private static readonly string[] More =
        ["Accept: */*", "Sec-WebSocket-Protocol: chatter.v1.json", "sec-websocket-extensions: permessage-deflate", "Connection: keep-alive", "Host: b", "Content-Length: 0", "Authorization: Basic x"];

    private static readonly string[] Request = ["GET /ws HTTP/1.1", "Host: localhost", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", Key];

    [Fact]
    public async Task The_first_of_a_listener_is_the_servers_and_proves_that_nothing_is_in_between()
    {
        await using var server = await ChatServer.Start();
        var ada = await server.User();
        await using var first = await TcpWebSocket.Hello(ada);
        await using var second = await TcpWebSocket.Hello(ada);
        Assert.Equal((true, false), (first.IsByHttp, second.IsByHttp));
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", second.Header("Sec-WebSocket-Accept"));
    }

    [Fact]
    public async Task A_token_in_the_header_and_the_sub_protocol_are_taken_there_as_well()
    {
        await using var server = await Proved();
        var ada = await server.User();
        await using var socket = await TcpWebSocket.Connect(server, $"Authorization: bearer  {ada.Token} ", "Sec-WebSocket-Protocol: chat, chatter.v1.json");
        Assert.Equal((101, false, "chatter.v1.json"), (socket.Status, socket.IsByHttp, socket.Header("Sec-WebSocket-Protocol")));
        await socket.Say(new { type = "hello" });
        Assert.Equal(ada.Id, (await socket.Next("welcome")).Field("user").Text("id"));
    }

    [Theory]
    [InlineData(101, "Cookie: theme=dark")]
    [InlineData(101, "Origin: http://localhost")]
    [InlineData(101, "X-Forwarded-For: 10.0.0.1")]
    [InlineData(101, "Authorization: Basic YWRhOnBhc3N3b3Jk")]
    [InlineData(101, "User-Agent: a\tb")]
    [InlineData(401, "Authorization: Bearer wrong")]
    [InlineData(401, "Authorization: Bearer")]
    public async Task What_is_not_beyond_doubt_is_the_servers(int status, string header)
    {
        await using var server = await Proved();
        await using var socket = await TcpWebSocket.Connect(server, header);
        Assert.Equal((status, true), (socket.Status, socket.IsByHttp));
    }

    [Fact]
    public async Task A_place_that_there_is_not_is_refused_by_the_server_once()
    {
        await using var server = await ChatServer.Start(static s => s["Chatter:Limits:Sockets"] = "2");
        using var measured = server.Measure();
        var ada = await server.User();
        await using var first = await TcpWebSocket.Hello(ada);
        await using var second = await TcpWebSocket.Hello(ada);
        await using var third = await TcpWebSocket.Connect(server);
        Assert.Equal((503, true), (third.Status, third.IsByHttp));
        Assert.Equal(1, measured.Hits("Sockets"));
    }

    [Fact]
    public async Task Under_TLS_nothing_is_proved_and_plain_bytes_get_nothing()
    {
        await using var server = await ChatServer.Start(tls: true);
        await using var socket = await TcpWebSocket.Hello(await server.User());
        Assert.True(socket.IsByHttp);
        Assert.DoesNotContain("101", await Answer(server, string.Join("\r\n", [.. Request, "", ""])), StringComparison.Ordinal);
        await using var another = await TcpWebSocket.Hello(await server.User());
        Assert.True(another.IsByHttp);
    }

    [Theory]
    [InlineData("Chatter:Socket:Direct", "False")]
    [InlineData("AllowedHosts", "127.0.0.1")]
    public async Task It_is_switched_off(string setting, string value)
    {
        await using var server = await ChatServer.Start(s => s[setting] = value);
        var ada = await server.User();
        for (var i = 0; i < 2; i++)
        {
            await using var socket = await TcpWebSocket.Hello(ada);
            Assert.True(socket.IsByHttp);
        }
    }

    [Fact]
    public async Task A_request_in_pieces_and_one_that_is_late_are_the_servers()
    {
        await using var server = await Proved();
        var request = string.Join("\r\n", [.. Request, "", ""]);
        Assert.Contains("\r\nDate: ", await Answer(server, request[..20], request[20..]), StringComparison.Ordinal);
        using var idle = new TcpClient();
        await idle.ConnectAsync(server.Address.Host, server.Address.Port, TestContext.Current.CancellationToken);
        await Task.Delay(PlainSockets.BytesWithin + TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        Assert.Contains("\r\nDate: ", await Answer(idle, request), StringComparison.Ordinal);
    }

    /// <summary>Whatever it takes for a request for a socket, the server takes for one, too: same answer, but for its date and name.</summary>
    [Fact]
    public async Task What_it_takes_the_server_would_have_taken()
    {
        await using var plain = await Proved();
        await using var http = await ChatServer.Start(static s => s["Chatter:Socket:Direct"] = "False");
        var taken = 0;
        await Requests.SampleAsync(
            async request =>
            {
                if (PlainHandshake.Read(Encoding.Latin1.GetBytes(request), "/ws") is null) return;
                Interlocked.Increment(ref taken);
                Assert.Equal(await Lines(http, request), await Lines(plain, request));
            },
            iter: 3_000, threads: 8);
        Assert.InRange(taken, 100, 2_900);

        static async Task<string[]> Lines(ChatServer server, string request) =>
            [.. (await Answer(server, request)).Split("\r\n").Where(static line => !line.StartsWith("Date:", StringComparison.Ordinal) && !line.StartsWith("Server:", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    /// <summary>A good request, some headers more, and a few characters exchanged, left out or put in, mostly ones that mean something.</summary>
    private static readonly Gen<string> Requests =
        from more in Gen.OneOf(More.Select(Gen.Const).ToArray()).Array[0, 3]
        from order in Gen.Shuffle(Request.Skip(1).ToArray())
        from edits in Gen.Select(Gen.Int[0, 250], Gen.Int[0, 2], Gen.Char["\r\n :,\t\0/?;\"éaZ09"]).Array[0, 2]
        select Edit(string.Join("\r\n", [Request[0], .. order, .. more, "", ""]), edits);

    private static string Edit(string request, (int At, int How, char C)[] edits)
    {
        foreach (var (at, how, c) in edits)
        {
            if (at >= request.Length) continue;
            request = how switch { 0 => request.Remove(at, 1), 1 => request.Insert(at, $"{c}"), _ => request.Remove(at, 1).Insert(at, $"{c}") };
        }
        return request;
    }

    private static async Task<ChatServer> Proved()
    {
        var server = await ChatServer.Start();
        await using var socket = await TcpWebSocket.Hello(await server.User());
        return server;
    }

    private static async Task<string> Answer(ChatServer server, params string[] pieces)
    {
        using var tcp = new TcpClient { NoDelay = true };
        await tcp.ConnectAsync(server.Address.Host, server.Address.Port, TestContext.Current.CancellationToken);
        return await Answer(tcp, pieces);
    }

    /// <summary>The head of the answer, or what came before the end.</summary>
    private static async Task<string> Answer(TcpClient tcp, params string[] pieces)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience.Call);
        var stream = tcp.GetStream();
        foreach (var piece in pieces)
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(piece), limit.Token);
            if (pieces.Length > 1) await Task.Delay(50, limit.Token); // So that they come one by one.
        }
        var head = new StringBuilder();
        var bytes = new byte[4_096];
        try
        {
            while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(bytes, limit.Token) is > 0 and var count) head.Append(Encoding.Latin1.GetString(bytes, 0, count));
        }
        catch (IOException)
        {
            // Reset: nothing more comes.
        }
        return head.ToString();
    }
}
