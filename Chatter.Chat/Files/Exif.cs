using System.Buffers.Binary;

namespace Chatter.Chat.Files;

/// <summary>
/// The one thing of a picture's EXIF block that is needed to show it, which way up it is, and a block that has nothing else. Everything else in there is
/// nobody's business: where and when it was taken, with which device, whose it is, and a small picture of what was cut off.
/// </summary>
internal static class Exif
{
    /// <summary>As the camera held it.</summary>
    public const int Upright = 1;

    private const ushort OrientationTag = 0x0112;
    private const ushort Short = 3;
    private const int EntrySize = 12;

    /// <summary>The orientation, 1 to 8, by the first directory of a TIFF structure; <see cref="Upright"/> where it says nothing, or nothing that makes sense.</summary>
    public static int Orientation(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8) return Upright;
        var isLittle = tiff.StartsWith("II"u8);
        if (!isLittle && !tiff.StartsWith("MM"u8) || UInt16(tiff[2..], isLittle) != 42) return Upright;
        var at = UInt32(tiff[4..], isLittle);
        if (at > tiff.Length - 2) return Upright;
        var directory = tiff[(int)at..];
        var count = UInt16(directory, isLittle);
        for (var i = 0; i < count && 2 + (i + 1) * EntrySize <= directory.Length; i++)
        {
            var entry = directory[(2 + i * EntrySize)..];
            if (UInt16(entry, isLittle) != OrientationTag || UInt16(entry[2..], isLittle) != Short) continue;
            return UInt16(entry[8..], isLittle) is >= 1 and <= 8 and var orientation ? orientation : Upright;
        }
        return Upright;
    }

    /// <summary>A TIFF structure that says which way up the picture is, and nothing else.</summary>
    public static byte[] Only(int orientation) =>
    [
        (byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8,
        0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0,
        0, 0, 0, 0,
    ];

    private static ushort UInt16(ReadOnlySpan<byte> bytes, bool isLittle) => isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint UInt32(ReadOnlySpan<byte> bytes, bool isLittle) => isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
