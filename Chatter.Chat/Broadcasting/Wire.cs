using System.Net.Sockets;

namespace Chatter.Chat.Broadcasting;

/// <summary>Where a socket's bytes go. Used by its loop alone, one write at a time.</summary>
internal interface IWire
{
    /// <summary>Writes all of it, in order.</summary>
    /// <returns>Completed at once where nothing had to be waited for.</returns>
    ValueTask Write(ReadOnlyMemory<byte> bytes);
}

/// <summary>Through the server's own stream: any transport, with TLS and over HTTP/2.</summary>
internal sealed class StreamWire(Stream stream) : IWire
{
    public ValueTask Write(ReadOnlyMemory<byte> bytes) => stream.WriteAsync(bytes, CancellationToken.None);
}

/// <summary>
/// Straight to the kernel: no pipe, no copy, no task on the pool for each write, which are most of what a delivery costs otherwise. Only for a connection
/// that is proved to have nothing between the server and its socket, and once the server itself has nothing more to write to it.
/// </summary>
internal sealed class DirectWire(Socket socket) : IWire
{
    private bool _ready;

    public ValueTask Write(ReadOnlyMemory<byte> bytes)
    {
        // The server leaves its sockets in blocking mode, in which a client that doesn't read would stop the loop. Its own reads don't mind.
        if (!_ready) (socket.Blocking, _ready) = (false, true);
        while (true)
        {
            var sent = socket.Send(bytes.Span, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock) return WriteLater(bytes);
            if (error != SocketError.Success) throw new SocketException((int)error);
            if (sent == bytes.Length) return ValueTask.CompletedTask;
            bytes = bytes[sent..];
        }
    }

    private async ValueTask WriteLater(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None).ConfigureAwait(false)..];
    }
}
