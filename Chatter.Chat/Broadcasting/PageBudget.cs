using Chatter.Chat.Scheduling;
using Chatter.Chat.Settings;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Broadcasting;

/// <summary>
/// Pages that are read, encoded or on their way, of all sockets and requests: so many at a time, of at most <see cref="Protocol.Limits.MaxPage"/> bytes each, since their size and number are chosen by
/// whoever asks. Users take turns, with at most an eighth of them each; where others wait, who doesn't take what was asked for is given up.
/// </summary>
internal sealed class PageBudget : IDisposable
{
    /// <summary>How long a page may be on its way while others wait for its place.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly int _atOnce;
    private readonly FairQueue<Guid, Waiter> _waiting;
    private readonly HashSet<Share> _shares = [];
    private readonly ChatterMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ITimer _looks;
    private bool _stopped;

    public PageBudget(IOptions<EngineSettings> settings, ChatterMetrics metrics, TimeProvider time)
    {
        (_metrics, _time, _atOnce) = (metrics, time, settings.Value.PagesAtOnce);
        // What waits is bounded by the sockets, each of which asks for one page at a time, and by the requests at once.
        _waiting = new FairQueue<Guid, Waiter>(int.MaxValue, int.MaxValue, Math.Max(1, _atOnce / 8));
        _looks = time.CreateTimer(_ => GiveUpSlow(), null, LookEvery, LookEvery);
        metrics.ObservePages(() => _shares.Count, () => _waiting.Count);
    }

    /// <summary>Waits for a place. Disposing the share gives it back; where the server stops first, the task is canceled.</summary>
    /// <param name="user">Whose turn it is.</param>
    /// <param name="giveUp">Ends the connection that doesn't take its page. Called on any thread.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task<Share> Enter(Guid user, Action giveUp, CancellationToken cancel)
    {
        var waiter = new Waiter(new Share(this, user, giveUp));
        lock (_lock)
        {
            if (_stopped) return Task.FromCanceled<Share>(new CancellationToken(canceled: true));
            _waiting.TryAdd(user, waiter);
            Grant();
        }
        return waiter.Granted.Task.IsCompleted ? waiter.Granted.Task : Wait(waiter, cancel);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_stopped) return;
            _stopped = true;
            foreach (var waiter in _waiting.Clear()) waiter.Granted.TrySetCanceled();
            _waiting.Dispose();
        }
        _looks.Dispose();
    }

    private static async Task<Share> Wait(Waiter waiter, CancellationToken cancel)
    {
        await using var canceled = cancel.Register(() => waiter.Granted.TrySetCanceled(cancel));
        return await waiter.Granted.Task;
    }

    private void Grant()
    {
        while (_shares.Count < _atOnce && _waiting.TryTake(out var user, out var waiter))
        {
            var share = waiter.Share;
            share.Since = _time.GetTimestamp();
            _shares.Add(share);
            // Who went away meanwhile doesn't need it.
            if (!waiter.Granted.TrySetResult(share)) Remove(share);
        }
    }

    private void Remove(Share share)
    {
        if (!_shares.Remove(share) || _stopped) return;
        _waiting.Done(share.User);
    }

    private void Leave(Share share)
    {
        lock (_lock)
        {
            Remove(share);
            if (!_stopped) Grant();
        }
    }

    /// <summary>Where others wait, as many as they are give way who have had their time.</summary>
    private void GiveUpSlow()
    {
        List<Share> slow;
        lock (_lock)
        {
            if (_stopped || _waiting.Count == 0) return;
            slow = [.. _shares.Where(share => !share.IsGivenUp && _time.GetElapsedTime(share.Since) > Patience).OrderBy(static share => share.Since).Take(_waiting.Count)];
            foreach (var share in slow) share.IsGivenUp = true;
        }
        foreach (var share in slow)
        {
            _metrics.LimitHit(nameof(EngineSettings.PagesAtOnce));
            share.GiveUp();
        }
    }

    /// <summary>One page's place.</summary>
    internal sealed class Share(PageBudget budget, Guid user, Action giveUp) : IDisposable
    {
        public Guid User => user;

        public long Since { get; set; }

        public bool IsGivenUp { get; set; }

        public void GiveUp() => giveUp();

        public void Dispose() => budget.Leave(this);
    }

    private sealed record Waiter(Share Share)
    {
        public TaskCompletionSource<Share> Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
