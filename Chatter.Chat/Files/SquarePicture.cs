using System.Security.Cryptography;
using Chatter.Chat.Protocol;
using Chatter.Chat.Storage;
using SkiaSharp;

namespace Chatter.Chat.Files;

/// <summary>
/// A person's picture as it is kept: the middle of what was sent, as a small square, encoded anew. So of the sender's bytes nothing is left: no place and no
/// time, nothing behind the picture's end, and nothing that is a picture and something else at once.
/// </summary>
internal static class SquarePicture
{
    /// <summary>Enough for a card on a screen that has three pixels for one.</summary>
    private const int Side = 256;

    private static readonly Refusal NoPicture = Refusal.InvalidField("avatar", "This is no picture. Choose one in PNG, JPEG, WebP or GIF.");
    private static readonly Refusal Damaged = Refusal.InvalidField("avatar", "The picture is damaged, or not all of it came. Choose another one.");
    private static readonly Refusal NotHere = Refusal.InvalidField("avatar", "This server takes no pictures.");

    /// <summary>Makes the square, ready to be kept. Costs what decoding a picture costs.</summary>
    public static Outcome<AvatarRow> Make(FileFolder.Incoming file, Guid user, int maxPixels, DateTimeOffset now)
    {
        if (maxPixels == 0) return NotHere;
        if (!FileType.IsPicture(PreparedFile.TypeOf(file.Raw))) return NoPicture;
        if (!Draw(file.Raw, maxPixels).Is(out var webp, out var refusal)) return refusal;
        File.Delete(file.Raw);
        File.WriteAllBytes(file.Ready, webp);
        Durable.FlushFile(file.Ready);
        Durable.FlushFolder(Path.GetDirectoryName(file.Ready)!);
        return new AvatarRow(file.Id, user, webp.Length, SHA256.HashData(webp), now);
    }

    private static Outcome<byte[]> Draw(string path, int maxPixels)
    {
        using var picture = PictureFile.Open(path);
        if (picture is null) return Damaged;
        if (picture.Pixels > maxPixels) return Refusal.InvalidField("avatar", $"The picture has too many pixels; at most {maxPixels} are allowed. Make it smaller.");
        var shortest = Math.Min(picture.Width, picture.Height);
        var side = Math.Min(Side, shortest);
        // On white, since the initials that it covers would be seen through it.
        return picture.Shrink((double)side / shortest, side, side, onto: SKColors.White, whole: true) is { } webp ? webp : Damaged;
    }
}
