using Chatter.Chat.Protocol;

namespace Chatter.Chat.Client;

/// <summary>A send on its way, from the call until it is acknowledged or refused for good.</summary>
internal sealed class OutboxEntry(string nonce, Guid room, string text, Guid? replyTo, DateTimeOffset at, IReadOnlyList<AttachmentInfo>? attachments)
{
    private readonly TaskCompletionSource<RoomEvent> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Nonce => nonce;

    public Guid Room => room;

    public string Text => text;

    public Guid? ReplyTo => replyTo;

    public IReadOnlyList<AttachmentInfo>? Attachments => attachments;

    public IReadOnlyList<Guid>? AttachmentIds { get; } = attachments?.Select(static attachment => attachment.Id).ToArray();

    public Task<RoomEvent> Completion => _completion.Task;

    /// <summary>Where it is on the wire: its place among those that wait for their answers. Null while it is to be written.</summary>
    public LinkedListNode<OutboxEntry>? Flight { get; set; }

    public TimeSpan WrittenAt { get; set; }

    /// <summary>How many times it was written: beyond 0 it may have happened.</summary>
    public int Attempts { get; set; }

    /// <summary>Not to be written before.</summary>
    public TimeSpan NotBefore { get; set; }

    /// <summary>It came out of order: not to be written again before what was sent ahead of it is settled.</summary>
    public bool AwaitsPredecessor { get; set; }

    /// <summary>The last refusal that wasn't final.</summary>
    public Refusal? Refusal { get; set; }

    public bool IsSame(OutboxEntry other) =>
        text == other.Text && replyTo == other.ReplyTo && (AttachmentIds ?? []).SequenceEqual(other.AttachmentIds ?? []);

    public PendingSend ToPending() => new(nonce, room, text, replyTo, at, Refusal) { Attachments = attachments };

    public void Complete(RoomEvent @event) => _completion.TrySetResult(@event);

    public void Fail(Exception reason)
    {
        _completion.TrySetException(reason);
        // Who sends and forgets doesn't want the process to hear of it.
        _ = _completion.Task.Exception;
    }

    public void Withdraw() => _completion.TrySetCanceled();
}
