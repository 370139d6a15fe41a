using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Messages;

/// <summary>Where a read mark stands now.</summary>
/// <param name="Seq">The mark.</param>
/// <param name="Unread">Messages of others after it.</param>
/// <param name="Mentions">Those of them that mention one.</param>
/// <param name="Moved">Whether it moved.</param>
internal sealed record ReadMark(long Seq, long Unread, long Mentions, bool Moved);

/// <summary>Moves a read mark: forward, or back where that is allowed. Beyond the log's end counts as its end.</summary>
internal sealed class MarkRead(MarkReadFrame frame, Guid user, Action<Outcome<ReadMark>> answer) : WriteOperation
{
    private Outcome<ReadMark> _outcome;

    public override Refusal? Refusal => _outcome.Refusal;

    public override void Execute(WriteBatch batch) => _outcome = Decide(batch);

    public override void Committed() => answer(_outcome);

    public override void Failed(Exception error) => answer(StoreUnavailableException.Refusal);

    private Outcome<ReadMark> Decide(WriteBatch batch)
    {
        if (!RoomAccess.Enter(batch, frame.Room, user).Is(out var entered, out var refusal)) return refusal;
        var (head, member) = (batch.Head(frame.Room), entered.Member);
        var seq = Math.Min(frame.Seq, head.LastSeq);
        if (seq == member.ReadSeq || seq < member.ReadSeq && frame.Back != true) return new ReadMark(member.ReadSeq, member.Unread(head), 0, false);

        // One's own messages after the mark: since sending moves it, there are none but those that a step back uncovers.
        var back = seq < member.ReadSeq;
        var own = back || member.OwnAfter > 0
            ? batch.Store.First("select count(*) from events where room = $1 and seq > $2 and kind = 0 and sender = $3", static row => row.GetInt64(0), frame.Room, seq, user)
            : 0;
        member.ReadSeq = seq;
        member.ReadMessages = seq == head.LastSeq ? head.Messages : batch.Store.First("select messages from events where room = $1 and seq = $2", static row => row.GetInt64(0), frame.Room, seq);
        member.OwnAfter = own;
        batch.MemberChanged(frame.Room, user);
        var unread = member.Unread(head);
        return new ReadMark(seq, unread, unread > 0 ? MessageMentions.CountAfter(batch.Store, frame.Room, user, seq) : 0, true);
    }
}
