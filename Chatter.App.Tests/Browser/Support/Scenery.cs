using SkiaSharp;

namespace Chatter.App.Tests.Browser.Support;

/// <summary>Pictures that look like some: a sky, a sun and hills.</summary>
internal static class Scenery
{
    public static byte[] Paint(int width, int height, int seed, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        var random = new Random(seed);
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { IsAntialias = true };
        var hue = random.NextSingle() * 360;
        using (var sky = SKShader.CreateLinearGradient(new SKPoint(0, 0), new SKPoint(0, height), [SKColor.FromHsl(hue, 60, 45), SKColor.FromHsl((hue + 40) % 360, 70, 85)], SKShaderTileMode.Clamp))
        {
            paint.Shader = sky;
            canvas.DrawRect(0, 0, width, height, paint);
            paint.Shader = null;
        }
        paint.Color = SKColors.White.WithAlpha(220);
        canvas.DrawCircle(width * (0.2f + random.NextSingle() * 0.6f), height * 0.3f, Math.Min(width, height) * 0.09f, paint);
        for (var hill = 0; hill < 4; hill++)
        {
            paint.Color = SKColor.FromHsl((hue + 120) % 360, 30, 50 - hill * 10);
            for (var x = 0; x < width; x++)
            {
                var top = height * (0.55f + hill * 0.1f) + MathF.Sin(x * (3f + hill) / width * MathF.PI + random.Next(1) + hill * 1.7f + seed) * height * 0.06f;
                canvas.DrawLine(x, top, x, height, paint);
            }
        }
        canvas.Flush();
        using var image = SKImage.FromBitmap(bitmap);
        using var data = image.Encode(format, 88);
        return data.ToArray();
    }
}
