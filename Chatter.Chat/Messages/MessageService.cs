using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Settings;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Messages;

/// <summary>Sends for whoever awaits them.</summary>
internal sealed class MessageService(EventWriter writer, SendBuckets buckets, IOptions<LimitsSettings> limits)
{
    /// <summary>Appends a message; completes when it is committed, or refused.</summary>
    public async Task<Outcome<Sent>> Send(SendFrame send, UserRef sender)
    {
        if (!SendMessage.Check(send).Is(out var text, out var refusal)) return refusal;
        if (buckets.Take(sender.Id) is { } tooFast) return tooFast;
        var result = new TaskCompletionSource<Outcome<Sent>>(TaskCreationOptions.RunContinuationsAsynchronously);
        writer.Enqueue(new SendMessage(send, text, sender, outcome => result.TrySetResult(outcome), limits.Value.RoomsPerUser));
        return await result.Task;
    }
}
