using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;

namespace Chatter.Chat.Messages;

/// <summary>Pins a message to its room, or takes the pin off. As for reactions, only what changes something is an event.</summary>
internal sealed class PinMessage(PinFrame frame, UserRef sender, Action<Outcome<Sent>> answer)
    : MessageChange(frame, Content(EventKinds.Pinned, frame.Target, frame.On), sender, answer)
{
    /// <summary>Pins of a room: more than people look through, and their list is one answer.</summary>
    public const int MostPins = 100;

    private static readonly Refusal TooMany = Refusal.InvalidField("target", $"The room has {MostPins} pinned messages already. Take a pin off first.");

    protected override RoomAct Act => RoomAct.Pin;

    protected override Refusal? MayNot(WriteBatch batch, MemberRow member) => !frame.On || batch.Store.First(
        "select count(*) from message_changes where room = $1 and pinned > 0", static row => row.GetInt64(0), Room) < MostPins ? null : TooMany;

    protected override long? IsSoSince(WriteBatch batch)
    {
        var pinned = batch.Store.First("select pinned from message_changes where room = $1 and message = $2 and pinned is not null", static row => (long?)row.GetInt64(0), Room, Message.Seq);
        return frame.On ? pinned : pinned is null ? Message.Seq : null;
    }

    protected override RoomEvent Describe(RoomEvent draft) => draft with { Kind = EventKinds.Pinned, On = frame.On };

    protected override void Appended(WriteBatch batch, MemberRow member, RoomEvent item) => batch.Store.Execute(
        "insert into message_changes (room, message, pinned) values ($1, $2, $3) on conflict (room, message) do update set pinned = excluded.pinned", Room, Message.Seq, frame.On ? item.Seq : null);
}
