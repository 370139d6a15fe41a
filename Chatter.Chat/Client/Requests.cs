using Chatter.Chat.Protocol;

namespace Chatter.Chat.Client;

/// <summary>
/// Pages asked for and not answered. Reading can be repeated at will, so a lost connection or a refusal for the moment only delays them. One is on the wire
/// at a time, as the server doesn't read the socket while it answers one. Not for several threads at once.
/// </summary>
internal sealed class Requests(Func<double> random)
{
    public const int Most = 1_000;

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(30);

    private readonly LinkedList<Pending> _waiting = [];
    private Pending? _onWire;
    private TimeSpan _writtenAt;

    public int Count => _waiting.Count;

    public Outcome<Task<HistoryFrame>> Add(HistoryRequest request)
    {
        if (_waiting.Count >= Most) return new Refusal(ErrorCodes.Invalid, $"There are {Most} history pages waiting already.");
        return _waiting.AddLast(new Pending(request)).Value.Completion.Task;
    }

    public void Cancel(string nonce, CancellationToken cancel)
    {
        if (Find(nonce) is not { } pending) return;
        Remove(pending);
        pending.Completion.TrySetCanceled(cancel);
    }

    public HistoryRequest? Next(TimeSpan now)
    {
        if (_onWire is not null && now < _writtenAt + AnswerWithin) return null;
        _onWire = _waiting.FirstOrDefault(pending => now >= pending.NotBefore);
        _writtenAt = now;
        return _onWire?.Request;
    }

    public TimeSpan? Due() => _onWire is not null ? _writtenAt + AnswerWithin : _waiting.Count == 0 ? null : _waiting.Min(static pending => pending.NotBefore);

    public void Disconnected() => _onWire = null;

    public void Answer(HistoryFrame page)
    {
        if (page.Nonce is null || Find(page.Nonce) is not { } pending) return;
        Remove(pending);
        pending.Completion.TrySetResult(page);
    }

    /// <returns>Whether it was asked for here.</returns>
    public bool Refuse(ErrorFrame error, TimeSpan now)
    {
        if (error.Nonce is null || Find(error.Nonce) is not { } pending) return false;
        if (ErrorCodes.IsTransient(error.Code))
        {
            if (_onWire == pending) _onWire = null;
            pending.NotBefore = now + (error.RetryAfter is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0.01, 3_600)) : Backoff.Delay(pending.Refusals++, random()));
            return true;
        }
        Remove(pending);
        pending.Fail(new ChatException(new Refusal(error.Code, error.Message) { RetryAfter = error.RetryAfter, Last = error.Last }));
        return true;
    }

    public void Fail(Func<Exception> reason)
    {
        foreach (var pending in _waiting.ToArray())
        {
            Remove(pending);
            pending.Fail(reason());
        }
    }

    private Pending? Find(string nonce) => _waiting.FirstOrDefault(pending => pending.Request.Nonce == nonce);

    private void Remove(Pending pending)
    {
        _waiting.Remove(pending);
        if (_onWire == pending) _onWire = null;
    }

    private sealed class Pending(HistoryRequest request)
    {
        public HistoryRequest Request => request;

        public TaskCompletionSource<HistoryFrame> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TimeSpan NotBefore { get; set; }

        public int Refusals { get; set; }

        public void Fail(Exception reason)
        {
            Completion.TrySetException(reason);
            _ = Completion.Task.Exception;
        }
    }
}
