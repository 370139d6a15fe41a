using System.Security.Cryptography;
using System.Text;
using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Messages;

/// <summary>What a send became: its event, which is not new where the nonce is a repeated one.</summary>
internal sealed record Sent(RoomEvent Event, bool IsNew);

/// <summary>
/// Appends a message. It is judged in the order of docs/protocol.md §4.1: the room exists at all, the nonce, the room is visible, membership,
/// <c>prev</c>, <c>ifLast</c>. Frame and bucket come before the queue.
/// </summary>
internal sealed class SendMessage(SendFrame frame, string text, UserRef sender, Action<Outcome<Sent>> answer) : WriteOperation
{
    private static readonly Refusal NonceReused = new(ErrorCodes.NonceReused, "You have sent something else to this room with that nonce. Use a fresh UUID for each send.");
    private static readonly Refusal OutOfOrder = new(ErrorCodes.OutOfOrder, "The send named in prev is not in the log, so this one would overtake it. Send that one again first.");
    private static readonly Refusal NoSuchMessage = new(ErrorCodes.NoSuchEvent, "replyTo is no message of this room.");

    private readonly Guid _id = Guid.CreateVersion7();
    private readonly byte[]? _hash = frame.Nonce is null ? null : ContentHash(text, frame.ReplyTo);
    private Outcome<Sent> _outcome;

    public override int Cost => 512 + text.Length * sizeof(char);

    public override Refusal? Refusal => _outcome.Refusal;

    public override void Execute(WriteBatch batch) => _outcome = Decide(batch);

    public override void Committed() => answer(_outcome);

    public override void Failed(Exception error) =>
        answer(error is StoreUnavailableException ? StoreUnavailableException.Refusal : new Refusal(ErrorCodes.Unavailable, "The server failed. Send it again later, with the same nonce."));

    private Outcome<Sent> Decide(WriteBatch batch)
    {
        if (batch.Room(frame.Room) is null) return RoomAccess.NoSuchRoom;
        if (frame.Nonce is { } nonce && Find(batch, nonce) is { } known)
        {
            if (!known.Hash.AsSpan().SequenceEqual(_hash)) return NonceReused;
            var first = EventRows.At(batch.Store, frame.Room, known.Seq) ?? throw new InvalidOperationException($"Event {known.Seq} of room {frame.Room} is gone, but not its nonce.");
            return new Sent(first, false);
        }
        if (!RoomAccess.Enter(batch, frame.Room, sender.Id).Is(out var entered, out var refusal)) return refusal;
        if (frame.ReplyTo is { } target && !IsMessage(batch, target)) return NoSuchMessage;
        if (frame.Prev is { } prev && Find(batch, prev) is null) return OutOfOrder;
        var head = batch.Head(frame.Room);
        if (frame.IfLast is { } expected && expected != head.LastSeq)
            return new Refusal(ErrorCodes.Conflict, $"The room's last event is {head.LastSeq}, not {expected}.") { Last = head.LastSeq };
        return new Sent(Append(batch, entered.Member, head), true);
    }

    private RoomEvent Append(WriteBatch batch, MemberRow member, RoomHead head)
    {
        var item = batch.Append(new RoomEvent(frame.Room, 0, _id, default, EventKinds.Message) { From = sender, Text = text, ReplyTo = frame.ReplyTo, Nonce = frame.Nonce });
        if (frame.Nonce is not null)
        {
            batch.Store.Execute(
                "insert into nonces (room, sender, nonce, seq, hash, at) values ($1, $2, $3, $4, $5, $6)",
                frame.Room, sender.Id, frame.Nonce, item.Seq, _hash, batch.Now.ToUnixTimeMilliseconds());
        }
        // Who writes has read what is there.
        (member.ReadSeq, member.ReadMessages, member.OwnAfter) = (item.Seq, head.Messages, 0);
        batch.MemberChanged(frame.Room, sender.Id);
        return item;
    }

    private Known? Find(WriteBatch batch, string nonce) => batch.Store.Look(
        "select seq, hash from nonces where room = $1 and sender = $2 and nonce = $3", static row => new Known(row.Int64(0), row.Bytes(1)), frame.Room, sender.Id, nonce);

    // By room and id together: the id of another room's message must not be told from one that doesn't exist.
    private bool IsMessage(WriteBatch batch, Guid id) => batch.Store.First(
        "select 1 from events where id = $1 and room = $2 and kind = 0", static row => row.GetInt64(0), id, frame.Room) == 1;

    /// <summary>What has to be the same for a repeated nonce to be the same send.</summary>
    internal static byte[] ContentHash(string text, Guid? replyTo)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{EventKinds.Message}\n{replyTo}\n{text}"), hash);
        return hash[..16].ToArray();
    }

    private sealed record Known(long Seq, byte[] Hash);
}
