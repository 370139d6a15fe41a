namespace Chatter.Chat.Files;

/// <summary>Copies a picture without what it tells of its maker: no pixel changes, which way up it is shown stays, and everything else that isn't needed to show it goes.</summary>
internal static class PictureCleaner
{
    /// <param name="type">One of the types of pictures.</param>
    /// <param name="picture">All of it.</param>
    /// <param name="output">Can seek.</param>
    /// <returns>False where it isn't in order, so that nobody can know what is in it.</returns>
    public static bool TryClean(string type, ReadOnlySpan<byte> picture, Stream output) => type switch
    {
        FileType.Jpeg => JpegCleaner.TryClean(picture, output),
        FileType.Png => PngCleaner.TryClean(picture, output),
        FileType.Webp => WebpCleaner.TryClean(picture, output),
        FileType.Gif => GifCleaner.TryClean(picture, output),
        _ => throw new ArgumentException($"{type} is no picture.", nameof(type)),
    };
}
