using System.Threading.Channels;
using Chatter.Chat.Broadcasting;
using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Gateway;

/// <summary>
/// Subscribes the open sockets of whoever joined a room: every <c>joined</c> in the log leads to <c>subscribed</c> and a cursor just before it.
/// The end of a subscription needs nothing of the kind: writing one's own <c>left</c> to a socket is what ends it.
/// </summary>
internal sealed partial class Subscriptions : BackgroundService
{
    private readonly EventWriter _writer;
    private readonly Broadcaster _broadcaster;
    private readonly Connections _connections;
    private readonly Database _database;
    private readonly ChatterMetrics _metrics;
    private readonly ILogger<Subscriptions> _logger;

    // In the order of the log, one after the other: leaving and joining again must not be told the other way round.
    private readonly Channel<Joining> _joinings;

    public Subscriptions(
        EventWriter writer, Broadcaster broadcaster, Connections connections, Database database, IOptions<EngineSettings> settings, ChatterMetrics metrics, ILogger<Subscriptions> logger)
    {
        (_writer, _broadcaster, _connections, _database, _metrics, _logger) = (writer, broadcaster, connections, database, metrics, logger);
        _joinings = Channel.CreateBounded<Joining>(new BoundedChannelOptions(settings.Value.JoinsWaiting) { SingleReader = true });
        metrics.ObserveJoins(() => _joinings.Reader.Count);
        _writer.Appended += Notice;
    }

    public override void Dispose()
    {
        _writer.Appended -= Notice;
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var joining in _joinings.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await Subscribe(joining, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The client that isn't told resumes: it gets the room with its next welcome.
                Log.Failed(_logger, e, joining.Tail.Room);
                HaveResume(joining.User);
            }
            finally
            {
                _broadcaster.Unpin(joining.Tail);
            }
        }
    }

    /// <summary>On the writer's thread, so that no further event is committed before the tail is there to take it.</summary>
    private void Notice(IReadOnlyList<RoomEvent> appended)
    {
        foreach (var item in appended)
        {
            if (item.Kind != EventKinds.Joined || item.Users is not { } users) continue;
            foreach (var user in users)
            {
                if (!_connections.IsOnline(user.Id)) continue;
                var last = appended.Last(other => other.Room == item.Room).Seq;
                var tail = _broadcaster.Pin(item.Room, last);
                if (_joinings.Writer.TryWrite(new Joining(user.Id, item.Seq, tail))) continue;
                _broadcaster.Unpin(tail);
                _metrics.LimitHit(nameof(EngineSettings.JoinsWaiting));
                HaveResume(user.Id);
            }
        }
    }

    private void HaveResume(Guid user)
    {
        foreach (var socket in _connections.Of(user)) socket.Close(CloseCodes.InternalError, "The server failed. Reconnect and resume.");
    }

    private async Task Subscribe(Joining joining, CancellationToken cancel)
    {
        var room = joining.Tail.Room;
        var entry = await _database.Read(joining.User, store => RoomEntries.AtJoining(store, room, joining.User, joining.Seq), cancel);
        if (entry is null) return;
        var announcement = WireFrame.Encode(new SubscribedFrame(room, entry));
        foreach (var socket in _connections.Of(joining.User))
        {
            var subscription = new Subscription(_broadcaster.Pin(room), entry.Last, joining.Seq, announcement);
            socket.Loop.Do(() => socket.Loop.Subscribe(socket, subscription));
        }
    }

    private sealed record Joining(Guid User, long Seq, RoomTail Tail);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A join of room {Room} could not be told to the user's sockets: they are closed to resume")]
        public static partial void Failed(ILogger logger, Exception error, Guid room);
    }
}
