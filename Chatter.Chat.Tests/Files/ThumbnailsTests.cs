using Chatter.Chat.Files;
using Chatter.Chat.Tests.Support;
using CsCheck;
using SkiaSharp;
using Xunit;

namespace Chatter.Chat.Tests.Files;

public sealed class ThumbnailsTests : IDisposable
{
    private const int MaxPixels = 40_000_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("chatter-pictures-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(64, 48, 64, 48)]
    [InlineData(1600, 1200, 800, 600)]
    [InlineData(3000, 1000, 800, 267)]
    [InlineData(500, 2000, 150, 600)]
    [InlineData(4000, 1, 800, 1)]
    public void A_thumbnail_fits_and_is_never_larger_than_the_picture(int width, int height, int small, int low)
    {
        var thumbnail = Make(Pictures.Encode(width, height, SKEncodedImageFormat.Png)) ?? throw new InvalidOperationException();
        Assert.Equal((width, height, small, low), (thumbnail.Width, thumbnail.Height, thumbnail.Size.Width, thumbnail.Size.Height));
        using var decoded = SKBitmap.Decode(thumbnail.Webp);
        Assert.Equal((small, low), (decoded.Width, decoded.Height));
    }

    [Fact]
    public void It_is_the_right_way_up_whichever_way_the_camera_was_held()
    {
        for (var orientation = 1; orientation <= 8; orientation++)
        {
            var thumbnail = Make(Pictures.Photo(1200, 900, orientation)) ?? throw new InvalidOperationException();
            Assert.Equal(orientation >= 5 ? (900, 1200) : (1200, 900), (thumbnail.Width, thumbnail.Height));
            using var seen = SKBitmap.Decode(thumbnail.Webp);
            // Stored: green to the left, red above it to the right, blue below. By EXIF: which of the sides is which edge of what is seen.
            var (green, red) = orientation switch
            {
                1 => ((0.1, 0.5), (0.6, 0.2)),
                2 => ((0.9, 0.5), (0.4, 0.2)),
                3 => ((0.9, 0.5), (0.4, 0.8)),
                4 => ((0.1, 0.5), (0.6, 0.8)),
                5 => ((0.5, 0.1), (0.2, 0.6)),
                6 => ((0.5, 0.1), (0.8, 0.6)),
                7 => ((0.5, 0.9), (0.8, 0.4)),
                _ => ((0.5, 0.9), (0.2, 0.4)),
            };
            Assert.True(At(seen, green).Green > 200 && At(seen, green).Red < 90, $"Orientation {orientation}: at {green} is {At(seen, green)}, not green.");
            Assert.True(At(seen, red).Red > 200 && At(seen, red).Green < 90, $"Orientation {orientation}: at {red} is {At(seen, red)}, not red.");
        }
    }

    [Fact]
    public void More_pixels_than_allowed_are_never_decoded()
    {
        Assert.Null(Make(Pictures.Bomb(30_000, 30_000)));
        Assert.Null(Make(Pictures.Encode(101, 100, SKEncodedImageFormat.Png), 10_000));
        Assert.NotNull(Make(Pictures.Encode(100, 100, SKEncodedImageFormat.Png), 10_000));
        Assert.Null(Make(Pictures.Encode(1, 1, SKEncodedImageFormat.Png), 0));
    }

    [Fact]
    public void Whatever_the_bytes_are_nothing_breaks() =>
        Gen.Select(Gen.OneOf(Gen.Const(Pictures.Photo(40, 30, 6)), Gen.Const(Pictures.Png(40, 30)), Gen.Const(Pictures.Webp(40, 30)), Gen.Const(Pictures.Gif())), Gen.Select(Gen.Double[0, 0.999], Gen.Byte).List[0, 12]).Sample(
            (picture, changes) =>
            {
                var bytes = picture.ToArray();
                foreach (var (where, value) in changes) bytes[(int)(where * bytes.Length)] = value;
                var made = Make(bytes, 1_000_000);
                Assert.True(made is null or { Width: > 0, Height: > 0, Webp.Length: > 0 });
            }, iter: 1_500, threads: 1);

    private Thumbnail? Make(byte[] picture, int maxPixels = MaxPixels)
    {
        var path = Path.Combine(_folder, "picture");
        File.WriteAllBytes(path, picture);
        return Thumbnails.Make(path, maxPixels);
    }

    private static SKColor At(SKBitmap bitmap, (double X, double Y) place) => bitmap.GetPixel((int)(place.X * bitmap.Width), (int)(place.Y * bitmap.Height));
}
