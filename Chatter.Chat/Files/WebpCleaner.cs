using System.Buffers.Binary;

namespace Chatter.Chat.Files;

/// <summary>Copies a WebP without what isn't needed to show it (RFC 9649 §2): EXIF (but which way up it is), XMP and unknown chunks go, and what lies behind the end.</summary>
internal static class WebpCleaner
{
    private const int Head = 12;
    private const byte ExifFlag = 0x08, XmpFlag = 0x04;

    /// <returns>False where it isn't in order; what was written is worth nothing then.</returns>
    public static bool TryClean(ReadOnlySpan<byte> picture, Stream output)
    {
        if (picture.Length < Head) return false;
        var size = BinaryPrimitives.ReadUInt32LittleEndian(picture[4..]);
        if (size < 4 || size > picture.Length - 8) return false;
        var end = 8 + (int)size;
        var orientation = Exif.Upright;
        var isExtended = false;
        var start = output.Position;
        output.Write(picture[..Head]);
        for (var at = Head; at < end;)
        {
            if (end - at < 8) return false;
            var type = picture.Slice(at, 4);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(picture[(at + 4)..]);
            if (length > end - at - 8) return false;
            var body = picture.Slice(at + 8, (int)length);
            if (type.SequenceEqual("VP8X"u8))
            {
                // A first chunk that says what others there are.
                if (at != Head || body.Length < 10) return false;
                isExtended = true;
                Write(type, [(byte)(body[0] & ~(ExifFlag | XmpFlag)), .. body[1..10]], output);
            }
            else if (type.SequenceEqual("EXIF"u8)) orientation = Exif.Orientation(body.StartsWith("Exif\0\0"u8) ? body[6..] : body);
            else if (IsKept(type)) Write(type, body, output);
            at += 8 + body.Length + (body.Length & 1);
        }
        if (isExtended && orientation != Exif.Upright)
        {
            Write("EXIF"u8, Exif.Only(orientation), output);
            Patch(output, start + Head + 8, [(byte)(Flags(picture) & ~XmpFlag | ExifFlag)]);
        }
        Span<byte> written = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(written, (uint)(output.Position - start - 8));
        Patch(output, start + 4, written);
        return true;
    }

    private static byte Flags(ReadOnlySpan<byte> picture) => picture[Head + 8];

    private static bool IsKept(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("VP8 "u8) || type.SequenceEqual("VP8L"u8) || type.SequenceEqual("ALPH"u8) || type.SequenceEqual("ANIM"u8) || type.SequenceEqual("ANMF"u8) || type.SequenceEqual("ICCP"u8);

    private static void Write(ReadOnlySpan<byte> type, ReadOnlySpan<byte> body, Stream output)
    {
        Span<byte> head = stackalloc byte[8];
        type.CopyTo(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], (uint)body.Length);
        output.Write(head);
        output.Write(body);
        if ((body.Length & 1) != 0) output.WriteByte(0);
    }

    private static void Patch(Stream output, long at, ReadOnlySpan<byte> bytes)
    {
        var end = output.Position;
        output.Position = at;
        output.Write(bytes);
        output.Position = end;
    }
}
