using System.Collections.Concurrent;
using Chatter.Chat.Broadcasting;
using Chatter.Chat.Protocol;
using Chatter.Chat.Rooms;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Gateway;

/// <summary>
/// Tells who came and went to those who share a room of at most <see cref="Limits.Lively"/> members with them: after a time of stability, collected,
/// so that a restart or a bad line isn't a storm (docs/protocol.md §4.3).
/// </summary>
internal sealed partial class PresenceTeller : BackgroundService
{
    private readonly Connections _connections;
    private readonly Broadcaster _broadcaster;
    private readonly Database _database;
    private readonly EngineSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<PresenceTeller> _logger;
    private readonly ConcurrentDictionary<Guid, long> _changed = new();
    private readonly Dictionary<Guid, string> _told = [];

    public PresenceTeller(
        Connections connections, Broadcaster broadcaster, Database database, IOptions<EngineSettings> settings, TimeProvider time, ILogger<PresenceTeller> logger)
    {
        (_connections, _broadcaster, _database, _settings, _time, _logger) = (connections, broadcaster, database, settings.Value, time, logger);
        _connections.PresenceChanged += Notice;
    }

    public override void Dispose()
    {
        _connections.PresenceChanged -= Notice;
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_settings.PresenceEvery, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Tell(stoppingToken);
            }
            catch (StoreUnavailableException e)
            {
                Log.Failed(_logger, e); // What wasn't told stays in _changed for the next round.
            }
        }
    }

    private void Notice(Guid user) => _changed[user] = _time.GetTimestamp();

    private async Task Tell(CancellationToken cancel)
    {
        var byRoom = new Dictionary<Guid, List<ChangedPresence>>();
        try
        {
            await Collect(byRoom, cancel);
        }
        finally
        {
            // Also where the store failed on the way: whose change was found isn't looked at again.
            if (byRoom.Count > 0) _broadcaster.TellPresence(byRoom);
        }
    }

    private async Task Collect(Dictionary<Guid, List<ChangedPresence>> byRoom, CancellationToken cancel)
    {
        foreach (var (user, at) in _changed)
        {
            if (_time.GetElapsedTime(at) < _settings.PresenceStable) continue;
            var status = _connections.Presence(user);
            if (status != _told.GetValueOrDefault(user, PresenceStatus.Offline))
            {
                var (rooms, hides, blocked) = await _database.Read(store => (RoomEntries.Lively(store, user), HidesLastSeen(store, user), Blocks.Ids(store, user).ToHashSet()), cancel);
                var presence = new UserPresence(user, status) { LastSeenAt = status == PresenceStatus.Offline && !hides ? _time.GetUtcNow() - _time.GetElapsedTime(at) : null };
                foreach (var room in rooms)
                {
                    if (!byRoom.TryGetValue(room, out var users)) byRoom.Add(room, users = []);
                    users.Add(new ChangedPresence(presence, blocked));
                }
                if (status == PresenceStatus.Offline) _told.Remove(user);
                else _told[user] = status;
            }
            // Changed again meanwhile: it is looked at anew.
            _changed.TryRemove(KeyValuePair.Create(user, at));
        }
    }

    private static bool HidesLastSeen(StoreConnection store, Guid user) => store.First("select hides_last_seen from users where id = $1", static row => row.GetInt64(0), user) != 0;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Presence could not be told; it will be with the next round")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
