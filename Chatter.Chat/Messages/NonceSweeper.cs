using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Messages;

/// <summary>Forgets what has had its time: old nonces, dead invites, subscriptions of sessions that ended, rooms that stand empty, the logs of deleted ones, full buckets. A little at a time, so that nobody waits behind it.</summary>
internal sealed class NonceSweeper(EventWriter writer, SendBuckets buckets, IOptions<EngineSettings> settings, IOptions<LimitsSettings> limits, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            buckets.Sweep();
            Swept swept = new(true, Guid.Empty);
            while (!stoppingToken.IsCancellationRequested && swept.IsMore && (await writer.Do(new Sweep(settings.Value.NonceMemory, limits.Value.EmptyRoomsFor, limits.Value.AbandonedRoomsFor, swept.Subscription))).Is(out var next, out _)) swept = next;
        }
    }

    /// <summary>How far a sweep got.</summary>
    /// <param name="IsMore">Whether something may be left.</param>
    /// <param name="Subscription">The last push subscription looked at; null once all were.</param>
    private sealed record Swept(bool IsMore, Guid? Subscription);

    private sealed class Sweep(TimeSpan memory, TimeSpan emptyFor, TimeSpan abandonedFor, Guid? subscription) : WriteOperation<Swept>
    {
        private const int AtOnce = 500;

        // A deleted room's log outlives it for a while, for sockets that still have to read their own `left` from it.
        private static readonly TimeSpan DeletedFor = TimeSpan.FromHours(1);

        protected override Outcome<Swept> Decide(WriteBatch batch)
        {
            var gone = ExpiredRows.DeleteNonces(batch.Store, batch.Now - memory, AtOnce);
            gone += ExpiredRows.DeleteInvites(batch.Store, batch.Now, AtOnce);
            gone += ExpiredRows.DeleteRooms(batch.Store, batch.Now - DeletedFor, AtOnce);
            gone += EmptyRooms.Delete(batch, said: false, batch.Now - emptyFor, AtOnce / 10) + EmptyRooms.Delete(batch, said: true, batch.Now - abandonedFor, AtOnce / 10);
            var next = subscription is { } after ? ExpiredRows.DeleteSubscriptions(batch.Store, batch.Now, after, AtOnce) : null;
            return new Swept(gone > 0 || next is not null, next);
        }
    }
}
