using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Chatter.Bench;

/// <summary>A WebSocket client that costs little: raw frames on a raw socket, one buffer a connection, no task a message.</summary>
internal sealed class BenchSocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly SemaphoreSlim _sending = new(1, 1);
    private byte[] _in = new byte[8_192];
    private byte[] _out = new byte[1_024];
    private int _start;
    private int _end;

    /// <summary>What is done with each text message.</summary>
    public delegate void Handler(ReadOnlySpan<byte> payload);

    public async Task Connect(int port, int? receiveBuffer, CancellationToken cancel)
    {
        if (receiveBuffer is { } size) _socket.ReceiveBufferSize = size;
        await _socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancel);
        var request = $"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        await _socket.SendAsync(Encoding.ASCII.GetBytes(request), SocketFlags.None, cancel);
        int head;
        while ((head = _in.AsSpan(0, _end).IndexOf("\r\n\r\n"u8)) < 0)
        {
            var count = await _socket.ReceiveAsync(_in.AsMemory(_end), SocketFlags.None, cancel);
            if (count == 0) throw new IOException("The server closed during the handshake.");
            _end += count;
        }
        if (!_in.AsSpan(0, _end).StartsWith("HTTP/1.1 101"u8)) throw new IOException("The server refused: " + Encoding.ASCII.GetString(_in, 0, head));
        _start = head + 4;
    }

    public async Task Send(string text, CancellationToken cancel)
    {
        await _sending.WaitAsync(cancel);
        try
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
            await _socket.SendAsync(_out.AsMemory(0, header + length), SocketFlags.None, cancel);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Reads until the connection ends.</summary>
    /// <param name="handler">Gets each text message.</param>
    /// <param name="gate">Awaited before each read, so that a reader can be stopped.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task Read(Handler handler, Func<ValueTask> gate, CancellationToken cancel)
    {
        while (true)
        {
            while (TryFrame(out var opcode, out var payload))
            {
                if (opcode == 8) return;
                if (opcode == 9) await Pong(cancel);
                else if (opcode == 1) handler(_in.AsSpan(payload));
            }
            if (_start == _end) (_start, _end) = (0, 0);
            if (_end == _in.Length) MakeRoom();
            await gate();
            var count = await _socket.ReceiveAsync(_in.AsMemory(_end), SocketFlags.None, cancel);
            if (count == 0) return;
            _end += count;
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _sending.Dispose();
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

    private async Task Pong(CancellationToken cancel) => await _socket.SendAsync(new byte[] { 0x8A, 0x80, 0, 0, 0, 0 }, SocketFlags.None, cancel);
}
