using System.Text;
using Chatter.Chat.Files;
using Chatter.Chat.Tests.Support;
using CsCheck;
using SkiaSharp;
using Xunit;

namespace Chatter.Chat.Tests.Files;

/// <summary>What a picture tells of its maker is gone, and not a pixel with it.</summary>
public sealed class PictureCleanerTests
{
    public static TheoryData<string> Formats => ["image/jpeg", "image/png", "image/webp", "image/gif"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_cleaned_picture_has_the_same_pixels_and_says_nothing_else(string type)
    {
        var picture = Make(type, 64, 48, 1);
        Assert.Contains(Pictures.Secret, Encoding.Latin1.GetString(picture), StringComparison.Ordinal);

        var clean = Clean(type, picture);

        AssertSaysNothing(clean);
        Assert.Equal(Pictures.Pixels(picture) ?? throw new InvalidOperationException("The picture made here can't be decoded."), Pictures.Pixels(clean));
        Assert.Equal(clean, Clean(type, clean));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Pictures_of_all_sizes_keep_their_pixels(string type) =>
        Gen.Select(Gen.Int[1, 300], Gen.Int[1, 300], Gen.Int[1, 8]).Sample(
            (width, height, orientation) =>
            {
                var picture = Make(type, width, height, orientation);
                var clean = Clean(type, picture);
                AssertSaysNothing(clean);
                Assert.Equal(Pictures.Pixels(picture), Pictures.Pixels(clean));
            }, iter: 60, threads: 1);

    [Theory]
    [InlineData("image/jpeg")]
    [InlineData("image/webp")]
    [InlineData("image/png")]
    public void Which_way_up_it_is_stays(string type)
    {
        for (var orientation = 1; orientation <= 8; orientation++)
        {
            var picture = Make(type, 64, 48, orientation);
            Assert.Equal(Pictures.Origin(picture), Pictures.Origin(Clean(type, picture)));
            if (type == "image/jpeg") Assert.Equal((SKEncodedOrigin)orientation, Pictures.Origin(picture));
        }
    }

    [Fact]
    public void A_film_stays_a_film()
    {
        using var data = SKData.CreateCopy(Clean("image/gif", Pictures.Gif()));
        using var codec = SKCodec.Create(data);
        Assert.Equal((2, -1), (codec.FrameCount, codec.RepetitionCount));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_picture_that_is_cut_off_is_no_picture(string type)
    {
        var picture = Clean(type, Make(type, 40, 30, 1));
        for (var length = 0; length < picture.Length; length++)
            Assert.False(PictureCleaner.TryClean(type, picture.AsSpan(0, length), new MemoryStream()), $"{length} of {picture.Length} bytes are taken for a whole picture.");
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Whatever_the_bytes_are_it_ends_and_what_it_takes_is_clean(string type)
    {
        var picture = Make(type, 24, 24, 6);
        Gen.Select(Gen.Int[0, picture.Length - 1], Gen.Byte, Gen.Int[0, 3]).List[1, 8].Sample(
            changes =>
            {
                var bytes = picture.ToList();
                foreach (var (at, value, how) in changes)
                {
                    var index = Math.Min(at, bytes.Count - 1);
                    if (how == 0) bytes.Insert(index, value);
                    else if (how == 1 && bytes.Count > 1) bytes.RemoveAt(index);
                    else bytes[index] = value;
                }
                using var output = new MemoryStream();
                if (!PictureCleaner.TryClean(type, bytes.ToArray(), output)) return;
                using var again = new MemoryStream();
                Assert.True(PictureCleaner.TryClean(type, output.ToArray(), again));
                Assert.Equal(output.ToArray(), again.ToArray());
            }, iter: 4_000, threads: 1);
    }

    private static byte[] Make(string type, int width, int height, int orientation) => type switch
    {
        "image/jpeg" => Pictures.Photo(width, height, orientation),
        "image/png" => Pictures.Png(width, height, orientation),
        "image/webp" => Pictures.Webp(width, height, orientation),
        _ => Pictures.Gif(),
    };

    private static byte[] Clean(string type, byte[] picture)
    {
        using var output = new MemoryStream();
        Assert.True(PictureCleaner.TryClean(type, picture, output));
        return output.ToArray();
    }

    private static void AssertSaysNothing(byte[] picture)
    {
        var text = Encoding.Latin1.GetString(picture);
        foreach (var said in new[] { Pictures.Secret, "ACME", "xmpmeta", "XMP ", "Photoshop", "tEXt", "tIME", "MotionPhoto" }) Assert.DoesNotContain(said, text, StringComparison.Ordinal);
    }
}
