using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Messages;

/// <summary>Forgets what has had its time: old nonces, dead invites, subscriptions of sessions that ended, the logs of deleted rooms, full buckets. A little at a time, so that nobody waits behind it.</summary>
internal sealed class NonceSweeper(EventWriter writer, SendBuckets buckets, IOptions<EngineSettings> settings, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            buckets.Sweep();
            while (!stoppingToken.IsCancellationRequested && (await writer.Do(new Sweep(settings.Value.NonceMemory))).Is(out var more, out _) && more) { }
        }
    }

    private sealed class Sweep(TimeSpan memory) : WriteOperation<bool>
    {
        private const int AtOnce = 500;

        // A deleted room's log outlives it for a while, for sockets that still have to read their own `left` from it.
        private static readonly TimeSpan DeletedFor = TimeSpan.FromHours(1);

        private static readonly (string Table, string Key)[] OfMessages =
        [
            ("message_changes", "room, message"), ("message_edits", "room, message, seq"), ("reactions", "room, message, emoji, user"), ("mentions", "user, room, message"), ("saved", "user, room, message"),
        ];

        protected override Outcome<bool> Decide(WriteBatch batch)
        {
            var now = batch.Now.ToUnixTimeMilliseconds();
            var gone = batch.Store.Execute(
                "delete from nonces where (nonce, room, sender) in (select nonce, room, sender from nonces where at < $1 order by at limit $2)",
                now - (long)memory.TotalMilliseconds, AtOnce);
            gone += batch.Store.Execute("delete from invites where hash in (select hash from invites where expires_at < $1 or uses_left <= 0 limit $2)", now, AtOnce);
            batch.Store.Execute("delete from invite_uses where invite not in (select hash from invites)");
            gone += batch.Store.Execute(
                "delete from events where (room, seq) in (select e.room, e.seq from rooms r join events e on e.room = r.id where r.deleted_at < $1 limit $2)",
                now - (long)DeletedFor.TotalMilliseconds, AtOnce);
            gone += batch.Store.Execute(
                "delete from push_subscriptions where session in (select p.session from push_subscriptions p left join sessions s on s.id = p.session "
                + "where s.id is null or s.revoked_at is not null or s.expires_at <= $1 limit $2)",
                now, AtOnce);
            foreach (var (table, key) in OfMessages)
            {
                gone += batch.Store.Execute(
                    $"delete from {table} where ({key}) in (select {key} from {table} where room in (select id from rooms where deleted_at < $1) limit $2)", now - (long)DeletedFor.TotalMilliseconds, AtOnce);
            }
            return gone > 0;
        }
    }
}
