using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Chatter.Bench;

/// <summary>A WebSocket client that costs little: raw frames on a raw socket, one buffer a connection, read by the <see cref="Poller"/>.</summary>
internal sealed class BenchSocket(Poller poller) : IDisposable
{
    private const int Patience = 10_000;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = Patience };
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Handler _handler = static _ => { };
    private byte[] _in = new byte[8_192];
    private byte[] _out = new byte[1_024];
    private int _start;
    private int _end;

    /// <summary>What is done with each text message.</summary>
    public delegate void Handler(ReadOnlySpan<byte> payload);

    private int Descriptor => (int)_socket.SafeHandle.DangerousGetHandle();

    /// <summary>Connects and shakes hands. It blocks: a socket that was used asynchronously once is watched by the framework for good.</summary>
    public void Connect(int port, int? receiveBuffer)
    {
        if (receiveBuffer is { } size) _socket.ReceiveBufferSize = size;
        _socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
        var request = $"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        _socket.Send(Encoding.ASCII.GetBytes(request));
        int head;
        while ((head = _in.AsSpan(0, _end).IndexOf("\r\n\r\n"u8)) < 0)
        {
            var count = _socket.Receive(_in.AsSpan(_end));
            if (count == 0) throw new IOException("The server closed during the handshake.");
            _end += count;
        }
        if (!_in.AsSpan(0, _end).StartsWith("HTTP/1.1 101"u8)) throw new IOException("The server refused: " + Encoding.ASCII.GetString(_in, 0, head));
        _start = head + 4;
        _socket.Blocking = false;
    }

    /// <summary>Sends a message: the first before <see cref="Read"/>, all others on the poller's thread.</summary>
    /// <exception cref="SocketException">The connection is gone, or took nothing for ten seconds.</exception>
    public void Send(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        if (_out.Length < length + 14) _out = new byte[length + 14];
        // The mask is zero: as good as any other against a server, and the payload stays as it is.
        var header = length < 126 ? 6 : 8;
        _out.AsSpan(0, header).Clear();
        _out[0] = 0x81;
        if (length < 126)
        {
            _out[1] = (byte)(0x80 | length);
        }
        else
        {
            _out[1] = 0xFE;
            BinaryPrimitives.WriteUInt16BigEndian(_out.AsSpan(2), (ushort)length);
        }
        Encoding.UTF8.GetBytes(text, _out.AsSpan(header));
        Transmit(_out.AsSpan(0, header + length));
    }

    /// <summary>Has all that comes handled, on the poller's thread, until the connection ends.</summary>
    public async Task Read(Handler handler, CancellationToken cancel)
    {
        _handler = handler;
        var descriptor = Descriptor;
        poller.Do(Frames);
        poller.Add(descriptor, Readable);
        await using var ends = cancel.Register(() => _ended.TrySetCanceled(cancel));
        try
        {
            await _ended.Task;
        }
        finally
        {
            // On its thread, so that it isn't reading while the socket is closed.
            var removed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            poller.Do(() =>
            {
                poller.Remove(descriptor);
                removed.SetResult();
            });
            await removed.Task;
        }
    }

    /// <summary>Stops reading, or goes on.</summary>
    public void Listen(bool listens) => poller.Listen(Descriptor, listens);

    public void Dispose() => _socket.Dispose();

    private void Readable()
    {
        if (_start == _end) (_start, _end) = (0, 0);
        if (_end == _in.Length) MakeRoom();
        var count = _socket.Receive(_in.AsSpan(_end), SocketFlags.None, out var error);
        if (error is SocketError.WouldBlock or SocketError.Interrupted) return;
        if (error != SocketError.Success || count == 0)
        {
            _ended.TrySetResult();
            poller.Remove(Descriptor);
            return;
        }
        _end += count;
        Frames();
    }

    private void Frames()
    {
        try
        {
            while (TryFrame(out var opcode, out var payload))
            {
                if (opcode == 8) _ended.TrySetResult();
                else if (opcode == 9) Pong();
                else if (opcode == 1) _handler(_in.AsSpan(payload));
            }
        }
        catch (Exception e)
        {
            _ended.TrySetException(e);
        }
    }

    private void Transmit(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            var count = _socket.Send(bytes, SocketFlags.None, out var error);
            if (error is not (SocketError.Success or SocketError.WouldBlock)) throw new SocketException((int)error);
            bytes = bytes[count..];
            if (bytes.IsEmpty) return;
            if (!_socket.Poll(TimeSpan.FromMilliseconds(Patience), SelectMode.SelectWrite)) throw new SocketException((int)SocketError.TimedOut);
        }
    }

    private bool TryFrame(out int opcode, out Range payload)
    {
        (opcode, payload) = (0, default);
        var bytes = _in.AsSpan(_start, _end - _start);
        if (bytes.Length < 2) return false;
        var (header, length) = (2, (long)(bytes[1] & 0x7F));
        if (length == 126)
        {
            if (bytes.Length < 4) return false;
            (header, length) = (4, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
        }
        else if (length == 127)
        {
            if (bytes.Length < 10) return false;
            (header, length) = (10, (long)BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]));
        }
        if (bytes.Length < header + length) return false;
        opcode = bytes[0] & 0x0F;
        payload = (_start + header)..(_start + header + (int)length);
        _start += header + (int)length;
        return true;
    }

    private void MakeRoom()
    {
        var length = _end - _start;
        var target = length > _in.Length / 2 ? new byte[_in.Length * 2] : _in;
        _in.AsSpan(_start, length).CopyTo(target);
        (_in, _start, _end) = (target, 0, length);
    }

    private void Pong() => Transmit([0x8A, 0x80, 0, 0, 0, 0]);
}
