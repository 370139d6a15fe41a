using Chatter.Chat.Broadcasting;
using Chatter.Chat.Protocol;
using Chatter.Chat.Rooms;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Telemetry;
using Chatter.Chat.Users;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Gateway;

/// <summary>Answers <c>hello</c>: <c>welcome</c>, the rooms that don't fit into it, what became of the rooms in <c>resume</c>, and the cursors.</summary>
internal sealed class Greeting(
    Database database, Broadcaster broadcaster, Connections connections, SessionService sessions, UserService users, StoreEpoch epoch,
    IOptions<LimitsSettings> limits, IOptions<SocketSettings> sockets, IOptions<FilesSettings> files, ChatterMetrics metrics) : IDisposable
{
    private const int Version = 1;

    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _inWork = Slots(limits.Value.HellosAtOnce, metrics);
    private readonly Limits _told = new(
        Limits.MaxText, Limits.MaxFrame, Limits.MaxPage, limits.Value.SendsPerSecond, limits.Value.SendBurst, Limits.MaxResume, limits.Value.RoomsPerUser, Limits.MaxLively)
    {
        File = files.Value.MaxBytes,
        Avatar = files.Value.AvatarBytes,
    };

    /// <summary>Greets a socket whose <see cref="OutboundSocket.UserId"/> is set, or closes it.</summary>
    /// <returns>Whether it was welcomed.</returns>
    public async Task<bool> Welcome(OutboundSocket socket, HelloFrame hello, CancellationToken cancel)
    {
        if (!await _inWork.WaitAsync(WaitLimit, cancel))
        {
            metrics.LimitHit(nameof(LimitsSettings.HellosAtOnce));
            socket.Close(CloseCodes.TryAgainLater, "Too many connections at once.");
            return false;
        }
        try
        {
            // From here on the socket is found by joins, logouts and the like; what they do for it waits for the welcome.
            if (!connections.TryAdd(socket, limits.Value.SocketsPerUser))
            {
                metrics.LimitHit(nameof(LimitsSettings.SocketsPerUser));
                socket.Close(CloseCodes.TryAgainLater, "You have too many connections open.");
                return false;
            }
            if (await sessions.Touch(socket.SessionId, cancel) is null || await users.Find(socket.UserId, cancel) is not { } user)
            {
                socket.Close(CloseCodes.NotAuthenticated, "The session has ended. Log in again.");
                return false;
            }
            await Welcome(socket, hello, user, cancel);
            return true;
        }
        catch (StoreUnavailableException)
        {
            socket.Close(CloseCodes.TryAgainLater, "The store does not answer.");
            return false;
        }
        finally
        {
            _inWork.Release();
        }
    }

    public void Dispose() => _inWork.Dispose();

    private static SemaphoreSlim Slots(int count, ChatterMetrics metrics)
    {
        var slots = new SemaphoreSlim(count);
        metrics.ObserveHellos(() => count - slots.CurrentCount);
        return slots;
    }

    private async Task Welcome(OutboundSocket socket, HelloFrame hello, UserInfo user, CancellationToken cancel)
    {
        // The tails are pinned before the store is read: an event that comes between is in what is read, or in the tail.
        var ids = await database.ReadFirst(user.Id, store => RoomEntries.Ids(store, user.Id), cancel);
        var tails = ids.ToDictionary(static id => id, id => broadcaster.Pin(id));
        List<Membership> memberships;
        List<Guid> blocks;
        try
        {
            (memberships, blocks) = await database.ReadFirst(user.Id, store => (RoomEntries.Of(store, user.Id), Blocks.Ids(store, user.Id)), cancel);
        }
        catch
        {
            foreach (var tail in tails.Values) broadcaster.Unpin(tail);
            throw;
        }

        var frames = new List<ServerFrame>();
        var subscriptions = new List<Subscription>();
        // A room joined since the ids were read is announced by its `subscribed`.
        memberships.RemoveAll(membership => !tails.ContainsKey(membership.Entry.Room.Id));
        AddEntries(frames, socket, user, [.. memberships.Select(static membership => membership.Entry)], blocks);
        foreach (var (entry, since) in memberships)
        {
            tails.Remove(entry.Room.Id, out var tail);
            tail!.Announce(entry.Last);
            var cursor = hello.Resume is { } resume && resume.TryGetValue(entry.Room.Id, out var seq) ? Resume(frames, entry, seq, hello.Epoch) : entry.Last;
            subscriptions.Add(new Subscription(tail, cursor, since));
        }
        foreach (var tail in tails.Values) broadcaster.Unpin(tail);
        foreach (var room in hello.Resume?.Keys ?? [])
            if (!memberships.Exists(membership => membership.Entry.Room.Id == room)) frames.Add(new UnsubscribedFrame(room, UnsubscribedReasons.Unknown));
        // Posted here and not by the loop: the answers to frames that the client sent right behind its `hello` must come after it.
        foreach (var frame in frames) socket.Post(frame);
        socket.Loop.Do(() => socket.Loop.Welcome(socket, subscriptions));
    }

    private void AddEntries(List<ServerFrame> frames, OutboundSocket socket, UserInfo user, IReadOnlyList<RoomEntry> entries, List<Guid> blocks)
    {
        var chunks = entries.Chunk(Limits.RoomsPerFrame).ToArray();
        bool? More(int chunk) => chunk < chunks.Length - 1 ? true : null;
        frames.Add(new WelcomeFrame(Version, epoch.Value, user, socket.SessionId, chunks.FirstOrDefault() ?? [], _told, sockets.Value.Heartbeat.TotalSeconds, [])
        {
            More = More(0),
            Blocks = blocks.Count > 0 ? blocks : null,
        });
        for (var i = 1; i < chunks.Length; i++) frames.Add(new RoomsFrame(chunks[i]) { More = More(i) });
    }

    /// <summary>Where a resumed room's cursor stands: at the client's seq, or at the end where that can't be.</summary>
    private long Resume(List<ServerFrame> frames, RoomEntry entry, long seq, string? clientEpoch)
    {
        var reason = clientEpoch != epoch.Value ? ResetReasons.Epoch
            : seq > entry.Last ? ResetReasons.Ahead
            : entry.Last - seq > Limits.MaxResume ? ResetReasons.Behind
            : null;
        if (reason is null) return seq;
        frames.Add(new ResetFrame(entry.Room.Id, entry.First, entry.Last, reason));
        return entry.Last;
    }
}
