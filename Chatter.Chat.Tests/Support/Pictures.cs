using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using SkiaSharp;

namespace Chatter.Chat.Tests.Support;

/// <summary>Pictures as cameras, phones and malicious people make them.</summary>
internal static class Pictures
{
    /// <summary>What no file may have when it was sent; in every block of the pictures made here that could hold it.</summary>
    public const string Secret = "48.8584N 2.2945E";

    /// <summary>A JPEG as a phone makes it: EXIF with GPS and an orientation, XMP, a colour profile's segment, a comment, and a film behind its end.</summary>
    public static byte[] Photo(int width = 64, int height = 48, int orientation = 1)
    {
        var plain = Encode(width, height, SKEncodedImageFormat.Jpeg);
        return
        [
            0xFF, 0xD8,
            .. Segment(0xE1, [.. "Exif\0\0"u8, .. Exif(orientation)]),
            .. Segment(0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Encoding.UTF8.GetBytes($"<x:xmpmeta>{Secret}</x:xmpmeta>")]),
            .. Segment(0xED, [.. "Photoshop 3.0\0"u8, .. Encoding.UTF8.GetBytes(Secret)]),
            .. Segment(0xFE, Encoding.UTF8.GetBytes(Secret)),
            .. plain[2..],
            .. Encoding.UTF8.GetBytes($"MotionPhoto_Data{Secret}"),
        ];
    }

    public static byte[] Png(int width = 64, int height = 48, int orientation = 1)
    {
        var plain = Encode(width, height, SKEncodedImageFormat.Png);
        const int afterHeader = 8 + 12 + 13;
        return
        [
            .. plain[..afterHeader],
            .. Chunk("eXIf", Exif(orientation)),
            .. Chunk("tEXt", Encoding.UTF8.GetBytes($"Comment\0{Secret}")),
            .. Chunk("tIME", [0x07, 0xEA, 11, 26, 20, 48, 0]),
            .. plain[afterHeader..],
            .. Encoding.UTF8.GetBytes(Secret),
        ];
    }

    public static byte[] Webp(int width = 64, int height = 48, int orientation = 1)
    {
        var plain = Encode(width, height, SKEncodedImageFormat.Webp);
        // Some come with an extended header already, and ours has to be the only one.
        var chunks = plain.AsSpan(12, 4).SequenceEqual("VP8X"u8) ? plain[(12 + 18)..] : plain[12..];
        byte[] body =
        [
            .. "WEBP"u8,
            .. Riff("VP8X", [0x0C, 0, 0, 0, (byte)(width - 1), (byte)((width - 1) >> 8), 0, (byte)(height - 1), (byte)((height - 1) >> 8), 0]),
            .. chunks,
            .. Riff("EXIF", Exif(orientation)),
            .. Riff("XMP ", Encoding.UTF8.GetBytes(Secret)),
        ];
        var size = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, body.Length);
        return [.. "RIFF"u8, .. size, .. body, .. Encoding.UTF8.GetBytes(Secret)];
    }

    /// <summary>Two frames of two colours by hand: a comment, what an application put there, and how often it is repeated.</summary>
    public static byte[] Gif() =>
    [
        .. "GIF89a"u8, 2, 0, 1, 0, 0x80, 0, 0, 200, 30, 30, 30, 30, 200,
        0x21, 0xFF, 11, .. "NETSCAPE2.0"u8, 3, 1, 0, 0, 0,
        0x21, 0xFE, (byte)Secret.Length, .. Encoding.ASCII.GetBytes(Secret), 0,
        0x21, 0xFF, 11, .. "XMP DataXMP"u8, (byte)Secret.Length, .. Encoding.ASCII.GetBytes(Secret), 0,
        0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, 2, 0, 1, 0, 0, 2, 2, 0x44, 0x0A, 0,
        0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, 2, 0, 1, 0, 0, 2, 2, 0x0C, 0x0A, 0,
        0x3B, .. Encoding.ASCII.GetBytes(Secret),
    ];

    /// <summary>A PNG that says it has so many pixels, and has none to speak of.</summary>
    public static byte[] Bomb(int width, int height)
    {
        using var rows = new MemoryStream();
        using (var zlib = new ZLibStream(rows, CompressionLevel.SmallestSize, leaveOpen: true)) zlib.Write(new byte[10_000]);
        byte[] header = [.. Int32(width), .. Int32(height), 8, 2, 0, 0, 0];
        return [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. Chunk("IHDR", header), .. Chunk("IDAT", rows.ToArray()), .. Chunk("IEND", [])];
    }

    /// <summary>Red above and blue below, with green to the left: which way up it is can be seen.</summary>
    public static byte[] Encode(int width, int height, SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { Color = SKColors.Red };
        canvas.Clear(SKColors.Blue);
        canvas.DrawRect(0, 0, width, height / 2f, paint);
        paint.Color = SKColors.Lime;
        canvas.DrawRect(0, 0, width / 4f, height, paint);
        canvas.Flush();
        using var image = SKImage.FromBitmap(bitmap);
        using var data = image.Encode(format, 95);
        return data.ToArray();
    }

    /// <summary>The pixels as they are stored; null where it can't be decoded.</summary>
    public static byte[]? Pixels(byte[] picture)
    {
        using var data = SKData.CreateCopy(picture);
        using var codec = SKCodec.Create(data);
        if (codec is null) return null;
        using var bitmap = new SKBitmap(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        return codec.GetPixels(bitmap.Info, bitmap.GetPixels()) == SKCodecResult.Success ? bitmap.Bytes : null;
    }

    public static SKEncodedOrigin Origin(byte[] picture)
    {
        using var data = SKData.CreateCopy(picture);
        using var codec = SKCodec.Create(data);
        return codec.EncodedOrigin;
    }

    /// <summary>An EXIF block as cameras write it: an orientation, a maker, and a directory with a place.</summary>
    public static byte[] Exif(int orientation)
    {
        // Two entries and the link to the GPS directory, then texts.
        var maker = Encoding.ASCII.GetBytes("ACME " + Secret + '\0');
        const int first = 8, gps = first + 2 + 3 * 12 + 4, texts = gps + 2 + 12 + 4;
        var block = new byte[texts + maker.Length + 24];
        "II*\0"u8.CopyTo(block);
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(4), first);
        block[first] = 3;
        Entry(first + 2, 0x010F, 2, maker.Length, texts);
        Entry(first + 14, 0x0112, 3, 1, orientation);
        Entry(first + 26, 0x8825, 4, 1, gps);
        block[gps] = 1;
        Entry(gps + 2, 0x0002, 5, 3, texts + maker.Length);
        maker.CopyTo(block.AsSpan(texts));
        for (var i = 0; i < 6; i++) BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(texts + maker.Length + i * 4), 48 + i);
        return block;

        void Entry(int at, int tag, int type, int count, int value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(at), (ushort)tag);
            BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(at + 2), (ushort)type);
            BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(at + 4), count);
            BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(at + 8), value);
        }
    }

    private static byte[] Segment(byte marker, byte[] body) => [0xFF, marker, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2), .. body];

    private static byte[] Riff(string type, byte[] body)
    {
        var size = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, body.Length);
        return [.. Encoding.ASCII.GetBytes(type), .. size, .. body, .. new byte[body.Length & 1]];
    }

    private static byte[] Chunk(string type, byte[] body)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(type), .. body];
        var crc = 0xFFFFFFFF;
        foreach (var b in named)
        {
            crc ^= b;
            for (var k = 0; k < 8; k++) crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        }
        return [.. Int32(body.Length), .. named, .. Int32((int)~crc)];
    }

    private static byte[] Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
