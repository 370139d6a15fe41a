using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;

namespace Chatter.Chat.Messages;

/// <summary>Appends a message. Its own conditions are judged in this order: <c>replyTo</c>, <c>prev</c>, <c>ifLast</c>.</summary>
internal sealed class SendMessage(SendFrame frame, string text, UserRef sender, Action<Outcome<Sent>> answer)
    : NoncedAppend(frame.Room, frame.Nonce, frame.Nonce is null ? null : ContentHash(text, frame.ReplyTo), sender, answer)
{
    private static readonly Refusal OutOfOrder = new(ErrorCodes.OutOfOrder, "The send named in prev is not in the log, so this one would overtake it. Send that one again first.");
    private static readonly Refusal NoSuchMessage = new(ErrorCodes.NoSuchEvent, "replyTo is no message of this room.");

    public override int Cost => 512 + text.Length * sizeof(char);

    protected override Outcome<RoomEvent> Draft(WriteBatch batch, MemberRow member, Guid id)
    {
        if (frame.ReplyTo is { } target && !IsMessage(batch, target)) return NoSuchMessage;
        if (frame.Prev is { } prev && Find(batch, prev) is null) return OutOfOrder;
        var head = batch.Head(Room);
        if (frame.IfLast is { } expected && expected != head.LastSeq)
            return new Refusal(ErrorCodes.Conflict, $"The room's last event is {head.LastSeq}, not {expected}.") { Last = head.LastSeq };
        return new RoomEvent(Room, 0, id, default, EventKinds.Message) { Text = text, ReplyTo = frame.ReplyTo };
    }

    protected override void Appended(WriteBatch batch, MemberRow member, RoomEvent item)
    {
        // Who writes has read what is there.
        (member.ReadSeq, member.ReadMessages, member.OwnAfter) = (item.Seq, batch.Head(Room).Messages, 0);
        batch.MemberChanged(Room, Sender.Id);
        MessageMentions.Note(batch, item, text, Sender.Id);
    }

    // By room and id together: the id of another room's message must not be told from one that doesn't exist.
    private bool IsMessage(WriteBatch batch, Guid id) => batch.Store.First(
        "select 1 from events where id = $1 and room = $2 and kind = 0", static row => row.GetInt64(0), id, Room) == 1;

    /// <summary>What has to be the same for a repeated nonce to be the same send.</summary>
    internal static byte[] ContentHash(string text, Guid? replyTo) => Hash($"{EventKinds.Message}\n{replyTo}\n{text}");
}
