using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;

namespace Chatter.Chat.Messages;

/// <summary>Saves a message for its reader, or forgets that he did. It is his own matter, and no event.</summary>
internal sealed class SaveMessage(Guid user, Guid room, Guid target, bool on) : WriteOperation<bool>
{
    /// <summary>Messages that a user may have saved: a list that nobody ends is no list.</summary>
    public const int Most = 1_000;

    private static readonly Refusal TooMany = new(ErrorCodes.Invalid, $"You have saved {Most} messages, which is the limit. Remove some first.");

    /// <returns>Whether it changed anything.</returns>
    protected override Outcome<bool> Decide(WriteBatch batch)
    {
        if (!RoomAccess.Enter(batch, room, user).Is(out _, out var refusal)) return refusal;
        var message = batch.Store.First(
            "select e.seq from events e left join message_changes c on c.room = e.room and c.message = e.seq where e.id = $1 and e.room = $2 and e.kind = 0 and c.deleted is null",
            static row => (long?)row.GetInt64(0), target, room);
        if (message is not { } seq) return HistoryService.NoSuchEvent;
        if (!on) return batch.Store.Execute("delete from saved where user = $1 and room = $2 and message = $3", user, room, seq) > 0;
        if (batch.Store.First("select 1 from saved where user = $1 and room = $2 and message = $3", static row => row.GetInt64(0), user, room, seq) == 1) return false;
        if (batch.Store.First("select count(*) from saved where user = $1", static row => row.GetInt64(0), user) >= Most) return TooMany;
        batch.Store.Execute("insert into saved (user, room, message, at) values ($1, $2, $3, $4)", user, room, seq, batch.Now.ToUnixTimeMilliseconds());
        return true;
    }
}
