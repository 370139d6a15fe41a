using System.Collections.Concurrent;
using System.Threading.Channels;
using Chatter.Chat.Broadcasting;
using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Push;

/// <summary>
/// Pushes messages to those whom they call and who have no page open, after the commits and beside them: the writer only notes which messages there were, and nothing
/// at all where nobody subscribed. What fails is tried again for a while; what waits is in memory alone, since a push is a courtesy, and what is unread says the same.
/// </summary>
internal sealed partial class PushSender : BackgroundService
{
    /// <summary>Pushes under way at a time: a service that hangs keeps one for some seconds.</summary>
    private const int AtOnce = 16;

    private const int MostTries = 6;

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
    private readonly Channel<Delivery> _pushes = Channel.CreateUnbounded<Delivery>();

    // What is to be tried again, by session: what comes for it meanwhile takes its place, so a service that fails or hangs is asked no more often for it.
    private readonly ConcurrentDictionary<Guid, Delivery> _resting = new();
    private int _waiting;
    private int _looking;
    private volatile bool _anybody;

    public PushSender(
        Database database, EventWriter writer, Connections connections, PushService service, IOptions<PushSettings> settings, TimeProvider time, ChatterMetrics metrics, ILogger<PushSender> logger)
    {
        (_database, _writer, _connections, _service, _settings, _time, _metrics, _logger) = (database, writer, connections, service, settings.Value, time, metrics, logger);
        _messages = Channel.CreateBounded<(Guid, long)>(new BoundedChannelOptions(_settings.Waiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
        _writer.Appended += Notice;
        metrics.ObservePushes(() => Volatile.Read(ref _looking) + Volatile.Read(ref _waiting));
    }

    /// <summary>From now on somebody wants to be pushed to.</summary>
    public void Subscribed() => _anybody = true;

    /// <summary>Messages that are still to be looked at, and pushes that are to be tried now.</summary>
    public int InWork => Volatile.Read(ref _looking) + Volatile.Read(ref _waiting) - _resting.Count;

    /// <summary>Pushes that wait for their time.</summary>
    public int Resting => _resting.Count;

    public override void Dispose()
    {
        _writer.Appended -= Notice;
        base.Dispose();
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
                if (await _database.Read(store => store.Snapshot(() => PushTargets.Find(store, room, seq, _connections, _time.GetUtcNow())), stopping) is not { } message) return;
                foreach (var to in message.To) Offer(new Delivery(to, message.Room, message.Text));
            }, stopping);
            Interlocked.Decrement(ref _looking);
        }
    }

    private void Offer(Delivery delivery)
    {
        if (_resting.TryGetValue(delivery.To.Session, out var resting))
        {
            resting.Newest = delivery;
            return;
        }
        if (Interlocked.Increment(ref _waiting) > _settings.Waiting)
        {
            Interlocked.Decrement(ref _waiting);
            _metrics.LimitHit(nameof(PushSettings.Waiting));
            return;
        }
        _pushes.Writer.TryWrite(delivery);
    }

    private async Task Deliver(CancellationToken stopping)
    {
        await foreach (var delivery in _pushes.Reader.ReadAllAsync(stopping))
        {
            var rests = false;
            await Survive(async () => rests = await Push(delivery, stopping), stopping);
            if (!rests) Interlocked.Decrement(ref _waiting);
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
        var (outcome, after) = await _service.Push(delivery.To, delivery.Room, delivery.Text, stopping);
        _metrics.PushAnswered(Name(outcome));
        switch (outcome)
        {
            case Pushed.Gone:
                await _writer.Do(new DropSubscription(delivery.To.Session, delivery.To.Endpoint));
                return false;
            case Pushed.Later when delivery.Tries + 1 < MostTries:
                return Rest(delivery, after, stopping);
            default:
                return false;
        }
    }

    /// <returns>Whether it is this one that rests: where one of the session's does already, it takes this one along.</returns>
    private bool Rest(Delivery delivery, TimeSpan? after, CancellationToken stopping)
    {
        if (!_resting.TryAdd(delivery.To.Session, delivery))
        {
            if (_resting.TryGetValue(delivery.To.Session, out var resting)) resting.Newest = delivery;
            return false;
        }
        var wait = FirstWait * Math.Pow(4, delivery.Tries);
        if (after > wait) wait = after.Value;
        _ = Again(delivery, wait < LongestWait ? wait : LongestWait, stopping);
        return true;
    }

    private async Task Again(Delivery delivery, TimeSpan wait, CancellationToken stopping)
    {
        try
        {
            await Task.Delay(wait, _time, stopping);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        _resting.TryRemove(delivery.To.Session, out _);
        var next = delivery.Newest ?? delivery;
        _pushes.Writer.TryWrite(new Delivery(next.To, next.Room, next.Text) { Tries = delivery.Tries + 1 });
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

    private sealed class Delivery(PushSubscription to, Guid room, byte[] text)
    {
        public PushSubscription To => to;

        public Guid Room => room;

        public byte[] Text => text;

        public int Tries { get; init; }

        /// <summary>What came while it was resting.</summary>
        public Delivery? Newest { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A push failed in a way that nobody expected")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
