using System.Buffers.Binary;

namespace Chatter.Chat.Files;

/// <summary>
/// Copies a PNG without what isn't needed to show it (W3C PNG, third edition, §11): of the ancillary chunks those about colour, transparency, pixel size
/// and animation stay, and of EXIF which way up it is. Texts, times, and what lies behind the end go.
/// </summary>
internal static class PngCleaner
{
    private const int Signature = 8;
    private const int Around = 12;

    // The four letters of a chunk as a number.
    private static readonly HashSet<uint> Kept =
    [
        Type("IHDR"), Type("PLTE"), Type("IDAT"), Type("IEND"), Type("tRNS"), Type("gAMA"), Type("cHRM"), Type("sRGB"), Type("iCCP"), Type("sBIT"), Type("cICP"), Type("mDCV"), Type("cLLI"),
        Type("bKGD"), Type("pHYs"), Type("acTL"), Type("fcTL"), Type("fdAT"),
    ];

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(static n =>
    {
        var c = (uint)n;
        for (var k = 0; k < 8; k++) c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
        return c;
    })];

    /// <returns>False where it isn't in order; what was written is worth nothing then.</returns>
    public static bool TryClean(ReadOnlySpan<byte> picture, Stream output)
    {
        if (picture.Length < Signature) return false;
        output.Write(picture[..Signature]);
        for (var at = Signature; picture.Length - at >= Around;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(picture[at..]);
            var type = BinaryPrimitives.ReadUInt32BigEndian(picture[(at + 4)..]);
            if (length > picture.Length - at - Around) return false;
            // The header comes first, or whoever reads this differently finds another picture in it.
            if (at == Signature != (type == Type("IHDR"))) return false;
            var chunk = picture.Slice(at, (int)length + Around);
            if (Kept.Contains(type)) output.Write(chunk);
            else if (type == Type("eXIf")) CopyOrientation(chunk[8..^4], output);
            else if (IsCritical(type)) return false;
            if (type == Type("IEND")) return true;
            at += chunk.Length;
        }
        return false;
    }

    private static void CopyOrientation(ReadOnlySpan<byte> exif, Stream output)
    {
        var orientation = Exif.Orientation(exif);
        if (orientation == Exif.Upright) return;
        var body = Exif.Only(orientation);
        Span<byte> chunk = stackalloc byte[body.Length + Around];
        BinaryPrimitives.WriteInt32BigEndian(chunk, body.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk[4..], Type("eXIf"));
        body.CopyTo(chunk[8..]);
        BinaryPrimitives.WriteUInt32BigEndian(chunk[^4..], Crc(chunk[4..^4]));
        output.Write(chunk);
    }

    /// <summary>Whether one can't show the picture without knowing the chunk: a capital first letter (§5.4).</summary>
    private static bool IsCritical(uint type) => (type >> 24 & 0x20) == 0;

    private static uint Type(string name) => (uint)(name[0] << 24 | name[1] << 16 | name[2] << 8 | name[3]);

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFF;
        foreach (var b in bytes) crc = Table[(crc ^ b) & 0xFF] ^ (crc >> 8);
        return ~crc;
    }
}
