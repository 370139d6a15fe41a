using System.Buffers.Binary;
using System.Text.Unicode;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Gateway;

/// <summary>What a client's close frame says (RFC 6455 §5.5.1, §7.4).</summary>
internal static class CloseFrame
{
    /// <summary>The code to answer with: the client's own, or what is wrong with its frame.</summary>
    public static ushort Answer(ReadOnlySpan<byte> payload)
    {
        if (payload.Length == 0) return CloseCodes.NoStatus;
        if (payload.Length == 1) return CloseCodes.ProtocolError;
        var code = BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (!IsValid(code)) return CloseCodes.ProtocolError;
        return Utf8.IsValid(payload[2..]) ? code : CloseCodes.InvalidPayload;
    }

    // 1004 to 1006 and 1015 are never sent; what isn't registered below 3000 is reserved.
    private static bool IsValid(ushort code) => code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);
}
