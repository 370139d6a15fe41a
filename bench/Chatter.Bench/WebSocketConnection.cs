using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;

namespace Chatter.Bench;

/// <summary>A WebSocket on a <see cref="RawConnection"/>.</summary>
internal abstract class WebSocketConnection(Poller poller) : RawConnection(poller)
{
    private byte[] _fragments = [];
    private int _fragmentsLength;
    private bool _upgraded;

    /// <summary>What is asked for in the handshake.</summary>
    protected virtual string Path => "/ws";

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

    /// <summary>The handshake is over.</summary>
    protected abstract void Upgraded();

    /// <summary>Takes a text message.</summary>
    /// <param name="payload">Its bytes, valid during the call.</param>
    /// <param name="now">When they were read, as a <see cref="Stopwatch.GetTimestamp"/>.</param>
    protected abstract void Received(ReadOnlySpan<byte> payload, long now);

    protected sealed override void Opened() => Transmit(Encoding.ASCII.GetBytes(
        $"GET {Path} HTTP/1.1\r\nHost: 127.0.0.1:{Port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));

    protected sealed override int Take(ReadOnlySpan<byte> bytes)
    {
        var now = Stopwatch.GetTimestamp();
        var taken = 0;
        if (!_upgraded)
        {
            var head = bytes.IndexOf("\r\n\r\n"u8);
            if (head < 0) return 0;
            taken = head + 4;
            if (!bytes.StartsWith("HTTP/1.1 101"u8))
            {
                End("the server refused: " + Encoding.ASCII.GetString(bytes[..bytes.IndexOf((byte)'\r')]));
                return taken;
            }
            _upgraded = true;
            Upgraded();
        }
        while (!HasEnded && TryFrame(bytes[taken..], out var first, out var header, out var length))
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
                Received(payload, now);
                break;
            case 0x01 or 0x00 or 0x80:
                if (_fragments.Length < _fragmentsLength + payload.Length) Array.Resize(ref _fragments, (_fragmentsLength + payload.Length) * 2);
                payload.CopyTo(_fragments.AsSpan(_fragmentsLength));
                _fragmentsLength += payload.Length;
                if (first != 0x80) break;
                Received(_fragments.AsSpan(0, _fragmentsLength), now);
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
}
