using System.Collections.Concurrent;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Broadcasting;

/// <summary>Who has which sockets open on this node.</summary>
public sealed class Connections
{
    private readonly ConcurrentDictionary<Guid, ConnectedUser> _users = new();
    private int _count;

    /// <summary>Raised when a user's first socket opened, his last one closed, or one said that he is away; on any thread.</summary>
    internal event Action<Guid>? PresenceChanged;

    /// <summary>Raised with a user's last socket, before he counts as gone; on any thread, and to be handled quickly.</summary>
    internal event Action<OutboundSocket>? LastClosed;

    /// <summary>Sockets that greeted.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether a user has a socket open.</summary>
    public bool IsOnline(Guid userId) => _users.ContainsKey(userId);

    /// <summary>Whether a session has a socket open.</summary>
    public bool HasSocket(Guid sessionId) => _users.Values.Any(user => user.Sockets.Any(socket => socket.SessionId == sessionId));

    /// <summary>Closes all sockets of a session. No event is written to them after what is half-sent.</summary>
    public void CloseSession(Guid sessionId, ushort closeCode)
    {
        foreach (var user in _users.Values)
            foreach (var socket in user.Sockets)
                if (socket.SessionId == sessionId) socket.Close(closeCode, closeCode == CloseCodes.Replaced ? "Replaced by a newer session." : "The session has ended. Log in again.");
    }

    /// <summary>Whether somebody is there, as other members see it.</summary>
    public string Presence(Guid userId) =>
        !_users.TryGetValue(userId, out var user) || user.Sockets.Count == 0 ? PresenceStatus.Offline
        : user.Away.Count >= user.Sockets.Count ? PresenceStatus.Away
        : PresenceStatus.Online;

    /// <summary>The same, with when he was last seen, where he isn't there and that may be told.</summary>
    public UserPresence Presence(Guid userId, DateTimeOffset? lastSeen)
    {
        var status = Presence(userId);
        return new UserPresence(userId, status) { LastSeenAt = status == PresenceStatus.Offline ? lastSeen : null };
    }

    /// <summary>Counts a socket as the user's, before anything is read for it: what happens from now on reaches it.</summary>
    /// <returns>False where the user has that many already.</returns>
    internal bool TryAdd(OutboundSocket socket, int limit)
    {
        while (true)
        {
            var user = _users.GetOrAdd(socket.UserId, static _ => new ConnectedUser());
            lock (user)
            {
                if (user.Gone) continue;
                if (user.Sockets.Count >= limit) return false;
                user.Sockets = [.. user.Sockets, socket];
            }
            Interlocked.Increment(ref _count);
            PresenceChanged?.Invoke(socket.UserId);
            return true;
        }
    }

    internal void Remove(OutboundSocket socket)
    {
        if (!_users.TryGetValue(socket.UserId, out var user)) return;
        lock (user)
        {
            if (!user.Sockets.Contains(socket)) return;
            user.Sockets = [.. user.Sockets.Where(s => s != socket)];
            user.Away.Remove(socket);
            if (user.Sockets.Count == 0)
            {
                user.Gone = true;
                // Who finds him gone finds it noted.
                LastClosed?.Invoke(socket);
                _users.TryRemove(KeyValuePair.Create(socket.UserId, user));
            }
        }
        Interlocked.Decrement(ref _count);
        PresenceChanged?.Invoke(socket.UserId);
    }

    internal void SetAway(OutboundSocket socket, bool away)
    {
        if (!_users.TryGetValue(socket.UserId, out var user)) return;
        lock (user)
        {
            if (!(away ? user.Sockets.Contains(socket) && user.Away.Add(socket) : user.Away.Remove(socket))) return;
        }
        PresenceChanged?.Invoke(socket.UserId);
    }

    /// <summary>A user's sockets, as they are now.</summary>
    internal IReadOnlyList<OutboundSocket> Of(Guid userId) => _users.TryGetValue(userId, out var user) ? user.Sockets : [];

    /// <summary>Tells a user's sockets something that they can do without: those that are behind don't hear it.</summary>
    internal void Tell(Guid userId, ServerFrame frame, OutboundSocket? except = null)
    {
        byte[]? bytes = null;
        foreach (var socket in Of(userId))
        {
            if (socket == except) continue;
            var encoded = bytes ??= WireFrame.Encode(frame);
            socket.Loop.DoUnlessBusy(() => DispatchLoop.TellIfIdle(socket, encoded));
        }
    }

    /// <summary>All sockets, as they are now.</summary>
    internal IEnumerable<OutboundSocket> All => _users.Values.SelectMany(static user => user.Sockets);

    private sealed class ConnectedUser
    {
        /// <summary>Replaced, never changed, so that it can be read without a lock.</summary>
        public volatile IReadOnlyList<OutboundSocket> Sockets = [];

        public HashSet<OutboundSocket> Away { get; } = [];

        public bool Gone { get; set; }
    }
}
