using System.Net.WebSockets;
using System.Text.Json;
using Chatter.Chat.Protocol;
using Microsoft.AspNetCore.Http;

namespace Chatter.Chat.Tests.Client;

/// <summary>The scripted end of one connection.</summary>
internal sealed class PeerSocket(HttpContext http) : IDisposable
{
    private readonly CancellationTokenSource _tooLong = new(TimeSpan.FromSeconds(15));
    private WebSocket? _socket;

    public void Dispose() => _tooLong.Dispose();

    /// <summary>Refuses the upgrade.</summary>
    public Task Refuse(int status, string? retryAfter = null)
    {
        http.Response.StatusCode = status;
        if (retryAfter is not null) http.Response.Headers.RetryAfter = retryAfter;
        return Task.CompletedTask;
    }

    /// <summary>Accepts and reads the <c>hello</c>.</summary>
    public async Task<HelloFrame> Hello()
    {
        if (http.Request.Headers.ContainsKey("Authorization")) throw new InvalidOperationException("The token belongs into hello.");
        _socket = await http.WebSockets.AcceptWebSocketAsync("chatter.v1.json");
        return await Receive<HelloFrame>();
    }

    public async Task<HelloFrame> Welcome(string epoch, params (Guid Room, long Last)[] rooms)
    {
        var hello = await Hello();
        await Send(Frames.Welcome(epoch, rooms));
        return hello;
    }

    public async Task Send(params ServerFrame[] frames)
    {
        foreach (var frame in frames) await Raw(JsonSerializer.SerializeToUtf8Bytes(frame, ProtocolJson.Context.ServerFrame));
    }

    public async Task Raw(byte[] message) => await _socket!.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, _tooLong.Token);

    /// <summary>The next frame, which has to be of this type.</summary>
    public async Task<T> Receive<T>() where T : ClientFrame =>
        await ReceiveAny() is T frame ? frame : throw new InvalidOperationException($"Not the expected {typeof(T).Name}.");

    /// <summary>The close code that comes next, or null where the connection is cut.</summary>
    public async Task<WebSocketCloseStatus?> ReceiveClose()
    {
        try
        {
            if (await ReceiveAny() is { } frame) throw new InvalidOperationException($"A {frame.GetType().Name} in place of a close.");
            return _socket!.CloseStatus;
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    public async Task Close(int code)
    {
        await _socket!.CloseOutputAsync((WebSocketCloseStatus)code, null, _tooLong.Token);
        await ReceiveClose();
    }

    /// <summary>Cuts the connection as a dying machine does.</summary>
    public void Cut() => http.Abort();

    /// <summary>Stays without a word until the client goes.</summary>
    public async Task Silence()
    {
        while (true)
        {
            try
            {
                if (await ReceiveAny() is null) return;
            }
            catch (WebSocketException)
            {
                return;
            }
        }
    }

    private async Task<ClientFrame?> ReceiveAny()
    {
        var buffer = new byte[Limits.MaxFrame + 1];
        var length = 0;
        while (true)
        {
            var received = await _socket!.ReceiveAsync(buffer.AsMemory(length), _tooLong.Token);
            if (received.MessageType == WebSocketMessageType.Close) return null;
            length += received.Count;
            if (received.EndOfMessage) return JsonSerializer.Deserialize(buffer.AsSpan(0, length), ProtocolJson.Context.ClientFrame);
        }
    }
}
