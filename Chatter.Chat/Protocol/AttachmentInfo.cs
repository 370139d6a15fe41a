namespace Chatter.Chat.Protocol;

/// <summary>A file that came with a message, as events show it (docs/protocol.md §5).</summary>
/// <param name="Id">By which it is fetched.</param>
/// <param name="Name">What it is called: for people, and cleaned of what isn't for their eyes.</param>
/// <param name="Type">Its media type, by its content. One that begins with <c>image/</c> is a picture that can be shown; all else is to be saved.</param>
/// <param name="Size">Bytes.</param>
public sealed record AttachmentInfo(Guid Id, string Name, string Type, long Size)
{
    /// <summary>Of a picture: its width as it is shown, in pixels.</summary>
    public int? Width { get; init; }

    /// <summary>Of a picture: its height as it is shown, in pixels.</summary>
    public int? Height { get; init; }

    /// <summary>Of a picture: the small one to be shown in a log.</summary>
    public ThumbnailInfo? Thumbnail { get; init; }
}

/// <summary>How large a thumbnail is, in pixels.</summary>
public sealed record ThumbnailInfo(int Width, int Height);

/// <summary>A file that was uploaded, and is in no message yet.</summary>
/// <param name="Attachment">The file.</param>
/// <param name="ExpiresAt">When it is deleted unless it is sent.</param>
public sealed record UploadedFile(AttachmentInfo Attachment, DateTimeOffset ExpiresAt);
