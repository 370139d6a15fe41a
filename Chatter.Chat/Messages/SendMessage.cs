using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Messages;

/// <summary>Appends a message. Its own conditions are judged in this order: <c>replyTo</c>, <c>prev</c>, <c>ifLast</c>, <c>attachments</c>.</summary>
internal sealed class SendMessage(SendFrame frame, string text, UserRef sender, Action<Outcome<Sent>> answer, int roomsPerUser = int.MaxValue)
    : NoncedAppend(frame.Room, frame.Nonce, frame.Nonce is null ? null : ContentHash(text, frame.ReplyTo, frame.Attachments), sender, answer)
{
    private static readonly Refusal OutOfOrder = new(ErrorCodes.OutOfOrder, "The send named in prev is not in the log, so this one would overtake it. Send that one again first.");
    private static readonly Refusal NoSuchMessage = new(ErrorCodes.NoSuchEvent, "replyTo is no message of this room.");

    private static readonly Refusal NoSuchAttachment = new(ErrorCodes.NoSuchAttachment, "A file isn't there: it was uploaded to another room or by somebody else, is in another message, or waited too long. Upload it again.");

    private readonly IReadOnlyCollection<string> _mentioned = MessageMentions.NamesIn(text);

    public override int Cost => 512 + text.Length * sizeof(char) + (frame.Attachments?.Count ?? 0) * 512;

    /// <summary>The text of a frame that is as it may be, or why not.</summary>
    public static Outcome<string> Check(SendFrame frame) => Text.Message(frame.Text, mayBeEmpty: frame.Attachments is { Count: > 0 });

    protected override Outcome<RoomEvent> Draft(WriteBatch batch, MemberRow member, Guid id)
    {
        if (frame.ReplyTo is { } target && !IsMessage(batch, target)) return NoSuchMessage;
        if (frame.Prev is { } prev && Find(batch, prev) is null) return OutOfOrder;
        var head = batch.Head(Room);
        if (frame.IfLast is { } expected && expected != head.LastSeq)
            return new Refusal(ErrorCodes.Conflict, $"The room's last event is {head.LastSeq}, not {expected}.") { Last = head.LastSeq };
        // Who writes takes up what somebody else began.
        if (ChangeMembership.Accept(batch, Sender.Id, Room, member, roomsPerUser) is { } tooMany) return tooMany;
        var draft = new RoomEvent(Room, 0, id, default, EventKinds.Message) { Text = text, ReplyTo = frame.ReplyTo };
        if (frame.Attachments is not { Count: > 0 } wanted) return draft;
        return Unused(batch, wanted) is { } found ? draft with { Attachments = found } : NoSuchAttachment;
    }

    protected override void Appended(WriteBatch batch, MemberRow member, RoomEvent item)
    {
        // Who writes has read what is there.
        (member.ReadSeq, member.ReadMessages, member.OwnAfter) = (item.Seq, batch.Head(Room).Messages, 0);
        batch.MemberChanged(Room, Sender.Id);
        MessageMentions.Note(batch, item, _mentioned, Sender.Id);
        foreach (var attachment in item.Attachments ?? []) AttachmentRows.Use(batch.Store, attachment.Id, item.Seq);
    }

    /// <summary>The sender's own files of this room that are in no message yet, in the order wanted; null where one isn't that, whatever it is instead.</summary>
    private List<AttachmentInfo>? Unused(WriteBatch batch, IReadOnlyList<Guid> wanted)
    {
        var found = new List<AttachmentInfo>(wanted.Count);
        foreach (var id in wanted)
        {
            if (AttachmentRows.Find(batch.Store, Room, id) is not { Message: null } row || row.Owner != Sender.Id) return null;
            found.Add(row.Info);
        }
        return found;
    }

    // By room and id together: the id of another room's message must not be told from one that doesn't exist.
    private bool IsMessage(WriteBatch batch, Guid id) => batch.Store.First(
        "select 1 from events where id = $1 and room = $2 and kind = 0", static row => row.GetInt64(0), id, Room) == 1;

    /// <summary>What has to be the same for a repeated nonce to be the same send.</summary>
    internal static byte[] ContentHash(string text, Guid? replyTo, IReadOnlyList<Guid>? attachments) =>
        Hash(attachments is { Count: > 0 } ? $"{EventKinds.Message} with files\n{replyTo}\n{string.Join(',', attachments)}\n{text}" : $"{EventKinds.Message}\n{replyTo}\n{text}");
}
