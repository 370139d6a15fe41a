namespace Chatter.Chat.Files;

/// <summary>Copies a GIF without comments and without what applications put there, but for how often it is repeated (GIF89a §17 to §27); what lies behind the end goes.</summary>
internal static class GifCleaner
{
    private const byte Extension = 0x21, Image = 0x2C, Trailer = 0x3B, GraphicControl = 0xF9, Application = 0xFF;

    /// <returns>False where it isn't in order; what was written is worth nothing then.</returns>
    public static bool TryClean(ReadOnlySpan<byte> picture, Stream output)
    {
        const int head = 13;
        if (picture.Length < head) return false;
        var at = head + Colours(picture[10]);
        if (at > picture.Length) return false;
        output.Write(picture[..at]);
        while (at < picture.Length)
        {
            var begin = at;
            switch (picture[at])
            {
                case Trailer:
                    output.WriteByte(Trailer);
                    return true;
                case Image:
                    const int descriptor = 10;
                    if (picture.Length - at < descriptor) return false;
                    // The colours of its own, and the width of its codes.
                    at += descriptor + Colours(picture[at + 9]) + 1;
                    if (!TrySkip(picture, ref at)) return false;
                    output.Write(picture[begin..at]);
                    break;
                case Extension:
                    if (picture.Length - at < 3) return false;
                    var label = picture[at + 1];
                    at += 2;
                    var body = at;
                    if (!TrySkip(picture, ref at)) return false;
                    if (label == GraphicControl || label == Application && IsRepetition(picture[body..at])) output.Write(picture[begin..at]);
                    break;
                default:
                    return false;
            }
        }
        return false;
    }

    private static bool IsRepetition(ReadOnlySpan<byte> blocks) => blocks.Length <= 32 && (blocks[1..].StartsWith("NETSCAPE2.0"u8) || blocks[1..].StartsWith("ANIMEXTS1.0"u8));

    private static int Colours(byte packed) => (packed & 0x80) == 0 ? 0 : 3 << ((packed & 7) + 1);

    /// <summary>Skips blocks, each behind its length, up to an empty one.</summary>
    private static bool TrySkip(ReadOnlySpan<byte> picture, ref int at)
    {
        while (at < picture.Length)
        {
            var length = picture[at];
            at += 1 + length;
            if (length == 0) return at <= picture.Length;
        }
        return false;
    }
}
