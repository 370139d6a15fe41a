using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Messages;

/// <summary>Where a read mark stands now.</summary>
/// <param name="Seq">The mark.</param>
/// <param name="Unread">Messages of others after it.</param>
/// <param name="Mentions">Those of them that mention the user, up to <see cref="RoomEntries.MostMentions"/>.</param>
/// <param name="Moved">Whether it moved.</param>
/// <param name="IsThere">False if it is on its way: the same operation has to be queued again.</param>
internal sealed record ReadMark(long Seq, long Unread, long Mentions, bool Moved, bool IsThere);

/// <summary>
/// Moves a read mark: forward, or back if the frame allows it. Beyond the log's end counts as its end. A mark that was moved back is followed by own messages,
/// which don't count as unread and are counted by going through the events between the old place and the new one. One operation goes through <see cref="Slice"/>
/// events at most, so that other writes get their turn; a longer way takes several.
/// </summary>
internal sealed class MarkRead(MarkReadFrame frame, Guid user, Action<Outcome<ReadMark>> answer) : WriteOperation
{
    /// <summary>Events that one operation looks at.</summary>
    public const int Slice = 1_000;

    /// <summary>How many events a mark goes back at most in all.</summary>
    public const int MostBack = 10_000;

    private static readonly Refusal TooFar = Refusal.InvalidField("seq", $"A read mark goes back by at most {MostBack:N0} events.");

    private Outcome<ReadMark> _outcome;

    public override Refusal? Refusal => _outcome.Refusal;

    public override (Guid? User, Guid? Room) About => (user, frame.Room);

    public override void Execute(WriteBatch batch) => _outcome = Decide(batch);

    public override void Committed() => answer(_outcome);

    public override void Failed(Exception error) => answer(StoreUnavailableException.Refusal);

    private Outcome<ReadMark> Decide(WriteBatch batch)
    {
        if (!RoomAccess.Enter(batch, frame.Room, user).Is(out var entered, out var refusal)) return refusal;
        var (head, member) = (batch.Head(frame.Room), entered.Member);
        var wanted = Math.Min(frame.Seq, head.LastSeq);
        var isBack = wanted < member.ReadSeq;
        if (wanted == member.ReadSeq || isBack && frame.Back != true) return new ReadMark(member.ReadSeq, member.Unread(head), 0, false, true);
        if (isBack && member.ReadSeq - wanted > MostBack) return TooFar;

        var seq = Next(member, wanted, head.LastSeq);
        member.OwnAfter = seq == head.LastSeq ? 0
            : seq < member.ReadSeq ? member.OwnAfter + EventRows.CountOwn(batch.Store, frame.Room, user, seq, member.ReadSeq)
            : member.OwnAfter == 0 ? 0
            : member.OwnAfter - EventRows.CountOwn(batch.Store, frame.Room, user, member.ReadSeq, seq);
        member.ReadSeq = seq;
        member.ReadMessages = seq == head.LastSeq ? head.Messages : EventRows.MessagesUpTo(batch.Store, frame.Room, seq);
        batch.MemberChanged(frame.Room, user);
        if (seq != wanted) return new ReadMark(seq, 0, 0, true, false);
        var unread = member.Unread(head);
        return new ReadMark(seq, unread, unread > 0 ? MessageMentions.CountAfter(batch.Store, frame.Room, user, seq) : 0, true, true);
    }

    /// <summary>How far this operation goes: all the way where no events have to be gone through.</summary>
    private static long Next(MemberRow member, long wanted, long last)
    {
        if (wanted < member.ReadSeq) return Math.Max(wanted, member.ReadSeq - Slice);
        return wanted == last || member.OwnAfter == 0 ? wanted : Math.Min(wanted, member.ReadSeq + Slice);
    }
}
