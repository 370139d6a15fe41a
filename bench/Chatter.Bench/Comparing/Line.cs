using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Chatter.Bench.Comparing;

/// <summary>One socket of a <see cref="Fleet"/>: everything on its poller's thread, nothing allocated for what comes in.</summary>
internal sealed partial class Line(int number, Fleet fleet) : IDisposable
{
    private const int DontWait = 0x40, NoSignal = 0x4000;
    private const int WouldBlock = 11, Interrupted = 4;

    // Ended by a reset: what is measured isn't the kernel's memory of connections that were closed.
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(true, 0) };
    private byte[] _rest = [];
    private int _restLength;
    private byte[] _fragments = [];
    private int _fragmentsLength;
    private bool _upgraded;

    /// <summary>Its number.</summary>
    public int Number => number;

    private int Descriptor => (int)_socket.SafeHandle.DangerousGetHandle();

    /// <summary>Connects, which on one machine takes no time, and asks for the upgrade.</summary>
    public void Connect(int port, string path)
    {
        _socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
        Transmit(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        fleet.Poller.Add(Descriptor, Readable);
    }

    /// <summary>Sends a text message.</summary>
    public void Send(string text)
    {
        Span<byte> frame = stackalloc byte[1_024];
        var length = Encoding.UTF8.GetBytes(text, frame[8..]);
        // The mask is zero: as good as any other against a server, and the payload stays as it is.
        frame[..8].Clear();
        var header = length < 126 ? frame[2..8] : frame[..8];
        header[0] = 0x81;
        header[1] = (byte)(0x80 | Math.Min(length, 126));
        if (length >= 126) BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)length);
        Transmit(frame[(8 - header.Length)..(8 + length)]);
    }

    public void Dispose() => _socket.Dispose();

    private void Readable()
    {
        var buffer = fleet.Buffer;
        _rest.AsSpan(0, _restLength).CopyTo(buffer);
        var received = (int)Receive(Descriptor, ref buffer[_restLength], buffer.Length - _restLength, DontWait);
        if (received <= 0)
        {
            if (received < 0 && Marshal.GetLastPInvokeError() is WouldBlock or Interrupted) return;
            End(received == 0 ? "the server closed it" : $"error {Marshal.GetLastPInvokeError()}");
            return;
        }
        var bytes = buffer.AsSpan(0, _restLength + received);
        var rest = bytes[Take(bytes)..];
        if (rest.Length == bytes.Length && rest.Length == buffer.Length) End("a frame is too large");
        if (_rest.Length < rest.Length) _rest = new byte[rest.Length * 2];
        rest.CopyTo(_rest);
        _restLength = rest.Length;
    }

    /// <returns>How many of the bytes were whole frames.</returns>
    private int Take(ReadOnlySpan<byte> bytes)
    {
        var now = Stopwatch.GetTimestamp();
        var taken = 0;
        if (!_upgraded)
        {
            var head = bytes.IndexOf("\r\n\r\n"u8);
            if (head < 0) return 0;
            if (!bytes.StartsWith("HTTP/1.1 101"u8)) End("the server refused: " + Encoding.ASCII.GetString(bytes[..bytes.IndexOf((byte)'\r')]));
            _upgraded = true;
            taken = head + 4;
            fleet.Upgraded(this);
        }
        while (TryFrame(bytes[taken..], out var first, out var header, out var length))
        {
            Handle(first, bytes.Slice(taken + header, length), now);
            taken += header + length;
        }
        return taken;
    }

    private void Handle(byte first, ReadOnlySpan<byte> payload, long now)
    {
        switch (first)
        {
            case 0x81:
                Scan(payload, now);
                break;
            case 0x01 or 0x00 or 0x80:
                if (_fragments.Length < _fragmentsLength + payload.Length) Array.Resize(ref _fragments, (_fragmentsLength + payload.Length) * 2);
                payload.CopyTo(_fragments.AsSpan(_fragmentsLength));
                _fragmentsLength += payload.Length;
                if (first != 0x80) break;
                Scan(_fragments.AsSpan(0, _fragmentsLength), now);
                _fragmentsLength = 0;
                break;
            case 0x89:
                Pong(payload);
                break;
            case 0x88:
                End($"closed with {(payload.Length < 2 ? 1005 : BinaryPrimitives.ReadUInt16BigEndian(payload))}");
                break;
        }
    }

    private void Scan(ReadOnlySpan<byte> payload, long now)
    {
        var rest = payload;
        var found = false;
        for (; Mark.TryFind(ref rest, out var message); found = true) fleet.Received(this, message, now);
        if (!found) fleet.Unmarked(this, payload);
    }

    private static bool TryFrame(ReadOnlySpan<byte> bytes, out byte first, out int header, out int length)
    {
        (first, header, length) = (0, 2, 0);
        if (bytes.Length < 2) return false;
        (first, length) = (bytes[0], bytes[1] & 0x7F);
        if (length == 126)
        {
            if (bytes.Length < 4) return false;
            (header, length) = (4, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
        }
        else if (length == 127)
        {
            if (bytes.Length < 10) return false;
            (header, length) = (10, checked((int)BinaryPrimitives.ReadUInt64BigEndian(bytes[2..])));
        }
        return bytes.Length - header >= length;
    }

    private void Pong(ReadOnlySpan<byte> payload)
    {
        Span<byte> frame = stackalloc byte[6 + 125];
        frame[..6].Clear();
        (frame[0], frame[1]) = (0x8A, (byte)(0x80 | payload.Length));
        payload.CopyTo(frame[6..]);
        Transmit(frame[..(6 + payload.Length)]);
    }

    // What a server doesn't take at once it hasn't read for long: it is overrun, and the run is void.
    private void Transmit(ReadOnlySpan<byte> bytes)
    {
        if (Send(Descriptor, ref MemoryMarshal.GetReference(bytes), bytes.Length, DontWait | NoSignal) != bytes.Length) End("the server doesn't take what is sent");
    }

    private void End(string why)
    {
        fleet.Poller.Remove(Descriptor);
        fleet.Ended(this, why);
    }

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(int socket, ref byte into, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int socket, ref byte from, nint length, int flags);
}
