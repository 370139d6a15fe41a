using SkiaSharp;

namespace Chatter.Chat.Files;

/// <summary>
/// A picture on the disk, of which a small one is to be made. Opening it reads its header alone; decoding is what may cost, so whoever asks for that has looked
/// at <see cref="Pixels"/>, and does it where nobody waits for the thread.
/// </summary>
internal sealed class PictureFile : IDisposable
{
    private const int Quality = 80;

    private readonly SKCodec _codec;
    private readonly bool _isTurned;

    private PictureFile(SKCodec codec)
    {
        _codec = codec;
        _isTurned = codec.EncodedOrigin >= SKEncodedOrigin.LeftTop;
        (Width, Height) = _isTurned ? (codec.Info.Height, codec.Info.Width) : (codec.Info.Width, codec.Info.Height);
    }

    /// <summary>As it is shown.</summary>
    public int Width { get; }

    /// <summary>As it is shown.</summary>
    public int Height { get; }

    /// <summary>How many it would be decoded to.</summary>
    public long Pixels => (long)Width * Height;

    /// <returns>Null where it is no picture.</returns>
    public static PictureFile? Open(string path)
    {
        var codec = SKCodec.Create(path);
        if (codec is null) return null;
        if (codec.Info is { Width: > 0, Height: > 0 }) return new PictureFile(codec);
        codec.Dispose();
        return null;
    }

    /// <summary>Makes a small picture of it, the right way up, in the middle of a frame; of an animation its first picture.</summary>
    /// <param name="scale">How large it is drawn.</param>
    /// <param name="width">The frame's; what doesn't fit is cut off.</param>
    /// <param name="height">The frame's.</param>
    /// <param name="onto">What is seen where it is transparent, or null for nothing.</param>
    /// <param name="whole">Whether a picture whose end is missing is none.</param>
    /// <returns>WebP, or null where it can't be decoded.</returns>
    public byte[]? Shrink(double scale, int width, int height, SKColor? onto = null, bool whole = false)
    {
        // Some formats can be decoded small at once.
        var decoded = _codec.GetScaledDimensions((float)scale);
        using var colours = SKColorSpace.CreateSrgb();
        using var bitmap = new SKBitmap();
        if (!bitmap.TryAllocPixels(new SKImageInfo(decoded.Width, decoded.Height, SKColorType.Rgba8888, SKAlphaType.Premul, colours))) return null;
        var result = _codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result != SKCodecResult.Success && (whole || result != SKCodecResult.IncompleteInput)) return null;

        using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul, colours));
        if (surface is null) return null;
        using var reduced = Reduce(bitmap, scale * Width / (_isTurned ? decoded.Height : decoded.Width), out var by);
        // Else its pixels would be copied.
        (reduced ?? bitmap).SetImmutable();
        using var image = SKImage.FromBitmap(reduced ?? bitmap);
        var canvas = surface.Canvas;
        if (onto is { } ground) canvas.Clear(ground);
        var (shownWidth, shownHeight) = (Math.Max(1, (int)Math.Round(Width * scale)), Math.Max(1, (int)Math.Round(Height * scale)));
        canvas.Translate((width - shownWidth) / 2, (height - shownHeight) / 2);
        canvas.Concat(Upright(_codec.EncodedOrigin, shownWidth, shownHeight));
        var (drawnWidth, drawnHeight) = _isTurned ? (shownHeight, shownWidth) : (shownWidth, shownHeight);
        canvas.DrawImage(image, new SKRect(0, 0, (float)decoded.Width / by, (float)decoded.Height / by), new SKRect(0, 0, drawnWidth, drawnHeight), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using var small = surface.Snapshot();
        using var webp = small.Encode(SKEncodedImageFormat.Webp, Quality);
        return webp?.ToArray();
    }

    public void Dispose() => _codec.Dispose();

    /// <summary>
    /// Makes a large picture smaller by a whole number, so that at least twice of what is drawn is left: drawing it at once would take mipmaps, more than as much memory again.
    /// </summary>
    /// <param name="bitmap">The picture, decoded.</param>
    /// <param name="scale">How large it will be drawn.</param>
    /// <param name="by">That number.</param>
    /// <returns>Null where there is nothing to be gained.</returns>
    private static SKBitmap? Reduce(SKBitmap bitmap, double scale, out int by)
    {
        by = (int)Math.Clamp(1 / (2 * scale), 1, Math.Max(bitmap.Width, bitmap.Height));
        if (by < 2) return null;
        var small = new SKBitmap(new SKImageInfo((bitmap.Width + by - 1) / by, (bitmap.Height + by - 1) / by, bitmap.ColorType, bitmap.AlphaType, bitmap.ColorSpace));
        var from = bitmap.GetPixelSpan();
        var to = small.GetPixelSpan();
        var sums = new int[small.Width * 4];
        for (var y = 0; y < small.Height; y++)
        {
            Array.Clear(sums);
            var rows = Math.Min(by, bitmap.Height - y * by);
            for (var row = 0; row < rows; row++)
            {
                var line = from.Slice((y * by + row) * bitmap.RowBytes, bitmap.Width * 4);
                for (var x = 0; x < bitmap.Width; x++)
                    for (var c = 0; c < 4; c++) sums[x / by * 4 + c] += line[x * 4 + c];
            }
            var target = to.Slice(y * small.RowBytes, small.Width * 4);
            for (var x = 0; x < small.Width; x++)
            {
                var count = rows * Math.Min(by, bitmap.Width - x * by);
                for (var c = 0; c < 4; c++) target[x * 4 + c] = (byte)((sums[x * 4 + c] + count / 2) / count);
            }
        }
        return small;
    }

    /// <summary>Turns what was drawn as it is stored to what is seen (EXIF orientation 1 to 8).</summary>
    private static SKMatrix Upright(SKEncodedOrigin origin, float w, float h) => origin switch
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
