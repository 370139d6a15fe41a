using System.Buffers.Binary;

namespace Chatter.Chat.Files;

/// <summary>
/// Copies a JPEG without what isn't needed to show it (ITU-T T.81, Annex B): all application segments go but JFIF's, colour profiles, Adobe's colour
/// transform, and of EXIF which way up it is; comments go; and what lies behind the end, where phones put films, depth maps and their location.
/// </summary>
internal static class JpegCleaner
{
    private const byte EndOfImage = 0xD9, StartOfScan = 0xDA, Comment = 0xFE, App0 = 0xE0, App1 = 0xE1, App2 = 0xE2, App14 = 0xEE, App15 = 0xEF;

    private static ReadOnlySpan<byte> ExifHead => "Exif\0\0"u8;

    /// <returns>False where it isn't in order; what was written is worth nothing then.</returns>
    public static bool TryClean(ReadOnlySpan<byte> picture, Stream output)
    {
        if (picture is not [0xFF, 0xD8, ..]) return false;
        output.Write(picture[..2]);
        var at = 2;
        while (TryMarker(picture, ref at, out var marker))
        {
            if (marker == EndOfImage)
            {
                output.Write([0xFF, EndOfImage]);
                return true;
            }
            if (!HasLength(marker) || picture.Length - at < 2) return false;
            var length = BinaryPrimitives.ReadUInt16BigEndian(picture[at..]);
            if (length < 2 || length > picture.Length - at) return false;
            Copy(marker, picture.Slice(at + 2, length - 2), output);
            at += length;
            if (marker != StartOfScan) continue;
            var end = EndOfScan(picture, at);
            if (end < 0) return false;
            output.Write(picture[at..end]);
            at = end;
        }
        return false;
    }

    /// <summary>The next marker; it may be padded in front.</summary>
    private static bool TryMarker(ReadOnlySpan<byte> picture, ref int at, out byte marker)
    {
        marker = 0;
        if (at >= picture.Length || picture[at] != 0xFF) return false;
        while (at < picture.Length && picture[at] == 0xFF) at++;
        if (at >= picture.Length) return false;
        marker = picture[at++];
        return true;
    }

    // Frames, tables, scans, restart intervals, applications, comments: nothing else is in a JPEG that browsers show.
    private static bool HasLength(byte marker) => marker is (>= 0xC0 and <= 0xCF and not 0xC8) or (>= 0xDA and <= 0xDD) or (>= App0 and <= App15) or Comment;

    private static void Copy(byte marker, ReadOnlySpan<byte> body, Stream output)
    {
        switch (marker)
        {
            case App0 when body.Length >= 14 && body.StartsWith("JFIF\0"u8):
                // Without its own small picture.
                Write(marker, [.. body[..12], 0, 0], output);
                break;
            case App1 when body.StartsWith(ExifHead):
                var orientation = Exif.Orientation(body[ExifHead.Length..]);
                if (orientation != Exif.Upright) Write(marker, [.. ExifHead, .. Exif.Only(orientation)], output);
                break;
            case App2 when body.StartsWith("ICC_PROFILE\0"u8):
            case App14 when body.StartsWith("Adobe"u8) && body.Length >= 12:
                Write(marker, marker == App14 ? body[..12] : body, output);
                break;
            case >= App0 and <= App15 or Comment:
                break;
            default:
                Write(marker, body, output);
                break;
        }
    }

    private static void Write(byte marker, ReadOnlySpan<byte> body, Stream output)
    {
        output.Write([0xFF, marker, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2)]);
        output.Write(body);
    }

    /// <summary>Where the next marker is behind a scan's data, in which 0xFF is followed by 0 or is a restart marker.</summary>
    private static int EndOfScan(ReadOnlySpan<byte> picture, int at)
    {
        while (true)
        {
            var next = picture[at..].IndexOf((byte)0xFF);
            if (next < 0 || at + next + 1 >= picture.Length) return -1;
            at += next;
            if (picture[at + 1] is not (0 or (>= 0xD0 and <= 0xD7) or 0xFF)) return at;
            at += picture[at + 1] == 0xFF ? 1 : 2;
        }
    }
}
