using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Chatter.Chat.Tests.Support;

/// <summary>
/// A client without our types: sends JSON as it is given, keeps every frame in the order of arrival, and waits for frames by what is in them.
/// A frame that was waited for isn't found again.
/// </summary>
internal sealed class RawSocket : IAsyncDisposable
{
    /// <summary>
    /// The receive buffer of a client that is to be slow, in bytes: small, but a whole segment of the loopback device. For less the kernel offers no window
    /// at all now and then, although everything was read, and the rest trickles by its window probes.
    /// </summary>
    public const int SmallBuffer = 65_536;

    private readonly ClientWebSocket _socket = new();
    private readonly HttpMessageInvoker _http;
    private readonly List<JsonElement> _frames = [];
    private readonly List<bool> _taken = [];
    private readonly Dictionary<string, long> _lastSeq = [];
    private readonly SemaphoreSlim _sending = new(1);
    private TaskCompletionSource _changed = NewSignal();
    private TaskCompletionSource _reads = NewSignal();
    private Task _receiving = Task.CompletedTask;
    private int _firstOpen;
    private int? _closed;

    private RawSocket(int? receiveBuffer)
    {
        _reads.SetResult();
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseCookies = false,
            SslOptions = ChatServer.OurCertificate,
            ConnectCallback = async (context, cancel) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                if (receiveBuffer is { } size) socket.ReceiveBufferSize = size;
                await socket.ConnectAsync(context.DnsEndPoint, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
    }

    /// <summary>The answer to the <c>hello</c> that succeeded.</summary>
    public JsonElement Welcome { get; private set; }

    public string? SubProtocol => _socket.SubProtocol;

    /// <summary>All frames so far, in order.</summary>
    public IReadOnlyList<JsonElement> Frames
    {
        get
        {
            lock (_frames) return [.. _frames];
        }
    }

    public static async Task<RawSocket> Open(
        ChatServer server, string? bearer = null, int? receiveBuffer = null, string query = "", string? subProtocol = null, Version? http = null,
        params (string Name, string Value)[] headers)
    {
        var result = new RawSocket(receiveBuffer);
        var options = result._socket.Options;
        if (http is not null) (options.HttpVersion, options.HttpVersionPolicy) = (http, HttpVersionPolicy.RequestVersionExact);
        options.KeepAliveInterval = TimeSpan.Zero;
        options.CollectHttpResponseDetails = true;
        if (subProtocol is not null) options.AddSubProtocol(subProtocol);
        if (bearer is not null) options.SetRequestHeader("Authorization", new AuthenticationHeaderValue("Bearer", bearer).ToString());
        foreach (var (name, value) in headers) options.SetRequestHeader(name, value);
        try
        {
            await result._socket.ConnectAsync(new UriBuilder(server.SocketAddress) { Query = query }.Uri, result._http, TestContext.Current.CancellationToken);
        }
        catch (WebSocketException)
        {
            await result.DisposeAsync();
            throw;
        }
        result._receiving = result.Receive();
        return result;
    }

    /// <summary>The status with which an upgrade was refused, or 101.</summary>
    public static async Task<int> TryOpen(ChatServer server, string? bearer = null, params (string Name, string Value)[] headers)
    {
        await using var tcp = await TcpWebSocket.Connect(server, [.. headers.Select(static h => $"{h.Name}: {h.Value}"), .. bearer is null ? Array.Empty<string>() : [$"Authorization: Bearer {bearer}"]]);
        return tcp.Status;
    }

    public async Task<JsonElement> Hello(string? token, object? resume = null, string? epoch = null)
    {
        await Send(new { type = "hello", token, resume, epoch });
        return Welcome = await Next("welcome");
    }

    /// <summary>Sends a frame: an object, or a string as it is.</summary>
    public Task Send(object frame) => SendText(Json.Write(frame));

    /// <summary>Says something and waits for <c>sent</c>.</summary>
    public async Task<JsonElement> Say(string room, string text, string? nonce = null)
    {
        nonce ??= Unique.Nonce();
        await Send(new { type = "send", room, text, nonce });
        return await Answer("sent", nonce);
    }

    public Task<JsonElement> Answer(string type, string nonce) => Next(type, frame => frame.Is("nonce", nonce));

    /// <summary>Sends a frame and requires that it is refused, with all the fields that say what was refused.</summary>
    public async Task<JsonElement> Refused(object frame, string code)
    {
        var sent = Json.Read(Json.Write(frame));
        var (type, nonce) = (sent.TextOrNull("type"), sent.TextOrNull("nonce"));
        await Send(frame);
        var error = await Next("error", e => e.Is("re", type) && e.Is("nonce", nonce));
        Assert.Equal(code, error.Text("code"));
        Assert.NotEmpty(error.Text("message"));
        return error;
    }

    /// <summary>The next frame of a type that wasn't taken yet.</summary>
    public Task<JsonElement> Next(string type, Func<JsonElement, bool>? where = null) => Next(f => f.Is("type", type) && where?.Invoke(f) != false, $"a frame of type {type}");

    /// <summary>The next frame of a kind that wasn't taken yet.</summary>
    public async Task<JsonElement> Next(Func<JsonElement, bool> where, string what = "an answer")
    {
        JsonElement found = default;
        await Until(
            () =>
            {
                for (var i = _firstOpen; i < _frames.Count; i++)
                {
                    if (_taken[i] || !where(_frames[i])) continue;
                    (_taken[i], found) = (true, _frames[i]);
                    while (_firstOpen < _taken.Count && _taken[_firstOpen]) _firstOpen++;
                    return true;
                }
                return false;
            },
            Patience.Frame,
            what);
        return found;
    }

    public Task<JsonElement> NextEvent(string room, string? kind = null) => Next("event", e => e.Is("room", room) && (kind is null || e.Is("kind", kind)));

    /// <summary>Waits until the room's event with this seq is there; gives all events of the room on this socket.</summary>
    public async Task<List<JsonElement>> EventsTo(string room, long seq, TimeSpan? within = null)
    {
        await Until(() => _lastSeq.GetValueOrDefault(room) >= seq, within ?? Patience.Frame, $"event {seq} of {room}");
        return Events(room);
    }

    /// <summary>The room's events on this socket so far, in the order of arrival.</summary>
    public List<JsonElement> Events(string room) => [.. Frames.Where(f => f.Is("type", "event") && f.Is("room", room))];

    /// <summary>Waits until this socket follows the room no more. A catch-up from the store comes at its own pace, behind later answers.</summary>
    public Task Unsubscribed(string room, TimeSpan? within = null) => Until(() => !Follows(room), within ?? Patience.Frame, $"the end of {room}");

    /// <summary>Waits until everything sent before was judged, and what was said to this socket before has come.</summary>
    public async Task Settle()
    {
        var nonce = Unique.Nonce();
        await Send(new { type = "ping", nonce });
        await Answer("pong", nonce);
    }

    /// <summary>Stops taking bytes off the wire until <see cref="ReadAgain"/>; one frame more may still come.</summary>
    public void StopReading()
    {
        if (_reads.Task.IsCompleted) _reads = NewSignal();
    }

    public void ReadAgain() => _reads.TrySetResult();

    /// <summary>Waits until the server said anything, or closed the socket.</summary>
    public Task FirstFrameOrClose() => Until(() => _frames.Count > 0 || _closed is not null, Patience.Frame, "anything");

    /// <summary>Waits until the server closed the socket; 1006 where it did so without a close frame.</summary>
    public async Task<int> Closed(TimeSpan? within = null)
    {
        await Until(() => _closed is not null, within ?? Patience.Frame, "the close");
        return _closed ?? 0;
    }

    public bool IsOpen
    {
        get
        {
            lock (_frames) return _closed is null;
        }
    }

    /// <summary>Closes from this side, and waits for the server's close frame.</summary>
    public async Task Close(int code = 1000)
    {
        await _socket.CloseOutputAsync((WebSocketCloseStatus)code, null, TestContext.Current.CancellationToken);
        await Closed();
    }

    /// <summary>Drops the connection without a word.</summary>
    public void Abort() => _socket.Abort();

    public async ValueTask DisposeAsync()
    {
        _reads.TrySetResult();
        _socket.Abort();
        await _receiving;
        _socket.Dispose();
        _http.Dispose();
        _sending.Dispose();
    }

    private bool Follows(string room) => _frames.FindLast(f => f.Text("type") switch
    {
        "subscribed" or "unsubscribed" => f.Is("room", room),
        "welcome" or "rooms" => f.List("rooms").Exists(e => e.Field("room").Is("id", room)),
        _ => false,
    }) is { ValueKind: JsonValueKind.Object } last && !last.Is("type", "unsubscribed");

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task SendText(string json)
    {
        await _sending.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(json), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task Until(Func<bool> condition, TimeSpan within, string what)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Task changed;
            lock (_frames)
            {
                if (condition()) return;
                if (_closed is { } code) throw new Xunit.Sdk.XunitException($"{what} didn't come before the socket closed with {code}. {Story()}");
                changed = _changed.Task;
            }
            var left = within - TimeProvider.System.GetElapsedTime(deadline);
            if (left <= TimeSpan.Zero) throw new Xunit.Sdk.XunitException($"{what} didn't come within {within}. {Story()}");
            await Task.WhenAny(changed, Task.Delay(left, TestContext.Current.CancellationToken));
        }
    }

    private string Story()
    {
        lock (_frames)
        {
            var lines = _frames.TakeLast(30).Select(static f => f.GetRawText() is { Length: > 400 } text ? text[..400] + "…" : f.GetRawText());
            return $"Of {_frames.Count} frames the last are:\n{string.Join('\n', lines)}";
        }
    }

    private async Task Receive()
    {
        var buffer = new byte[65_536];
        using var message = new MemoryStream();
        var code = 1006;
        try
        {
            while (true)
            {
                await _reads.Task;
                var part = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    code = (int?)_socket.CloseStatus ?? 1005;
                    if (_socket.State == WebSocketState.CloseReceived) await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                    break;
                }
                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage) continue;
                Add(Json.Read(message.GetBuffer().AsMemory(0, (int)message.Length)));
                message.SetLength(0);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            // The connection is gone; the code says how.
        }
        lock (_frames)
        {
            _closed = code;
            Signal();
        }
    }

    private void Add(JsonElement frame)
    {
        lock (_frames)
        {
            _frames.Add(frame);
            _taken.Add(false);
            if (frame.Is("type", "event")) _lastSeq[frame.Text("room")] = frame.Number("seq");
            Signal();
        }
    }

    private void Signal()
    {
        _changed.SetResult();
        _changed = NewSignal();
    }
}
