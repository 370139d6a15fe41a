using Chatter.Chat.Protocol;
using SkiaSharp;

namespace Chatter.Chat.Files;

/// <summary>A picture's size as it is shown, and the small one of it.</summary>
internal sealed record Thumbnail(int Width, int Height, ThumbnailInfo Size, byte[] Webp);

/// <summary>Makes the small pictures that a log shows. Decoding is what may cost: it is done where nobody waits for the thread, and never for more pixels than allowed, by what the header says.</summary>
internal static class Thumbnails
{
    /// <summary>Twice of what a log shows at most, for screens that have two pixels for one.</summary>
    private const int MaxWidth = 800, MaxHeight = 600;

    private const int Quality = 80;

    /// <returns>Null where it can't be decoded, or has more pixels than allowed.</returns>
    public static Thumbnail? Make(string path, int maxPixels)
    {
        using var codec = SKCodec.Create(path);
        if (codec is null) return null;
        var full = codec.Info;
        if (full.Width <= 0 || full.Height <= 0 || (long)full.Width * full.Height > maxPixels) return null;
        var isTurned = codec.EncodedOrigin >= SKEncodedOrigin.LeftTop;
        var (width, height) = isTurned ? (full.Height, full.Width) : (full.Width, full.Height);
        var scale = Math.Min(1, Math.Min((double)MaxWidth / width, (double)MaxHeight / height));
        var size = new ThumbnailInfo(Math.Max(1, (int)Math.Round(width * scale)), Math.Max(1, (int)Math.Round(height * scale)));

        // Some formats can be decoded small at once.
        var decoded = codec.GetScaledDimensions((float)scale);
        using var colours = SKColorSpace.CreateSrgb();
        using var bitmap = new SKBitmap();
        if (!bitmap.TryAllocPixels(new SKImageInfo(decoded.Width, decoded.Height, SKColorType.Rgba8888, SKAlphaType.Premul, colours))) return null;
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) is not (SKCodecResult.Success or SKCodecResult.IncompleteInput)) return null;

        using var surface = SKSurface.Create(new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Premul, colours));
        if (surface is null) return null;
        using var image = SKImage.FromBitmap(bitmap);
        var canvas = surface.Canvas;
        canvas.Concat(Upright(codec.EncodedOrigin, size));
        var (drawnWidth, drawnHeight) = isTurned ? (size.Height, size.Width) : (size.Width, size.Height);
        canvas.DrawImage(image, new SKRect(0, 0, decoded.Width, decoded.Height), new SKRect(0, 0, drawnWidth, drawnHeight), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using var small = surface.Snapshot();
        using var webp = small.Encode(SKEncodedImageFormat.Webp, Quality);
        return webp is null ? null : new Thumbnail(width, height, size, webp.ToArray());
    }

    /// <summary>Turns what was drawn as it is stored to what is seen (EXIF orientation 1 to 8).</summary>
    private static SKMatrix Upright(SKEncodedOrigin origin, ThumbnailInfo to)
    {
        float w = to.Width, h = to.Height;
        return origin switch
        {
            SKEncodedOrigin.TopRight => new SKMatrix(-1, 0, w, 0, 1, 0, 0, 0, 1),
            SKEncodedOrigin.BottomRight => new SKMatrix(-1, 0, w, 0, -1, h, 0, 0, 1),
            SKEncodedOrigin.BottomLeft => new SKMatrix(1, 0, 0, 0, -1, h, 0, 0, 1),
            SKEncodedOrigin.LeftTop => new SKMatrix(0, 1, 0, 1, 0, 0, 0, 0, 1),
            SKEncodedOrigin.RightTop => new SKMatrix(0, -1, w, 1, 0, 0, 0, 0, 1),
            SKEncodedOrigin.RightBottom => new SKMatrix(0, -1, w, -1, 0, h, 0, 0, 1),
            SKEncodedOrigin.LeftBottom => new SKMatrix(0, 1, 0, -1, 0, h, 0, 0, 1),
            _ => SKMatrix.Identity,
        };
    }
}
