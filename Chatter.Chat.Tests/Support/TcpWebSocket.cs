using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Chatter.Chat.Tests.Support;

/// <summary>A WebSocket by hand over TCP, TLS or a stream of HTTP/2, for what a well-behaved library won't send, and to see each frame as it is.</summary>
internal sealed class TcpWebSocket : IAsyncDisposable
{
    public const int Continuation = 0, Text = 1, Binary = 2, CloseFrame = 8, Ping = 9, Pong = 10;

    private readonly TcpClient _tcp = new() { NoDelay = true };
    private HttpMessageInvoker? _http2;
    private Stream _stream = Stream.Null;

    /// <summary>The answer's status: 101 where it was upgraded.</summary>
    public int Status { get; private set; }

    /// <summary>Whether the HTTP server answered, which says the date (RFC 9110 §6.6.1); who takes sockets over from it doesn't.</summary>
    public bool IsByHttp => Header("Date") is not null;

    /// <summary>The answer's status line and headers.</summary>
    public string Head { get; private set; } = "";

    public static async Task<TcpWebSocket> Connect(ChatServer server, params string[] headers) => await Connect(server, "/ws", headers);

    public static async Task<TcpWebSocket> Connect(ChatServer server, string path, string[] headers, int? receiveBuffer = null)
    {
        var socket = new TcpWebSocket();
        if (receiveBuffer is { } size) socket._tcp.ReceiveBufferSize = size;
        await socket._tcp.ConnectAsync(server.Address.Host, server.Address.Port, TestContext.Current.CancellationToken);
        socket._stream = socket._tcp.GetStream();
        if (server.Address.Scheme == Uri.UriSchemeHttps)
        {
            var tls = new SslStream(socket._stream);
            socket._stream = tls;
            await tls.AuthenticateAsClientAsync(ChatServer.OurCertificate, TestContext.Current.CancellationToken);
        }
        string[] lines =
        [
            $"GET {path} HTTP/1.1", $"Host: {server.Address.Authority}", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", .. headers, "", "",
        ];
        await socket.Write(Encoding.ASCII.GetBytes(string.Join("\r\n", lines)));
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)) head.Append((char)(await socket.ReadExactly(1))[0]);
        socket.Head = head.ToString();
        socket.Status = int.Parse(socket.Head.Split(' ')[1], CultureInfo.InvariantCulture);
        return socket;
    }

    /// <summary>A stream of its own HTTP/2 connection, opened by <c>CONNECT</c> (RFC 8441).</summary>
    public static async Task<TcpWebSocket> ConnectHttp2(ChatServer server, params (string Name, string Value)[] headers)
    {
        var socket = new TcpWebSocket { _http2 = new HttpMessageInvoker(new SocketsHttpHandler { UseCookies = false, SslOptions = ChatServer.OurCertificate }) };
        var request = new HttpRequestMessage(HttpMethod.Connect, new Uri(server.Address, "/ws")) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Protocol = "websocket";
        request.Headers.Add("Sec-WebSocket-Version", "13");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        var response = await socket._http2.SendAsync(request, TestContext.Current.CancellationToken);
        socket.Status = (int)response.StatusCode;
        socket.Head = $"\r\n{response.Headers}";
        socket._stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>Connects and is welcomed.</summary>
    public static async Task<TcpWebSocket> Hello(TestUser user, bool http2 = false, int? receiveBuffer = null, params string[] headers)
    {
        var socket = http2 ? await ConnectHttp2(user.Server) : await Connect(user.Server, "/ws", headers, receiveBuffer);
        Assert.Equal(http2 ? 200 : 101, socket.Status);
        await socket.Say(new { type = "hello", token = user.Token });
        socket.Welcome = await socket.Next("welcome");
        return socket;
    }

    /// <summary>The answer to <c>hello</c>.</summary>
    public JsonElement Welcome { get; private set; }

    public string? Header(string name) => Head.Split("\r\n").Skip(1).Where(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(l => l[(name.Length + 1)..].Trim()).FirstOrDefault();

    /// <summary>Requires that it was refused before the upgrade, with problem details (RFC 9457); gives them.</summary>
    public async Task<JsonElement> Refused(int status, string code)
    {
        Assert.True(Status == status, $"{status} {code} was expected, this came: {Head}");
        Assert.Equal("application/problem+json", Header("Content-Type"));
        Assert.Equal("no-store", Header("Cache-Control"));
        var problem = Json.Read(await ReadExactly(int.Parse(Header("Content-Length")!, CultureInfo.InvariantCulture)));
        Assert.Equal((status, code), (problem.Number("status"), problem.Text("code")));
        Assert.NotEmpty(problem.Text("title"));
        return problem;
    }

    public Task Say(object frame) => Send(Text, Encoding.UTF8.GetBytes(Json.Write(frame)));

    public Task Send(int opcode, byte[] payload, bool fin = true, int rsv = 0, bool mask = true) => Write(Frame(opcode, payload, fin, rsv, mask));

    public async Task Write(byte[] bytes)
    {
        await _stream.WriteAsync(bytes, TestContext.Current.CancellationToken);
        if (_http2 is not null) await _stream.FlushAsync(TestContext.Current.CancellationToken);
    }

    public static byte[] Frame(int opcode, byte[] payload, bool fin = true, int rsv = 0, bool mask = true, long? announced = null)
    {
        var length = announced ?? payload.Length;
        var head = new List<byte> { (byte)((fin ? 0x80 : 0) | (rsv << 4) | opcode) };
        var maskBit = mask ? 0x80 : 0;
        var extended = new byte[8];
        switch (length)
        {
            case < 126:
                head.Add((byte)(maskBit | (int)length));
                break;
            case < 65_536:
                head.Add((byte)(maskBit | 126));
                BinaryPrimitives.WriteUInt16BigEndian(extended, (ushort)length);
                head.AddRange(extended[..2]);
                break;
            default:
                head.Add((byte)(maskBit | 127));
                BinaryPrimitives.WriteInt64BigEndian(extended, length);
                head.AddRange(extended);
                break;
        }
        if (!mask) return [.. head, .. payload];
        byte[] key = [0x37, 0xfa, 0x21, 0x3d];
        return [.. head, .. key, .. payload.Select((b, i) => (byte)(b ^ key[i % 4]))];
    }

    /// <summary>The next frame; a server's are whole and unmasked, and have no reserved bits.</summary>
    public async Task<(int Opcode, byte[] Payload)> Read()
    {
        var head = await ReadExactly(2);
        Assert.Equal(0x80, head[0] & 0xF0);
        Assert.Equal(0, head[1] & 0x80);
        long length = head[1] & 0x7F;
        if (length == 126) length = BinaryPrimitives.ReadUInt16BigEndian(await ReadExactly(2));
        else if (length == 127) length = BinaryPrimitives.ReadInt64BigEndian(await ReadExactly(8));
        return (head[0] & 0x0F, await ReadExactly((int)length));
    }

    /// <summary>The next text frame of a type; others are passed over.</summary>
    public async Task<JsonElement> Next(string type, Func<JsonElement, bool>? where = null)
    {
        while (true)
        {
            var (opcode, payload) = await Read();
            if (opcode == CloseFrame) throw new Xunit.Sdk.XunitException($"Closed with {Code(payload)} instead of {type}");
            if (opcode != Text) continue;
            var frame = Json.Read(payload);
            if (frame.Is("type", type) && where?.Invoke(frame) != false) return frame;
        }
    }

    /// <summary>Reads until the server's close frame and answers it; 1006 where the connection ended without one.</summary>
    public async Task<int> Closed()
    {
        var start = TimeProvider.System.GetTimestamp();
        try
        {
            while (TimeProvider.System.GetElapsedTime(start) < Patience.Frame)
            {
                var (opcode, payload) = await Read();
                if (opcode != CloseFrame) continue;
                await Send(CloseFrame, payload);
                return Code(payload);
            }
            throw new Xunit.Sdk.XunitException($"No close frame came within {Patience.Frame}, only others.");
        }
        catch (Exception e) when (e is EndOfStreamException or IOException)
        {
            return 1006;
        }
    }

    /// <summary>Ends this side of the connection, unless the other one has ended all of it by now. A stream of HTTP/2 can't be ended by half.</summary>
    public async Task StopSending()
    {
        try
        {
            if (_stream is SslStream tls) await tls.ShutdownAsync();
            if (_http2 is null) _tcp.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when ((e as SocketException ?? e.InnerException) is SocketException { SocketErrorCode: SocketError.Shutdown or SocketError.ConnectionReset or SocketError.NotConnected })
        {
            // What we sent behind a close frame met a connection that was closed already: there is nothing left to end.
        }
    }

    /// <summary>Whether the other side has ended, with nothing more before it.</summary>
    public async Task<bool> Ended()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience.Frame);
        try
        {
            return await _stream.ReadAsync(new byte[1], limit.Token) == 0;
        }
        catch (IOException)
        {
            return true; // A reset is an end, too: what we sent behind a close frame was read by nobody.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _tcp.Dispose();
        _http2?.Dispose();
    }

    public static int Code(byte[] payload) => payload.Length < 2 ? 1005 : BinaryPrimitives.ReadUInt16BigEndian(payload);

    private async Task<byte[]> ReadExactly(int count)
    {
        var bytes = new byte[count];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience.Frame);
        try
        {
            await _stream.ReadExactlyAsync(bytes, limit.Token);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new Xunit.Sdk.XunitException($"Nothing came within {Patience.Frame}.");
        }
        return bytes;
    }
}
