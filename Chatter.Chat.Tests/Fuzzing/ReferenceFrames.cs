using System.Buffers.Binary;
using System.Text;

namespace Chatter.Chat.Tests.Fuzzing;

/// <summary>RFC 6455 §5 read once more, from bytes that are all there: no buffers, no waiting, nothing in common with the server's reader but the standard.</summary>
internal static class ReferenceFrames
{
    private const int MaxMessage = 65_536;
    private const ushort Ended = 1006, ProtocolError = 1002, NotUtf8 = 1007, TooBig = 1009;

    /// <summary>What comes in: messages (1, 2) and control frames (8, 9, 10), and last, as a 0, why there is nothing more.</summary>
    public static IReadOnlyList<string> Read(byte[] bytes)
    {
        var result = new List<string>();
        var message = new List<byte>();
        var begun = 0;
        for (var at = 0; ;)
        {
            if (Header(bytes.AsSpan(at)) is not { } frame) return End(Ended);
            if ((frame.First & 0x70) != 0 || !frame.Masked || frame.Length > long.MaxValue) return End(ProtocolError);
            var (fin, opcode) = ((frame.First & 0x80) != 0, frame.First & 0x0F);
            if (opcode is (> 2 and < 8) or > 10) return End(ProtocolError);
            if (opcode >= 8 && (!fin || frame.Length > 125)) return End(ProtocolError);
            if (opcode == 0 && begun == 0 || opcode is 1 or 2 && begun != 0) return End(ProtocolError);
            if (opcode < 8 && frame.Length + (ulong)message.Count > MaxMessage) return End(TooBig);
            var start = at + frame.Size + 4;
            if ((ulong)start + frame.Length > (ulong)bytes.Length) return End(Ended);
            var key = bytes.AsSpan(start - 4, 4).ToArray();
            var payload = bytes[start..(start + (int)frame.Length)].Select((value, i) => (byte)(value ^ key[i % 4])).ToArray();
            at = start + payload.Length;
            if (opcode >= 8)
            {
                result.Add(Show(opcode, payload));
                continue;
            }
            if (opcode != 0) begun = opcode;
            message.AddRange(payload);
            if (!fin) continue;
            if (begun == 1 && !IsUtf8([.. message])) return End(NotUtf8);
            result.Add(Show(begun, [.. message]));
            message.Clear();
            begun = 0;
        }

        List<string> End(ushort code) => [.. result, $"0 {code}"];
    }

    public static string Show(int opcode, ReadOnlySpan<byte> payload) => $"{opcode} {Convert.ToHexString(payload)}";

    private static (byte First, bool Masked, ulong Length, int Size)? Header(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2) return null;
        var size = (bytes[1] & 0x7F) switch { 126 => 4, 127 => 10, _ => 2 };
        if (bytes.Length < size) return null;
        var length = size switch
        {
            4 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            10 => BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]),
            _ => (ulong)(bytes[1] & 0x7F),
        };
        return (bytes[0], (bytes[1] & 0x80) != 0, length, size);
    }

    private static bool IsUtf8(byte[] bytes)
    {
        try
        {
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
