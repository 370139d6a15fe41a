using System.Security.Cryptography;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Maintenance;

/// <summary>Each file that the database knows lies beside it as it was written, and is of a room, a user and a message that there are.</summary>
internal sealed class AttachmentCheck(StoreConnection store, StoreFiles files, Action<Finding> report)
{
    private const string Lacking = "select id from users where avatar_url is not null and id not in (select user from avatars)";

    private const string MiscountedOwners =
        "select owner from (select owner, bytes from file_usage union all select owner, -(size + coalesce(thumbnail_size, 0)) from attachments) group by owner having sum(bytes) <> 0";

    public long Count { get; private set; }

    public long Bytes { get; private set; }

    public void Run()
    {
        if (!AttachmentFiles.AreIn(store)) return;
        foreach (var (room, seq) in store.All(
            "select a.room, a.message from attachments a join rooms r on r.id = a.room and r.deleted_at is null left join events e on e.room = a.room and e.seq = a.message "
            + "where a.message is not null and (e.kind is not 0 or e.text is null)", static row => (row.Id(0), row.GetInt64(1))))
            report(new Finding(Laws.Attachments, room, seq, "a file is said to be in this event, which is no message that has any."));
        foreach (var room in store.All("select distinct room from attachments where room not in (select id from rooms)", static row => row.Id(0)))
            report(new Finding(Laws.Attachments, room, null, "it has files, but doesn't exist."));
        if (StoreReader.HasTable(store, "file_usage"))
        {
            foreach (var owner in store.All(MiscountedOwners, static row => row.Id(0)))
                report(new Finding(Laws.Attachments, null, null, $"the bytes that the files of user {owner} take up are miscounted."));
        }
        foreach (var row in AttachmentFiles.All(store)) Check(row);
        if (AttachmentFiles.AvatarsAreIn(store)) CheckAvatars();
    }

    private void CheckAvatars()
    {
        foreach (var row in AttachmentFiles.Avatars(store))
        {
            Count++;
            Bytes += row.Size;
            if (Wrong(row.Id, "", row.Size, row.Hash) is { } wrong && AvatarRows.Find(store, row.Id) is not null)
                report(new Finding(Laws.Attachments, null, null, $"the picture {row.Id} of user {row.User} {wrong}."));
            // In one statement, since a picture may be changed beside this.
            if (store.First("select 1 from avatars a join users u on u.id = a.user where a.id = $1 and u.avatar_url is not $2", static r => r.GetInt64(0), row.Id, row.Url) == 1)
                report(new Finding(Laws.Attachments, null, null, $"user {row.User} has the picture {row.Id}, but another address of it."));
        }
        foreach (var user in store.All(Lacking, static row => row.Id(0))) report(new Finding(Laws.Attachments, null, null, $"user {user} has the address of a picture, but none."));
    }

    private void Check(AttachmentRow row)
    {
        Count++;
        Bytes += row.Info.Size + (row.ThumbnailSize ?? 0);
        Check(row, "", "file", row.Info.Size, row.Hash);
        if (row.ThumbnailHash is { } hash) Check(row, StoreFiles.ThumbnailEnding, "thumbnail of the file", row.ThumbnailSize ?? 0, hash);
    }

    private void Check(AttachmentRow row, string ending, string what, long size, byte[] hash)
    {
        // Beside a server it may have been deleted just now.
        if (Wrong(row.Info.Id, ending, size, hash) is { } wrong && AttachmentRows.IsThere(store, row.Info.Id))
            report(new Finding(Laws.Attachments, row.Room, row.Message, $"the {what} {row.Info.Id} {wrong}."));
    }

    private string? Wrong(Guid id, string ending, long size, byte[] hash)
    {
        try
        {
            return AttachmentFiles.Find(files, id, ending) is not { } path ? "is missing" : IsAsWritten(path, size, hash) ? null : "isn't as it was written";
        }
        catch (FileNotFoundException)
        {
            return "is missing";
        }
    }

    private static bool IsAsWritten(string path, long size, byte[] hash)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.SequentialScan);
        return file.Length == size && SHA256.HashData(file).AsSpan().SequenceEqual(hash);
    }
}
