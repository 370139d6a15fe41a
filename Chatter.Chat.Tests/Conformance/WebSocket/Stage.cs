using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.WebSocket;

/// <summary>A server on one transport, somebody to whom nothing happens, and somebody in a room where another one never stops talking.</summary>
public abstract class Stage(bool tls, bool http2, bool direct = true, params string[] headers) : IAsyncLifetime
{
    private readonly CancellationTokenSource _end = new();
    private readonly Task[] _talking = new Task[1];
    private ChatServer? _server;
    private TestUser? _quiet;
    private TestUser? _listener;

    /// <summary>The room that is talked in.</summary>
    internal string Room { get; private set; } = "";

    internal ChatServer Server => _server ?? throw new InvalidOperationException("The fixture isn't started.");

    public async ValueTask InitializeAsync()
    {
        _server = await ChatServer.Start(settings => settings["Chatter:Socket:Direct"] = direct.ToString(), tls, onlyHttp2: http2 && !tls);
        _quiet = await _server.User();
        _listener = await _server.User();
        var talker = await _server.User();
        Room = await talker.CreateRoom();
        await _listener.Join(Room);
        _talking[0] = Talk(await Open(talker));
    }

    /// <summary>A socket on which nothing comes unasked.</summary>
    internal Task<TcpWebSocket> Quiet() => Open(_quiet!);

    /// <summary>A socket on which events come all the time.</summary>
    internal Task<TcpWebSocket> Listening(int? receiveBuffer = null) => Open(_listener!, receiveBuffer);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _talking[0];
        _end.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private Task<TcpWebSocket> Open(TestUser user, int? receiveBuffer = null) => TcpWebSocket.Hello(user, http2, receiveBuffer, headers);

    /// <summary>One message after the other, short and long: each length of the header has its turn.</summary>
    private async Task Talk(TcpWebSocket socket)
    {
        await using var owned = socket;
        int[] lengths = [1, 20, 200, 6_000];
        for (var i = 0; !_end.IsCancellationRequested; i++)
        {
            await socket.Say(new { type = "send", room = Room, text = new string('x', lengths[i % lengths.Length]), nonce = Unique.Nonce() });
            await socket.Next("sent");
        }
    }
}

/// <summary>HTTP/1.1 over TCP; from the second socket on without the HTTP server.</summary>
public sealed class PlainStage() : Stage(tls: false, http2: false);

/// <summary>HTTP/1.1 over TCP, by the HTTP server, but written to past it.</summary>
public sealed class DirectStage() : Stage(tls: false, http2: false, direct: true, "X-Request-Id: 1");

/// <summary>HTTP/1.1 over TCP, by the HTTP server alone.</summary>
public sealed class StreamStage() : Stage(tls: false, http2: false, direct: false);

/// <summary>HTTP/1.1 over TLS.</summary>
public sealed class TlsStage() : Stage(tls: true, http2: false);

/// <summary>HTTP/2 over TLS.</summary>
public sealed class Http2Stage() : Stage(tls: true, http2: true);

/// <summary>HTTP/2 without TLS, as a proxy speaks it.</summary>
public sealed class ClearHttp2Stage() : Stage(tls: false, http2: true);
