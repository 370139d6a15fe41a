using System.Net.WebSockets;
using System.Threading.Channels;

namespace Peers;

/// <summary>Who is in a room: a bounded queue, and one task that writes what is in it.</summary>
internal sealed class Member(WebSocket socket)
{
    private const int Most = 1_000;

    private readonly Channel<byte[]> _queue = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(Most) { SingleReader = true });

    /// <summary>Queues a text; who is too far behind is closed, since he couldn't be told what he missed.</summary>
    public void Offer(byte[] text)
    {
        if (!_queue.Writer.TryWrite(text)) socket.Abort();
    }

    public void Complete() => _queue.Writer.TryComplete();

    public async Task Write(CancellationToken aborted)
    {
        try
        {
            await foreach (var text in _queue.Reader.ReadAllAsync(aborted)) await socket.SendAsync(text.AsMemory(), WebSocketMessageType.Text, true, aborted);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // He is gone; who reads from him notices, too.
        }
    }
}
