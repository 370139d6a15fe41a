using System.Net.WebSockets;
using System.Text.Json;

namespace Chatter.App.Tests.Faults.Workload;

/// <summary>A WebSocket without our client: JSON out, JSON in, and it may stop reading, die, or lie.</summary>
internal sealed class ChatSocket : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly Action<JsonElement> _receive;
    private readonly CancellationTokenSource _end = new();
    private volatile TaskCompletionSource _reads = Done();
    private Task _receiving = Task.CompletedTask;

    private ChatSocket(Action<JsonElement> receive) => _receive = receive;

    /// <summary>Whether frames can still come.</summary>
    public bool IsOpen => !_receiving.IsCompleted;

    /// <summary>Completes when no frame can come any more.</summary>
    public Task Closed => _receiving;

    /// <param name="world">Where the server is.</param>
    /// <param name="receive">Gets every frame, one after the other.</param>
    /// <param name="cancel">Ends the attempt.</param>
    public static async Task<ChatSocket> Open(World world, Action<JsonElement> receive, CancellationToken cancel)
    {
        var socket = new ChatSocket(receive);
        try
        {
            socket._socket.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
            await socket._socket.ConnectAsync(world.Socket, world.Sockets, cancel);
            socket._receiving = Task.Run(socket.Receive, CancellationToken.None);
            return socket;
        }
        catch
        {
            await socket.DisposeAsync();
            throw;
        }
    }

    public async Task Send(object frame, CancellationToken cancel) => await Send(JsonSerializer.SerializeToUtf8Bytes(frame, Frames.Json), true, cancel);

    public void StopReading() => _reads = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void ReadAgain() => _reads.TrySetResult();

    /// <summary>Says goodbye as a good client does.</summary>
    public async Task Close(CancellationToken cancel)
    {
        ReadAgain();
        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancel);
        await _receiving.WaitAsync(cancel);
    }

    /// <summary>Dies without a word, in the middle of a message where that is asked for.</summary>
    public async Task Die(bool inTheMiddle, CancellationToken cancel)
    {
        if (inTheMiddle) await Send("{\"type\":\"send\",\"text\":\"half"u8.ToArray(), false, cancel);
        _socket.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        ReadAgain();
        _socket.Abort();
        await _receiving;
        _socket.Dispose();
        _end.Dispose();
    }

    private async Task Send(byte[] message, bool isEnd, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel, _end.Token);
        limit.CancelAfter(World.AnswerWithin);
        await _socket.SendAsync(message, WebSocketMessageType.Text, isEnd, limit.Token);
    }

    private async Task Receive()
    {
        var buffer = new byte[16_384];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    await _reads.Task;
                    if (length == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
                    part = await _socket.ReceiveAsync(buffer.AsMemory(length), _end.Token);
                    length += part.Count;
                }
                while (!part.EndOfMessage);
                if (part.MessageType == WebSocketMessageType.Close) return;
                using var frame = JsonDocument.Parse(buffer.AsMemory(0, length));
                _receive(frame.RootElement);
            }
        }
        catch (Exception e) when (Trouble.IsOfTheConnection(e))
        {
            // It is over, whatever the reason; who keeps the cursors resumes.
        }
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }
}
