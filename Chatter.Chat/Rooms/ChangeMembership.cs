using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;

namespace Chatter.Chat.Rooms;

/// <summary>What a member wants of a room. What is null stays.</summary>
/// <param name="Notify">How much he is told, one of <see cref="NotifyLevels"/>.</param>
/// <param name="Favourite">Whether it stands among his favourites.</param>
/// <param name="Hidden">Whether a conversation is out of the list, until something happens in it.</param>
/// <param name="Accept">Whether he takes up a conversation that somebody else began with him, or leaves it.</param>
internal sealed record MembershipWish(string? Notify, bool? Favourite, bool? Hidden = null, bool? Accept = null);

/// <summary>Changes what a member wants of a room.</summary>
internal sealed class ChangeMembership(UserRef user, Guid room, MembershipWish wish, int roomsPerUser) : RoomOperation<MembershipFrame?>(user)
{
    private static readonly Refusal OnlyConversations = Refusal.InvalidField("hidden", "Only conversations can be hidden. Leave the room instead.");
    private static readonly Refusal NothingToDecline = new(ErrorCodes.Conflict, "You have taken up this conversation already. Hide it instead.");

    /// <returns>What is so now; null where he is no longer in it.</returns>
    protected override Outcome<MembershipFrame?> Decide(WriteBatch batch)
    {
        if (!RoomAccess.Enter(batch, room, User.Id).Is(out var entered, out var refusal)) return refusal;
        if (wish.Hidden is not null && !entered.Room.Direct) return OnlyConversations;
        if (wish.Accept is { } accepts)
        {
            if (!accepts && entered.Member.Request == RequestKind.None) return NothingToDecline;
            if (!accepts)
            {
                LeaveRoom.Leave(batch, User, entered.Room, entered.Member);
                return (MembershipFrame?)null;
            }
            if (Accept(batch, User.Id, room, entered.Member, roomsPerUser) is { } tooMany) return tooMany;
        }
        batch.Store.Execute(
            "update members set notify = coalesce($3, notify), favourite = coalesce($4, favourite), hidden_seq = coalesce($5, hidden_seq) where user = $1 and room = $2",
            User.Id, room, wish.Notify is null ? null : (long)NotifyLevels.Known.ToList().IndexOf(wish.Notify), wish.Favourite is null ? null : wish.Favourite.Value ? 1L : 0L,
            wish.Hidden is null ? null : wish.Hidden.Value ? batch.Head(room).LastSeq : 0L);
        return batch.Store.First(
            "select notify, favourite, hidden_seq from members where user = $1 and room = $2",
            row => new MembershipFrame(room, NotifyLevels.Known[row.GetInt32(0)], row.GetInt64(1) != 0)
            {
                Hidden = row.GetInt64(2) >= batch.Head(room).LastSeq ? true : null,
                Request = entered.Member.Request == RequestKind.FromStranger ? true : null,
            },
            User.Id, room)
            ?? throw new InvalidOperationException("The membership is gone.");
    }

    /// <summary>Makes a conversation that somebody else began one's own.</summary>
    /// <returns>Why that can't be, or null.</returns>
    public static Refusal? Accept(WriteBatch batch, Guid user, Guid room, MemberRow member, int roomsPerUser)
    {
        if (member.Request == RequestKind.None) return null;
        if (Requests.TooManyRooms(batch, user, roomsPerUser) is { } tooMany) return tooMany;
        member.Request = RequestKind.None;
        batch.MemberChanged(room, user);
        return null;
    }
}
