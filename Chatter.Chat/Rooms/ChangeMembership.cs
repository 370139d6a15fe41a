using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;

namespace Chatter.Chat.Rooms;

/// <summary>What a member wants of a room: how much he is told, and whether it stands among his favourites. What is null stays.</summary>
internal sealed class ChangeMembership(Guid user, Guid room, string? notify, bool? favourite) : WriteOperation<MembershipFrame>
{
    protected override Outcome<MembershipFrame> Decide(WriteBatch batch)
    {
        if (!RoomAccess.Enter(batch, room, user).Is(out _, out var refusal)) return refusal;
        batch.Store.Execute(
            "update members set notify = coalesce($3, notify), favourite = coalesce($4, favourite) where user = $1 and room = $2",
            user, room, notify is null ? null : (long)NotifyLevels.Known.ToList().IndexOf(notify), favourite is null ? null : favourite.Value ? 1L : 0L);
        return batch.Store.First(
            "select notify, favourite from members where user = $1 and room = $2",
            row => new MembershipFrame(room, NotifyLevels.Known[row.GetInt32(0)], row.GetInt64(1) != 0), user, room)
            ?? throw new InvalidOperationException("The membership is gone.");
    }
}
