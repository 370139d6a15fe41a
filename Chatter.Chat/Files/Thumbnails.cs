using Chatter.Chat.Protocol;

namespace Chatter.Chat.Files;

/// <summary>A picture's size as it is shown, and the small one of it.</summary>
internal sealed record Thumbnail(int Width, int Height, ThumbnailInfo Size, byte[] Webp);

/// <summary>Makes the small pictures that a log shows, never of more pixels than allowed, by what the header says.</summary>
internal static class Thumbnails
{
    /// <summary>Twice of what a log shows at most, for screens that have two pixels for one.</summary>
    private const int MaxWidth = 800, MaxHeight = 600;

    /// <returns>Null where it can't be decoded, or has more pixels than allowed.</returns>
    public static Thumbnail? Make(string path, int maxPixels)
    {
        using var picture = PictureFile.Open(path);
        if (picture is null || picture.Pixels > maxPixels) return null;
        var scale = Math.Min(1, Math.Min((double)MaxWidth / picture.Width, (double)MaxHeight / picture.Height));
        var size = new ThumbnailInfo(Math.Max(1, (int)Math.Round(picture.Width * scale)), Math.Max(1, (int)Math.Round(picture.Height * scale)));
        return picture.Shrink(scale, size.Width, size.Height) is { } webp ? new Thumbnail(picture.Width, picture.Height, size, webp) : null;
    }
}
