using System.Collections.Concurrent;
using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Broadcasting;

/// <summary>
/// Room → tail, and the dispatch loops. Whatever is committed comes here once, in the order of its room; the loops do the rest.
/// A tail lives as long as somebody here follows the room.
/// </summary>
internal sealed partial class Broadcaster : IHostedService, IDisposable
{
    private static readonly TimeSpan StalledAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BudgetEvery = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Guid, RoomTail> _tails = new();
    private readonly DispatchLoop[] _loops;
    private readonly EngineSettings _settings;
    private readonly Timer _budget;
    private int _nextLoop;

    public Broadcaster(
        IOptions<EngineSettings> engine, IOptions<SocketSettings> sockets, CatchUp catchUp, IHostApplicationLifetime lifetime, ChatterMetrics metrics,
        ILogger<Broadcaster> logger)
    {
        _settings = engine.Value;
        _loops = [.. Enumerable.Range(0, _settings.Loops).Select(i => new DispatchLoop(i, sockets.Value, _settings.CommandsWaiting, catchUp.Read, Unpin, Died, metrics, logger))];
        _budget = new Timer(_ => KeepBudget());
        metrics.ObserveTails(() => _tails.Count, () => _tails.Sum(static tail => tail.Value.Bytes));
        metrics.ObserveDispatch(
            () => _loops.Sum(static loop => (long)loop.Waiting), () => _loops.Sum(static loop => (long)loop.SocketsBehind),
            () => _loops.Max(static loop => loop.SinceLastTurn.TotalSeconds));

        void Died(Exception error)
        {
            // Its sockets would be silent for ever, and nobody else may write to them: better a restart, after which they resume.
            Environment.ExitCode = 70;
            Log.LoopDied(logger, error);
            lifetime.StopApplication();
        }
    }

    /// <summary>Whether all loops turn.</summary>
    public bool IsAlive => _loops.All(static loop => loop.SinceLastTurn < StalledAfter);

    public IReadOnlyList<DispatchLoop> Loops => _loops;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var loop in _loops) loop.Start();
        _budget.Change(BudgetEvery, BudgetEvery);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _budget.Dispose();
        foreach (var loop in _loops) loop.Dispose();
    }

    /// <summary>The loop that a new socket belongs to.</summary>
    public DispatchLoop NextLoop() => _loops[(uint)Interlocked.Increment(ref _nextLoop) % _loops.Length];

    /// <summary>What this thread tells wakes no loop that sleeps until <see cref="Release"/>. For the writer, for no longer than a batch or two.</summary>
    public static void Hold() => DispatchLoop.IsHeldHere = true;

    /// <summary>Wakes the loops that were told something.</summary>
    public void Release()
    {
        DispatchLoop.IsHeldHere = false;
        WakeHeld();
    }

    /// <summary>The same from any thread, where it takes too long: what was told so far is enough to begin.</summary>
    public void WakeHeld()
    {
        foreach (var loop in _loops) loop.WakeHeld();
    }

    /// <summary>Takes a committed event, on the thread of who committed it.</summary>
    public void Offer(RoomEvent item)
    {
        if (!_tails.TryGetValue(item.Room, out var tail)) return;
        // What was deleted is not to be told any more: who lacks it reads it from the store, without its text.
        if (item.Kind == EventKinds.Deleted) tail.Redact();
        tail.Offer(new TailEvent(item));
    }

    /// <summary>Somebody is no longer called as the events in memory call him: they are read from the store from now on, in all rooms, since he may have spoken in any.</summary>
    public void ForgetNames()
    {
        foreach (var (_, tail) in _tails) tail.Redact();
    }

    /// <summary>Says that a room's log reaches to there, where the events themselves aren't at hand.</summary>
    public void Announce(Guid room, long last)
    {
        if (_tails.TryGetValue(room, out var tail)) tail.Announce(last);
    }

    /// <summary>The room's tail, pinned: <see cref="Unpin"/> it when done. Pin first and read the room's last seq from the store then, and nothing is missed between.</summary>
    /// <param name="room">The room's id.</param>
    /// <param name="last">A seq known to be committed; a tail that doesn't know of it yet is told.</param>
    public RoomTail Pin(Guid room, long last = 0)
    {
        while (true)
        {
            var tail = _tails.GetOrAdd(room, static (id, it) => new RoomTail(id, it.last, it.self._settings.TailEvents, it.self._loops.Length, it.self.Wake), (self: this, last));
            if (!tail.Pin()) continue;
            tail.Announce(last);
            return tail;
        }
    }

    public void Unpin(RoomTail tail)
    {
        if (tail.Unpin()) _tails.TryRemove(KeyValuePair.Create(tail.Room, tail));
    }

    /// <summary>Tells something that nobody needs to everybody in a room but that user.</summary>
    public void Tell(Guid room, ServerFrame frame, IReadOnlySet<Guid> except)
    {
        if (!_tails.TryGetValue(room, out var tail)) return;
        var bytes = WireFrame.Encode(frame);
        foreach (var loop in _loops)
            if (tail.IsWatched(loop.Number)) loop.DoUnlessBusy(() => loop.Tell(room, bytes, except));
    }

    /// <summary>Tells something that is said once to everybody in a room but that user, also to those who are behind, as long as they have room for it.</summary>
    public void TellOnce(Guid room, ServerFrame frame, Guid except)
    {
        if (!_tails.TryGetValue(room, out var tail)) return;
        var bytes = WireFrame.Encode(frame);
        var one = new HashSet<Guid> { except };
        foreach (var loop in _loops)
            if (tail.IsWatched(loop.Number)) loop.Do(() => loop.Tell(room, bytes, one, evenIfBehind: true));
    }

    /// <summary>Tells who came and went, by room.</summary>
    public void TellPresence(IReadOnlyDictionary<Guid, List<ChangedPresence>> byRoom)
    {
        foreach (var loop in _loops) loop.Do(() => loop.TellPresence(byRoom));
    }

    private void Wake(int loop, RoomTail tail) => _loops[loop].RoomChanged(tail);

    private void KeepBudget()
    {
        var total = 0L;
        foreach (var (_, tail) in _tails) total += tail.Bytes;
        if (total <= _settings.TailBytes) return;
        // Half of the budget is freed at a time, the largest first; who needs what was dropped reads the store.
        foreach (var tail in _tails.Values.OrderByDescending(static t => t.Bytes))
        {
            if (total <= _settings.TailBytes / 2) return;
            total -= tail.Bytes;
            tail.Trim();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Critical, "A dispatch loop died: stopping")]
        public static partial void LoopDied(ILogger logger, Exception error);
    }
}
