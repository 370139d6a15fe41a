using System.Collections.Concurrent;
using System.Threading.Channels;
using Chatter.Chat.Broadcasting;
using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Scheduling;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Push;

/// <summary>
/// Pushes messages to those whom they call and who have no page open, after the commits and beside them: the writer only notes which messages there were, and nothing
/// at all where nobody subscribed. Only places of messages are kept, and each try asks again whether the push is still due and what the message says. What fails is tried again for a while; what waits is in memory alone, since a push is a courtesy, and what is unread says the same.
/// </summary>
internal sealed partial class PushSender : BackgroundService
{
    /// <summary>Pushes under way at a time: a service that hangs keeps one for some seconds.</summary>
    private const int AtOnce = 16;

    /// <summary>Of these those of one user, and the part of what waits that one user may take.</summary>
    private const int AtOncePerUser = 2;
    private const int Shares = 10;

    private const int MostTries = 6;

    /// <summary>How long a push waits that finds no place beside those to services that don't answer.</summary>
    private static readonly TimeSpan PlaceWait = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly Database _database;
    private readonly EventWriter _writer;
    private readonly Connections _connections;
    private readonly PushService _service;
    private readonly PushSettings _settings;
    private readonly TimeProvider _time;
    private readonly ChatterMetrics _metrics;
    private readonly ILogger<PushSender> _logger;
    private readonly Channel<(Guid Room, long Seq)> _messages;
    private readonly FairQueue<Guid, Delivery> _pushes;
    private readonly PushHosts _hosts = new(AtOnce / 2);
    private long _number;
    private int _asleep;

    // What is to be tried again, by session: what comes for it meanwhile takes its place, so a service that fails or hangs is asked no more often for it.
    private readonly ConcurrentDictionary<Guid, Rested> _resting = new();
    private int _waiting;
    private int _looking;
    private volatile bool _anybody;

    public PushSender(
        Database database, EventWriter writer, Connections connections, PushService service, IOptions<PushSettings> settings, TimeProvider time, ChatterMetrics metrics, ILogger<PushSender> logger)
    {
        (_database, _writer, _connections, _service, _settings, _time, _metrics, _logger) = (database, writer, connections, service, settings.Value, time, metrics, logger);
        _messages = Channel.CreateBounded<(Guid, long)>(new BoundedChannelOptions(_settings.Waiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
        _pushes = new FairQueue<Guid, Delivery>(_settings.Waiting, Math.Max(1, _settings.Waiting / Shares), AtOncePerUser);
        _writer.Appended += Notice;
        metrics.ObservePushes(() => Volatile.Read(ref _looking) + Volatile.Read(ref _waiting));
    }

    /// <summary>From now on somebody wants to be pushed to.</summary>
    public void Subscribed() => _anybody = true;

    /// <summary>Messages that are still to be looked at, and pushes that are to be tried now.</summary>
    public int InWork => Volatile.Read(ref _looking) + Volatile.Read(ref _waiting) - _resting.Count;

    /// <summary>Pushes that wait for their time.</summary>
    public int Resting => Volatile.Read(ref _asleep);

    public override void Dispose()
    {
        _writer.Appended -= Notice;
        base.Dispose();
        _pushes.Dispose();
    }

    /// <summary>Before anybody can send: what is appended later is looked at if somebody wants to be pushed to.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _anybody |= await _database.Read(static store => store.First("select 1 from push_subscriptions", static row => row.GetInt64(0)) == 1, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll([Look(stoppingToken), .. Enumerable.Range(0, AtOnce).Select(_ => Deliver(stoppingToken))]);
    }

    /// <summary>On the writer's thread.</summary>
    private void Notice(IReadOnlyList<RoomEvent> appended)
    {
        if (!_anybody) return;
        foreach (var item in appended)
        {
            if (item.Kind != EventKinds.Message) continue;
            Interlocked.Increment(ref _looking);
            if (_messages.Writer.TryWrite((item.Room, item.Seq))) continue;
            Interlocked.Decrement(ref _looking);
            _metrics.LimitHit(nameof(PushSettings.Waiting));
        }
    }

    private async Task Look(CancellationToken stopping)
    {
        await foreach (var (room, seq) in _messages.Reader.ReadAllAsync(stopping))
        {
            await Survive(async () =>
            {
                if (await _database.Read(store => store.Snapshot(() => PushTargets.Find(store, room, seq, null, _connections, _time.GetUtcNow())), stopping) is not { } message) return;
                foreach (var to in message.To) Offer(new Delivery(to.User, to.Subscription.Session, room, seq) { Number = Interlocked.Increment(ref _number) });
            }, stopping);
            Interlocked.Decrement(ref _looking);
        }
    }

    private void Offer(Delivery delivery)
    {
        if (_resting.TryGetValue(delivery.Session, out var resting) && resting.TakeAlong(delivery)) return;
        Interlocked.Increment(ref _waiting);
        if (!_pushes.TryAdd(delivery.User, delivery)) Drop();
    }

    private async Task Deliver(CancellationToken stopping)
    {
        while (true)
        {
            var (user, delivery) = await _pushes.Take(stopping);
            var rests = false;
            await Survive(async () => rests = await Push(delivery, stopping), stopping);
            if (!rests) Interlocked.Decrement(ref _waiting);
            _pushes.Done(user);
        }
    }

    private static string Name(Pushed outcome) => outcome switch
    {
        Pushed.Taken => "ok",
        Pushed.Gone => "gone",
        Pushed.Refused => "refused",
        _ => "later",
    };

    /// <returns>Whether it is to be tried again.</returns>
    private async Task<bool> Push(Delivery delivery, CancellationToken stopping)
    {
        PushMessage? message;
        try
        {
            message = await _database.Read(
                store => store.Snapshot(() => PushTargets.Find(store, delivery.Room, delivery.Seq, delivery.Session, _connections, _time.GetUtcNow())), stopping);
        }
        catch (StoreUnavailableException)
        {
            // Nobody knows whether it is still due: that is asked again.
            return Retry(delivery, null, stopping);
        }
        if (message is not { To: [{ Subscription: var to }] })
        {
            _metrics.PushAnswered("stale");
            // What it took the place of may still be due.
            return delivery.Older is { } older && await Push(older, stopping);
        }
        if (_hosts.Enter(to.Endpoint.IdnHost) is not { } place) return Rest(delivery, PlaceWait, stopping);
        using var held = place;
        var (outcome, after) = await _service.Push(to, delivery.Room, message.Text, stopping);
        place.Answered = outcome != Pushed.Silent;
        _metrics.PushAnswered(Name(outcome));
        switch (outcome)
        {
            case Pushed.Gone:
                await _writer.Do(new DropSubscription(to.Session, to.Endpoint));
                return false;
            case Pushed.Later or Pushed.Silent:
                return Retry(delivery, after, stopping);
            default:
                return false;
        }
    }

    private bool Retry(Delivery delivery, TimeSpan? after, CancellationToken stopping)
    {
        if (delivery.Tries + 1 >= MostTries) return false;
        var wait = FirstWait * Math.Pow(4, delivery.Waits);
        if (after > wait) wait = after.Value;
        return Rest(delivery with { Tries = delivery.Tries + 1, Waits = delivery.Waits + 1 }, wait < LongestWait ? wait : LongestWait, stopping);
    }

    /// <returns>Whether it is this one that rests: where one of the session's does already, it takes this one along.</returns>
    private bool Rest(Delivery delivery, TimeSpan wait, CancellationToken stopping)
    {
        // What rests is a part of what waits.
        if (_resting.Count + _pushes.Count >= _settings.Waiting)
        {
            _metrics.LimitHit(nameof(PushSettings.Waiting));
            return false;
        }
        var resting = new Rested(delivery);
        while (!_resting.TryAdd(delivery.Session, resting))
            if (_resting.TryGetValue(delivery.Session, out var other) && other.TakeAlong(delivery)) return false;
        _ = Again(resting, wait, stopping);
        return true;
    }

    private async Task Again(Rested resting, TimeSpan wait, CancellationToken stopping)
    {
        try
        {
            var due = Task.Delay(wait, _time, stopping);
            Interlocked.Increment(ref _asleep);
            await due;
        }
        catch (OperationCanceledException)
        {
            return;
        }
        Interlocked.Decrement(ref _asleep);
        var next = resting.Leave();
        _resting.TryRemove(next.Session, out _);
        if (!_pushes.TryAdd(next.User, next)) Drop();
    }

    /// <summary>There is no room for what should wait: in all, or in the part of its user.</summary>
    private void Drop()
    {
        Interlocked.Decrement(ref _waiting);
        _metrics.LimitHit(nameof(PushSettings.Waiting));
    }

    /// <summary>Whatever one message or push does, the next has its turn.</summary>
    private async Task Survive(Func<Task> work, CancellationToken stopping)
    {
        try
        {
            await work();
        }
        catch (StoreUnavailableException)
        {
            // Told elsewhere. Nobody is pushed what happened meanwhile.
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            Log.Failed(_logger, e);
        }
    }

    /// <summary>A message to push to a session. It has no text: what the message says, and whether it is to be pushed at all, is asked when that happens.</summary>
    private sealed record Delivery(Guid User, Guid Session, Guid Room, long Seq)
    {
        /// <summary>In the order of the commits.</summary>
        public long Number { get; init; }

        /// <summary>How often it was tried.</summary>
        public int Tries { get; init; }

        /// <summary>How often the session was waited for, with this one or those before it.</summary>
        public int Waits { get; init; }

        /// <summary>What it took the place of, or null: that is pushed where this one is no longer due.</summary>
        public Delivery? Older { get; init; }
    }

    /// <summary>A session's push that waits for its time, and the newest that came meanwhile.</summary>
    private sealed class Rested(Delivery first)
    {
        private readonly Lock _lock = new();
        private Delivery? _newer;
        private bool _left;

        /// <summary>Has what came while this one rests pushed in its place, if it is newer.</summary>
        /// <returns>False if it rests no longer.</returns>
        public bool TakeAlong(Delivery another)
        {
            lock (_lock)
            {
                if (_left) return false;
                if (another.Number > (_newer ?? first).Number) _newer = another;
                return true;
            }
        }

        /// <summary>Ends its rest.</summary>
        /// <returns>What is to be pushed now.</returns>
        public Delivery Leave()
        {
            lock (_lock)
            {
                _left = true;
                return _newer is null ? first : _newer with { Waits = first.Waits, Older = first with { Older = null } };
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A push failed in a way that nobody expected")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
