using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Gateway;

/// <summary>What came in: a whole message, a control frame, or why the connection has to end.</summary>
/// <param name="Opcode">1 text, 2 binary, 8 close, 9 ping, 10 pong; 0 where <paramref name="Violation"/> says why there is nothing more.</param>
/// <param name="Payload">Unmasked; valid until the next read, and as long as the bytes that came in are kept.</param>
/// <param name="Violation">A close code, or 0.</param>
internal readonly record struct Incoming(byte Opcode, ReadOnlyMemory<byte> Payload, ushort Violation = 0);

/// <summary>
/// The receiving half of a server's WebSocket (RFC 6455 §5), strict: unmasked frames, reserved bits and opcodes, wrong fragments, long control frames
/// and text that isn't UTF-8 end the connection. By hand, since the framework's WebSocket also writes (pongs, close frames), and a socket here has
/// one writer. A message's length is judged by its header, before anything is waited for; an idle socket holds no buffer, and reading allocates nothing.
/// </summary>
internal sealed class WebSocketReader(int maxMessage) : IDisposable
{
    private const int LongestHeader = 14;

    private readonly PooledBuffer _message = new();
    private readonly PooledBuffer _joined = new();
    private byte _messageOpcode;

    /// <summary>Takes the next message or control frame out of what has come in.</summary>
    /// <param name="input">What has come in; what was taken is sliced off. Its bytes are unmasked where they are, so it must be the caller's own.</param>
    /// <param name="incoming">What was taken.</param>
    /// <returns>False where there is no whole frame that ends a message.</returns>
    public bool TryRead(ref ReadOnlySequence<byte> input, out Incoming incoming)
    {
        Forget();
        while (TryHeader(input, out var header))
        {
            if (Check(header) is not 0 and var violation)
            {
                incoming = new(0, default, violation);
                return true;
            }
            if (input.Length < header.Length + header.Payload) break;
            if (Take(ref input, header) is not { } taken) continue;
            incoming = taken;
            return true;
        }
        incoming = default;
        return false;
    }

    public void Dispose()
    {
        _joined.Release();
        _message.Release();
    }

    /// <summary>Gives back what the last message took, which was good until now.</summary>
    private void Forget()
    {
        _joined.Release();
        if (_messageOpcode == 0) _message.Release();
    }

    private static bool TryHeader(in ReadOnlySequence<byte> input, out Header header)
    {
        if (input.IsSingleSegment || input.FirstSpan.Length >= LongestHeader) return TryHeader(input.FirstSpan, out header);
        Span<byte> joined = stackalloc byte[LongestHeader];
        var start = input.Slice(0, Math.Min(LongestHeader, input.Length));
        start.CopyTo(joined);
        return TryHeader(joined[..(int)start.Length], out header);
    }

    private static bool TryHeader(ReadOnlySpan<byte> bytes, out Header header)
    {
        header = default;
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
        var mask = masked && bytes.Length >= length + 4 ? MemoryMarshal.Read<uint>(bytes[length..]) : 0;
        header = new Header(bytes[0], length + (masked ? 4 : 0), payload > int.MaxValue ? int.MaxValue : (int)payload, masked, mask, payload > long.MaxValue);
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
    private Incoming? Take(ref ReadOnlySequence<byte> input, Header header)
    {
        var payload = Unmasked(input.Slice(header.Length, header.Payload), header.Mask);
        input = input.Slice(header.Length + header.Payload);
        var opcode = (byte)(header.First & 0x0F);
        if (opcode >= 8) return new(opcode, payload);
        if (opcode != 0) _messageOpcode = opcode;
        if (header.Final && _message.Length == 0) return Message(payload);
        _message.Append(payload.Span);
        _joined.Release();
        return header.Final ? Message(_message.Written) : null;
    }

    /// <summary>A payload in one piece: as a rule where it lies.</summary>
    private ReadOnlyMemory<byte> Unmasked(in ReadOnlySequence<byte> masked, uint mask)
    {
        if (masked.IsSingleSegment)
        {
            var payload = MemoryMarshal.AsMemory(masked.First);
            Unmask(payload.Span, mask);
            return payload;
        }
        var joined = _joined.Reserve((int)masked.Length);
        masked.CopyTo(joined);
        Unmask(joined, mask);
        return _joined.Written;
    }

    private Incoming Message(ReadOnlyMemory<byte> payload)
    {
        var opcode = _messageOpcode;
        _messageOpcode = 0;
        return opcode == WireFrame.Text && !Utf8.IsValid(payload.Span) ? new(0, default, CloseCodes.InvalidPayload) : new(opcode, payload);
    }

    private static void Unmask(Span<byte> payload, uint mask)
    {
        var wide = mask | ((ulong)mask << 32);
        var words = MemoryMarshal.Cast<byte, ulong>(payload);
        for (var i = 0; i < words.Length; i++) words[i] ^= wide;
        var key = MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in mask));
        for (var i = words.Length * 8; i < payload.Length; i++) payload[i] ^= key[i & 3];
    }

    private readonly record struct Header(byte First, int Length, int Payload, bool Masked, uint Mask, bool Negative)
    {
        public bool Final => (First & 0x80) != 0;
    }
}
