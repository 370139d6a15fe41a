using System.Security.Cryptography;
using Chatter.Chat.Protocol;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Files;

/// <summary>A file that has come, as it is kept: its type is known, what it tells of its maker is gone, and it is on the disk.</summary>
internal sealed record PreparedFile(AttachmentInfo Info, byte[] Hash, long? ThumbnailSize, byte[]? ThumbnailHash)
{
    private static readonly Refusal Damaged = Refusal.InvalidField("file", "The picture is damaged, or no picture. To send it as it is, put it into an archive.");

    /// <summary>Prepares a file. Costs what decoding a picture costs.</summary>
    public static Outcome<PreparedFile> Of(FileFolder.Incoming file, string name, string? declared, int maxPixels)
    {
        var found = TypeOf(file.Raw);
        if (!FileType.IsPicture(found)) File.Move(file.Raw, file.Ready);
        else if (!TryClean(found, file)) return Damaged;
        var type = FileType.Agreed(found, name, declared);
        var thumbnail = FileType.IsPicture(type) ? Thumbnails.Make(file.Ready, maxPixels) : null;
        if (thumbnail is not null) File.WriteAllBytes(file.Thumbnail, thumbnail.Webp);
        // A picture that isn't shown is bytes to be saved.
        else if (FileType.IsPicture(type)) type = FileType.Unknown;

        var (size, hash) = Hashed(file.Ready);
        if (thumbnail is not null) Durable.FlushFile(file.Thumbnail);
        Durable.FlushFile(file.Ready);
        Durable.FlushFolder(Path.GetDirectoryName(file.Ready)!);
        var info = new AttachmentInfo(file.Id, name, type, size) { Width = thumbnail?.Width, Height = thumbnail?.Height, Thumbnail = thumbnail?.Size };
        return new PreparedFile(info, hash, thumbnail?.Webp.Length, thumbnail is null ? null : SHA256.HashData(thumbnail.Webp));
    }

    /// <summary>What it is by its first bytes.</summary>
    public static string TypeOf(string path)
    {
        using var stream = File.OpenRead(path);
        Span<byte> head = stackalloc byte[FileType.HeadLength];
        return FileType.Of(head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]);
    }

    // By its bytes and not by its name: what calls itself a text may have been taken by a camera all the same.
    private static bool TryClean(string type, FileFolder.Incoming file)
    {
        var picture = File.ReadAllBytes(file.Raw);
        using (var clean = new FileStream(file.Ready, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            if (!PictureCleaner.TryClean(type, picture, clean)) return false;
        File.Delete(file.Raw);
        return true;
    }

    private static (long Size, byte[] Hash) Hashed(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        return (stream.Length, SHA256.HashData(stream));
    }
}
