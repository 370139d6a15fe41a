using Chatter.Chat.Protocol;
using Chatter.Chat.Rooms;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Files;

/// <summary>A file that somebody may have.</summary>
/// <param name="Row">What is known of it.</param>
/// <param name="IsPrivate">Whether its room is private.</param>
internal sealed record FoundFile(AttachmentRow Row, bool IsPrivate);

/// <summary>
/// The one door to a file: (room, file, user) → the file, or <c>no_such_attachment</c> whatever the reason. The right is asked for in the store each time, in the snapshot in which the file is
/// looked up: who was removed, or a message that was deleted, is so at once. A file that is in no message yet is its sender's alone.
/// </summary>
internal sealed class FileService(Database database)
{
    public static readonly Refusal NoSuchAttachment = new(ErrorCodes.NoSuchAttachment, "There is no such file, or it isn't for you.");

    /// <summary>A file, or why not.</summary>
    public Task<Outcome<FoundFile>> Find(Guid room, Guid id, Guid user, CancellationToken cancel) => database.Read(user, store => store.Snapshot(() => Find(store, room, id, user)), cancel);

    private static Outcome<FoundFile> Find(StoreConnection store, Guid room, Guid id, Guid user)
    {
        if (RoomAccess.MayRead(store, room, user) is not null) return NoSuchAttachment;
        if (AttachmentRows.Find(store, room, id) is not { } row || row.Message is null && row.Owner != user) return NoSuchAttachment;
        return new FoundFile(row, store.First("select private from rooms where id = $1", static r => r.GetInt64(0), room) == 1);
    }
}
