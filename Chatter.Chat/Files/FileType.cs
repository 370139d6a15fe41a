using System.Buffers.Binary;

namespace Chatter.Chat.Files;

/// <summary>
/// What a file is, by its first bytes: a short list, since nobody needs more than pictures to be shown, and what a browser takes for a page or a script must
/// never be called so. Everything else is bytes to be saved.
/// </summary>
internal static class FileType
{
    /// <summary>Bytes to be saved.</summary>
    public const string Unknown = "application/octet-stream";

    public const string Png = "image/png";
    public const string Jpeg = "image/jpeg";
    public const string Gif = "image/gif";
    public const string Webp = "image/webp";

    /// <summary>How many bytes it takes to tell.</summary>
    public const int HeadLength = 64;

    private static readonly Dictionary<string, (string[] Extensions, string[] Aliases)> Known = new()
    {
        [Png] = (["png", "apng"], ["image/x-png", "image/apng"]),
        [Jpeg] = (["jpg", "jpeg", "jpe", "jfif"], ["image/jpg", "image/pjpeg"]),
        [Gif] = (["gif"], []),
        [Webp] = (["webp"], []),
        ["application/pdf"] = (["pdf"], ["application/x-pdf"]),
        ["video/mp4"] = (["mp4", "m4v"], ["video/x-m4v"]),
        ["audio/mp4"] = (["m4a", "mp4"], ["audio/x-m4a", "video/mp4"]),
        ["video/webm"] = (["webm", "weba"], ["audio/webm"]),
        ["audio/mpeg"] = (["mp3"], ["audio/mp3"]),
        ["audio/ogg"] = (["ogg", "oga", "opus"], ["application/ogg", "video/ogg"]),
        ["audio/wav"] = (["wav"], ["audio/x-wav", "audio/wave", "audio/vnd.wave"]),
        ["audio/flac"] = (["flac"], ["audio/x-flac"]),
    };

    /// <summary>The type of bytes that begin so.</summary>
    public static string Of(ReadOnlySpan<byte> head)
    {
        if (IsPng(head)) return Png;
        if (head is [0xFF, 0xD8, 0xFF, ..]) return Jpeg;
        if (head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8)) return Gif;
        if (head.Length >= 12 && head.StartsWith("RIFF"u8)) return head[8..].StartsWith("WEBP"u8) ? Webp : head[8..].StartsWith("WAVE"u8) ? "audio/wav" : Unknown;
        if (head.StartsWith("%PDF-"u8)) return "application/pdf";
        if (head.Length >= 12 && head[4..].StartsWith("ftyp"u8)) return OfBrand(head.Slice(8, 4));
        if (head is [0x1A, 0x45, 0xDF, 0xA3, ..]) return head.IndexOf("webm"u8) > 0 ? "video/webm" : Unknown;
        if (head.StartsWith("OggS"u8)) return "audio/ogg";
        if (head.StartsWith("fLaC"u8)) return "audio/flac";
        if (head.StartsWith("ID3"u8) || head.Length >= 2 && (BinaryPrimitives.ReadUInt16BigEndian(head) & 0xFFE6) == 0xFFE2) return "audio/mpeg";
        return Unknown;
    }

    /// <summary>Whether it is a picture that can be shown.</summary>
    public static bool IsPicture(string type) => type is Png or Jpeg or Gif or Webp;

    /// <summary>
    /// What it is called: its type, unless name or sender call it something else. One of them lies then, and a file that is two things at once is bytes to be saved.
    /// </summary>
    /// <param name="found">The type by its bytes.</param>
    /// <param name="name">The file's name; one without an extension says nothing.</param>
    /// <param name="declared">What the sender says that it is, or null.</param>
    public static string Agreed(string found, string name, string? declared)
    {
        if (!Known.TryGetValue(found, out var known)) return Unknown;
        var extension = FileName.Extension(name);
        if (extension.Length > 0 && !known.Extensions.Contains(extension)) return Unknown;
        var said = declared?.Split(';')[0].Trim().ToLowerInvariant();
        return string.IsNullOrEmpty(said) || said is Unknown || said == found || known.Aliases.Contains(said) ? found : Unknown;
    }

    private static bool IsPng(ReadOnlySpan<byte> head) => head is [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..];

    private static string OfBrand(ReadOnlySpan<byte> brand) =>
        brand.SequenceEqual("M4A "u8) || brand.SequenceEqual("M4B "u8) ? "audio/mp4"
        : brand.StartsWith("iso"u8) || brand.StartsWith("mp4"u8) || brand.StartsWith("avc"u8) || brand.SequenceEqual("M4V "u8) || brand.SequenceEqual("dash"u8) ? "video/mp4"
        : Unknown;
}
