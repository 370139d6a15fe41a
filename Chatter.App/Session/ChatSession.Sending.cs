using Chatter.Chat.Client;
using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>Sending: shown at once, repeated by the client until it is committed, kept by the browser until then.</summary>
public sealed partial class ChatSession
{
    /// <summary>The server remembers a nonce for two days; after one, sending again is for the writer to decide.</summary>
    private static readonly TimeSpan SendsByItself = TimeSpan.FromDays(1);

    /// <summary>Own messages of a circuit that may wait, those that were refused included: the browser keeps all others until some are done.</summary>
    public const int MostPending = 100;

    /// <summary>What they may take together, in bytes.</summary>
    public const long MostPendingBytes = 1 << 20;

    private readonly Dictionary<(Guid Room, string Nonce), TaskCompletionSource> _sends = [];

    /// <summary>Messages that there was no place for, until they come again: what the browser holds behind them must not overtake them.</summary>
    private readonly Recent<(Guid Room, string Nonce), bool> _turnedAway = new(ScriptCalls.MostUnderWay);

    /// <summary>
    /// Sends a message that the browser holds. The same nonce again is the same message, so the browser may repeat it whenever it doesn't know.
    /// </summary>
    /// <returns>
    /// Completes when the browser may forget it: committed, or discarded by its writer. Cancelled where it should keep it, since the room is lost; failed with
    /// <see cref="ScriptCallRefusedException"/> where it should keep it and hand it over later, since too much waits already.
    /// </returns>
    /// <param name="id">The room.</param>
    /// <param name="nonce">The message's name.</param>
    /// <param name="text">Its text.</param>
    /// <param name="age">How long ago it was typed.</param>
    /// <param name="replyTo">The message that it answers, or null.</param>
    /// <param name="attachments">The files that go with it, or null. They come from the browser: they are shown to its reader alone, until the server says what they are.</param>
    /// <param name="after">The name of the message that the browser holds before it in this room, or null.</param>
    public Task Send(Guid id, string nonce, string text, TimeSpan age, Guid? replyTo = null, IReadOnlyList<AttachmentInfo>? attachments = null, string? after = null)
    {
        if (!Text.IsNonce(nonce)) return Task.CompletedTask;
        if (state.Find(id) is not { } room) return Task.FromCanceled(new CancellationToken(canceled: true));
        if (_sends.TryGetValue((id, nonce), out var known)) return known.Task;
        if (room.Window.Events.Any(e => e.Nonce == nonce && e.From?.Id == state.Me?.Id)) return Task.CompletedTask;

        var pending = new PendingMessage(nonce, text.TrimEnd(), time.GetUtcNow() - age) { ReplyTo = replyTo, Attachments = attachments is { Count: > 0 } ? attachments : null };
        if (!HasPlaceFor(pending) || after is not null && _turnedAway.TryGet((id, after), out _))
        {
            _turnedAway.Set((id, nonce), true);
            return Task.FromException(new ScriptCallRefusedException("Too much waits to be sent."));
        }
        _turnedAway.Remove((id, nonce));
        var settled = _sends[(id, nonce)] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (age > SendsByItself) pending = pending with { Refusal = new Refusal(ErrorCodes.Conflict, "it waited for more than a day.") };
        room.AddPending(pending);
        if (pending.Refusal is null) _ = Deliver(room, pending);
        state.Touch();
        return settled.Task;
    }

    private bool HasPlaceFor(PendingMessage message)
    {
        var (count, bytes) = state.Pending;
        return Math.Max(count, _sends.Count) < MostPending && bytes + message.Bytes <= MostPendingBytes;
    }

    /// <summary>Sends a refused message once more.</summary>
    public void TryAgain(Guid id, string nonce)
    {
        if (state.Find(id) is not { } room || room.FindPending(nonce) is not { Refusal: not null } refused) return;
        var pending = refused with { Refusal = null, At = time.GetUtcNow() };
        room.ReplacePending(pending);
        _ = Deliver(room, pending);
        state.Touch();
    }

    /// <summary>Gives a refused message up.</summary>
    public void Discard(Guid id, string nonce)
    {
        if (state.Find(id) is not { } room || room.FindPending(nonce) is not { Refusal: not null }) return;
        room.RemovePending(nonce);
        Settle(id, nonce);
        state.Touch();
    }

    public void Typing(Guid room) => _client?.Typing(room);

    private async Task Deliver(RoomState room, PendingMessage pending)
    {
        try
        {
            var sent = await Client.Send(room.Id, pending.Text, pending.ReplyTo, pending.Nonce, pending.Attachments, _ending.Token);
            room.ReplacePending(pending with { Seq = sent.Seq });
            Settle(room.Id, pending.Nonce);
        }
        catch (ChatException refused)
        {
            room.ReplacePending(pending with { Refusal = refused.Refusal });
        }
        catch (Exception gone) when (gone is ObjectDisposedException or OperationCanceledException)
        {
            // The circuit is gone; the browser still holds the message and hands it to the next one.
            return;
        }
        state.Touch();
    }

    /// <summary>What wasn't committed in a room that is lost stays with the browser, which hands it over again should its writer come back.</summary>
    private void KeepUnsent(RoomState lost, string reason)
    {
        foreach (var send in _sends.Keys.Where(s => s.Room == lost.Id).ToList())
        {
            if (!_sends.Remove(send, out var unsettled)) continue;
            if (reason == UnsubscribedReasons.Deleted) unsettled.SetResult();
            else unsettled.SetCanceled();
        }
    }

    private void Settle(Guid room, string nonce)
    {
        if (_sends.Remove((room, nonce), out var settled)) settled.SetResult();
    }
}
