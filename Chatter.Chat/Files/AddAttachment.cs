using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Files;

/// <summary>Takes a file into the store, where its sender is a member still and has room for it.</summary>
internal sealed class AddAttachment(Guid room, Guid owner, PreparedFile file, long quota) : WriteOperation<AttachmentRow>
{
    public static readonly Refusal OverQuota = new(ErrorCodes.OverQuota, "Your files take up all the room that you have. Delete messages with files that nobody needs any more.");

    protected override Outcome<AttachmentRow> Decide(WriteBatch batch)
    {
        if (!RoomAccess.Enter(batch, room, owner).Is(out var entered, out var refusal)) return refusal;
        // Who couldn't send it needn't upload it.
        if (RoomAccess.MayNot(batch, RoomAct.Write, room, owner, entered) is { } mayNot) return mayNot;
        var row = new AttachmentRow(room, owner, file.Info, file.Hash, batch.Now) { ThumbnailSize = file.ThumbnailSize, ThumbnailHash = file.ThumbnailHash };
        if (AttachmentRows.Used(batch.Store, owner) + row.Info.Size + (row.ThumbnailSize ?? 0) > quota) return OverQuota;
        AttachmentRows.Insert(batch.Store, row);
        return row;
    }
}
