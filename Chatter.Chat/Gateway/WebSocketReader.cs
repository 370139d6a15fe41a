using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Gateway;

/// <summary>What came in: a whole message, a control frame, or why the connection has to end.</summary>
/// <param name="Opcode">1 text, 2 binary, 8 close, 9 ping, 10 pong; 0 where <paramref name="Violation"/> says why there is nothing more.</param>
/// <param name="Payload">Unmasked; valid until the next read.</param>
/// <param name="Violation">A close code, or 0. <see cref="CloseCodes.Abnormal"/>: the connection ended.</param>
internal readonly record struct Incoming(byte Opcode, ReadOnlyMemory<byte> Payload, ushort Violation = 0);

/// <summary>
/// The receiving half of a server's WebSocket (RFC 6455 §5), strict: unmasked frames, reserved bits and opcodes, wrong fragments, long control frames
/// and text that isn't UTF-8 end the connection. By hand, since the framework's WebSocket also writes (pongs, close frames), and a socket here has
/// one writer. A message's length is judged by its header, before anything is allocated for it; an idle socket holds no buffer.
/// </summary>
internal sealed class WebSocketReader(Stream wire, int maxMessage, Func<int, CancellationToken, ValueTask> heard) : IDisposable
{
    private const int SmallBuffer = 4_096;
    private const int LongestHeader = 14;

    private readonly PooledBuffer _message = new();
    private byte[]? _buffer;
    private int _start;
    private int _end;
    private byte _messageOpcode;

    /// <summary>Reads the next message or control frame.</summary>
    public async ValueTask<Incoming> Read(CancellationToken cancel)
    {
        while (true)
        {
            if (TryHeader(out var header))
            {
                if (Check(header) is not 0 and var violation) return new(0, default, violation);
                while (_end - _start < header.Length + header.Payload)
                    if (!await Fill(header.Length + header.Payload, cancel)) return new(0, default, CloseCodes.Abnormal);
                if (Take(header) is { } incoming) return incoming;
            }
            else if (!await Fill(LongestHeader, cancel))
            {
                return new(0, default, CloseCodes.Abnormal);
            }
        }
    }

    /// <summary>Reads and discards until the other side ends: closing a connection with unread bytes resets it, and a close frame on its way would be lost.</summary>
    public async Task Discard(CancellationToken cancel)
    {
        var sink = ArrayPool<byte>.Shared.Rent(SmallBuffer);
        try
        {
            while (await wire.ReadAsync(sink, cancel) > 0) { }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(sink);
        }
    }

    public void Dispose()
    {
        ReleaseBuffer();
        _message.Release();
    }

    private bool TryHeader(out Header header)
    {
        header = default;
        var bytes = _buffer.AsSpan(_start, _end - _start);
        if (bytes.Length < 2) return false;
        var length = (bytes[1] & 0x7F) switch { 126 => 4, 127 => 10, _ => 2 };
        if (bytes.Length < length) return false;
        var payload = length switch
        {
            2 => (ulong)(bytes[1] & 0x7F),
            4 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            _ => BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]),
        };
        var masked = (bytes[1] & 0x80) != 0;
        header = new Header(bytes[0], length + (masked ? 4 : 0), payload > int.MaxValue ? int.MaxValue : (int)payload, masked, payload > long.MaxValue);
        return true;
    }

    /// <summary>What is wrong with a frame, by its header alone.</summary>
    private ushort Check(Header header)
    {
        if ((header.First & 0x70) != 0 || !header.Masked || header.Negative) return CloseCodes.ProtocolError;
        var opcode = (byte)(header.First & 0x0F);
        if (opcode >= 8)
            return opcode > WireFrame.Pong || !header.Final || header.Payload > 125 ? CloseCodes.ProtocolError : (ushort)0;
        if (opcode > WireFrame.Binary) return CloseCodes.ProtocolError;
        // A continuation needs a message that was begun, and a message can't begin inside another.
        if (opcode == 0 != (_messageOpcode != 0)) return CloseCodes.ProtocolError;
        return (long)_message.Length + header.Payload > maxMessage ? CloseCodes.TooBig : (ushort)0;
    }

    /// <summary>Takes a frame that is wholly there.</summary>
    /// <returns>Null where it was a fragment and the message isn't complete.</returns>
    private Incoming? Take(Header header)
    {
        var payload = _buffer.AsMemory(_start + header.Length, header.Payload);
        Unmask(payload.Span, _buffer.AsSpan(_start + header.Length - 4, 4));
        _start += header.Length + header.Payload;
        var opcode = (byte)(header.First & 0x0F);
        if (opcode >= 8) return new(opcode, payload);
        if (opcode != 0) _messageOpcode = opcode;
        if (header.Final && _message.Length == 0) return Message(payload);
        _message.Append(payload.Span);
        if (!header.Final) return null;
        var whole = Message(_message.Written);
        // The array stays until the next read, which is as long as the payload is valid.
        _message.Reset();
        return whole;
    }

    private Incoming Message(ReadOnlyMemory<byte> payload)
    {
        var opcode = _messageOpcode;
        _messageOpcode = 0;
        return opcode == WireFrame.Text && !Utf8.IsValid(payload.Span) ? new(0, default, CloseCodes.InvalidPayload) : new(opcode, payload);
    }

    private async ValueTask<bool> Fill(int needed, CancellationToken cancel)
    {
        if (_start == _end)
        {
            if (_messageOpcode == 0) _message.Release();
            ReleaseBuffer();
            // Completes when there is something to read, so that waiting holds no buffer.
#pragma warning disable CA2022 // Nothing is meant to be read.
            await wire.ReadAsync(Memory<byte>.Empty, cancel);
#pragma warning restore CA2022
        }
        MakeRoom(needed);
        var count = await wire.ReadAsync(_buffer.AsMemory(_end), cancel);
        if (count == 0) return false;
        _end += count;
        await heard(count, cancel);
        return true;
    }

    private void MakeRoom(int needed)
    {
        if (_buffer is null)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(SmallBuffer, needed));
        }
        else if (_buffer.Length - _start < needed || _end == _buffer.Length)
        {
            var length = _end - _start;
            var target = _buffer.Length < needed || length == _buffer.Length ? ArrayPool<byte>.Shared.Rent(Math.Max(needed, length + SmallBuffer)) : _buffer;
            _buffer.AsSpan(_start, length).CopyTo(target);
            if (target != _buffer) ArrayPool<byte>.Shared.Return(_buffer);
            (_buffer, _start, _end) = (target, 0, length);
        }
    }

    private void ReleaseBuffer()
    {
        if (_buffer is not null) ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _start, _end) = (null, 0, 0);
    }

    private static void Unmask(Span<byte> payload, ReadOnlySpan<byte> mask)
    {
        Span<byte> key = stackalloc byte[8];
        mask.CopyTo(key);
        mask.CopyTo(key[4..]);
        var wide = MemoryMarshal.Read<ulong>(key);
        var words = MemoryMarshal.Cast<byte, ulong>(payload);
        for (var i = 0; i < words.Length; i++) words[i] ^= wide;
        for (var i = words.Length * 8; i < payload.Length; i++) payload[i] ^= key[i & 3];
    }

    private readonly record struct Header(byte First, int Length, int Payload, bool Masked, bool Negative)
    {
        public bool Final => (First & 0x80) != 0;
    }
}
