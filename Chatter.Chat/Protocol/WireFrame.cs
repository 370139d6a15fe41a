using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace Chatter.Chat.Protocol;

/// <summary>Builds WebSocket frames as a server sends them: whole, unmasked (RFC 6455 §5.1, §5.2).</summary>
internal static class WireFrame
{
    public const byte Text = 0x1;
    public const byte Binary = 0x2;
    public const byte Close = 0x8;
    public const byte Ping = 0x9;
    public const byte Pong = 0xA;

    private const byte Final = 0x80;

    [ThreadStatic] private static Scratch? _scratch;

    /// <summary>A frame of the protocol as the bytes that go on the wire, the same for all receivers.</summary>
    public static byte[] Encode(ServerFrame frame)
    {
        var scratch = Serialize(frame);
        var payload = scratch.Buffer.WrittenSpan;
        var bytes = new byte[HeaderLength(payload.Length) + payload.Length];
        payload.CopyTo(bytes.AsSpan(WriteHeader(bytes, Text, payload.Length)));
        return bytes;
    }

    /// <summary>A control frame without a payload.</summary>
    public static byte[] Encode(byte opcode)
    {
        var bytes = new byte[HeaderLength(0)];
        WriteHeader(bytes, opcode, 0);
        return bytes;
    }

    /// <summary>Writes a frame of the protocol into a buffer.</summary>
    public static void Encode(ServerFrame frame, PooledBuffer target) => Frame(Text, Serialize(frame).Buffer.WrittenSpan, target);

    /// <summary>Writes a frame into a buffer.</summary>
    public static void Frame(byte opcode, ReadOnlySpan<byte> payload, PooledBuffer target)
    {
        var span = target.Reserve(HeaderLength(payload.Length) + payload.Length);
        payload.CopyTo(span[WriteHeader(span, opcode, payload.Length)..]);
    }

    private static Scratch Serialize(ServerFrame frame)
    {
        var scratch = _scratch ??= new Scratch();
        scratch.Buffer.ResetWrittenCount();
        scratch.Writer.Reset(scratch.Buffer);
        if (!HotFrames.TryWrite(scratch.Writer, frame)) JsonSerializer.Serialize(scratch.Writer, frame, ProtocolJson.Context.ServerFrame);
        scratch.Writer.Flush();
        return scratch;
    }

    private static int HeaderLength(int payload) => payload < 126 ? 2 : payload < 65_536 ? 4 : 10;

    private static int WriteHeader(Span<byte> target, byte opcode, int payload)
    {
        target[0] = (byte)(Final | opcode);
        switch (payload)
        {
            case < 126:
                target[1] = (byte)payload;
                return 2;
            case < 65_536:
                target[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)payload);
                return 4;
            default:
                target[1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(target[2..], (ulong)payload);
                return 10;
        }
    }

    private sealed class Scratch
    {
        public ArrayBufferWriter<byte> Buffer { get; } = new(1_024);

        public Utf8JsonWriter Writer { get; } = new(Stream.Null, new JsonWriterOptions { Encoder = ProtocolJson.Options.Encoder, SkipValidation = true });
    }
}
