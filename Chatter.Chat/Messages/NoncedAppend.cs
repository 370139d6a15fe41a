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
/// Appends something that somebody says, once for each nonce. It is judged in the order of docs/protocol.md §4.1: the room exists at all, the nonce, the
/// room is visible, membership, and what the kind demands. Frame and bucket come before the queue.
/// </summary>
/// <param name="room">The room.</param>
/// <param name="nonce">The sender's name for it, or null.</param>
/// <param name="hash">What has to be the same for a repeated nonce to be the same thing.</param>
/// <param name="sender">Who says it.</param>
/// <param name="answer">Gets the outcome, on any thread.</param>
internal abstract class NoncedAppend(Guid room, string? nonce, byte[]? hash, UserRef sender, Action<Outcome<Sent>> answer) : WriteOperation
{
    private static readonly Refusal NonceReused = new(ErrorCodes.NonceReused, "You have sent something else to this room with that nonce. Use a fresh UUID for each send.");

    private readonly Guid _id = Guid.CreateVersion7();
    private Outcome<Sent> _outcome;

    public override Refusal? Refusal => _outcome.Refusal;

    public sealed override (Guid? User, Guid? Room) About => (sender.Id, room);

    protected Guid Room => room;

    protected UserRef Sender => sender;

    /// <summary>What it does, by the right that it takes.</summary>
    protected virtual RoomAct Act => RoomAct.Write;

    public override void Execute(WriteBatch batch) => _outcome = Decide(batch);

    public override void Committed() => answer(_outcome);

    public override void Failed(Exception error) =>
        answer(error is StoreUnavailableException ? StoreUnavailableException.Refusal : new Refusal(ErrorCodes.Unavailable, "The server failed. Send it again later, with the same nonce."));

    /// <summary>
    /// The event, or why not; nothing is written yet. The sender is a member. One that has its place in the log already stands for a thing that is so since then:
    /// nothing is appended, and it is the answer.
    /// </summary>
    /// <param name="batch">The transaction.</param>
    /// <param name="member">His membership.</param>
    /// <param name="id">The event's id.</param>
    protected abstract Outcome<RoomEvent> Draft(WriteBatch batch, MemberRow member, Guid id);

    /// <summary>The event was appended: writes what else follows from it.</summary>
    protected abstract void Appended(WriteBatch batch, MemberRow member, RoomEvent item);

    /// <summary>Where the thing with that nonce of the sender is, if it is in the log.</summary>
    protected Known? Find(WriteBatch batch, string wanted) => batch.Store.Look(
        "select seq, hash from nonces where room = $1 and sender = $2 and nonce = $3", static row => new Known(row.Int64(0), row.Bytes(1)), room, sender.Id, wanted);

    private Outcome<Sent> Decide(WriteBatch batch)
    {
        if (batch.Room(room) is null) return RoomAccess.NoSuchRoom;
        if (nonce is not null && Find(batch, nonce) is { } known)
        {
            if (!known.Hash.AsSpan().SequenceEqual(hash)) return NonceReused;
            var first = EventRows.At(batch.Store, room, known.Seq) ?? throw new InvalidOperationException($"Event {known.Seq} of room {room} is gone, but not its nonce.");
            return new Sent(first, false);
        }
        if (!RoomAccess.Enter(batch, room, sender.Id).Is(out var entered, out var refusal)) return refusal;
        if (RoomAccess.MayNot(batch, Act, room, sender.Id, entered) is { } mayNot) return mayNot;
        if (!Draft(batch, entered.Member, _id).Is(out var draft, out refusal)) return refusal;
        if (draft.Seq > 0) return new Sent(draft, false);
        var item = batch.Append(draft with { From = sender, Nonce = nonce });
        if (nonce is not null)
        {
            batch.Store.Execute(
                "insert into nonces (room, sender, nonce, seq, hash, at) values ($1, $2, $3, $4, $5, $6)", room, sender.Id, nonce, item.Seq, hash, batch.Now.ToUnixTimeMilliseconds());
        }
        Appended(batch, entered.Member, item);
        return new Sent(item, true);
    }

    /// <summary>The hash of what a thing consists of.</summary>
    protected static byte[] Hash(string content)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(content), hash);
        return hash[..16].ToArray();
    }

    /// <summary>A thing that was sent with a nonce.</summary>
    protected sealed record Known(long Seq, byte[] Hash);
}
