using System.Collections.Concurrent;

namespace Chatter.Chat.Users;

/// <summary>
/// The sessions in use, by token and by id, at most so many. Two generations: what was used since the last turn is in the young one, and when that is
/// half of the capacity, the old one is let go.
/// </summary>
internal sealed class SessionCache(int capacity)
{
    private readonly Lock _lock = new();
    private volatile Generation _young = new();
    private volatile Generation _old = new();
    private long _version;

    /// <summary>Changes with each removal. To be read before the store is asked for what is added.</summary>
    public long Version => Volatile.Read(ref _version);

    public int Count => _young.Count + _old.Count;

    public LiveSession? Find(TokenHash hash)
    {
        if (_young.ByToken.TryGetValue(hash, out var session)) return session;
        return _old.ByToken.TryGetValue(hash, out session) ? Promote(session) : null;
    }

    public LiveSession? Find(Guid id)
    {
        if (_young.ById.TryGetValue(id, out var session)) return session;
        return _old.ById.TryGetValue(id, out session) ? Promote(session) : null;
    }

    /// <summary>
    /// Adds what was read from the store, unless a session was removed since <paramref name="version"/>: it may have been this one, after it was read,
    /// and would live on here.
    /// </summary>
    /// <returns>The session as it is in the cache; null where it has to be read again.</returns>
    public LiveSession? Add(LiveSession session, long version)
    {
        lock (_lock)
        {
            if (version != _version) return null;
            return _young.ById.TryGetValue(session.Id, out var known) || _old.ById.TryGetValue(session.Id, out known) ? known : AddYoung(session);
        }
    }

    public void Remove(Guid id)
    {
        lock (_lock)
        {
            Volatile.Write(ref _version, _version + 1);
            _young.Remove(id);
            _old.Remove(id);
        }
    }

    private LiveSession? Promote(LiveSession session)
    {
        lock (_lock)
        {
            if (_young.ById.TryGetValue(session.Id, out var known)) return known;
            return _old.Remove(session.Id) ? AddYoung(session) : null;
        }
    }

    private LiveSession AddYoung(LiveSession session)
    {
        if (_young.Count >= capacity / 2) (_old, _young) = (_young, new Generation());
        _young.Add(session);
        return session;
    }

    private sealed class Generation
    {
        public ConcurrentDictionary<TokenHash, LiveSession> ByToken { get; } = new();

        public ConcurrentDictionary<Guid, LiveSession> ById { get; } = new();

        public int Count { get; private set; }

        public void Add(LiveSession session)
        {
            ByToken[session.TokenHash] = session;
            ById[session.Id] = session;
            Count++;
        }

        public bool Remove(Guid id)
        {
            if (!ById.TryRemove(id, out var session)) return false;
            ByToken.TryRemove(session.TokenHash, out _);
            Count--;
            return true;
        }
    }
}

/// <summary>A session that isn't revoked, with when it ends.</summary>
internal sealed class LiveSession(Session session, TokenHash tokenHash, DateTimeOffset endsAt, DateTimeOffset lastSeenAt)
{
    private static readonly long NoteEvery = TimeSpan.FromMinutes(1).Ticks;

    /// <summary>Uses noted within a session's life at least: one that lives for a minute only must not end between two notes.</summary>
    private const int NotesALife = 10;

    private volatile Session _session = session;
    private long _notedAt = lastSeenAt.UtcTicks;

    public Guid Id => _session.Id;

    public TokenHash TokenHash => tokenHash;

    public bool IsExpired(DateTimeOffset now) => now >= _session.ExpiresAt;

    /// <summary>Uses the session.</summary>
    /// <param name="now">The time.</param>
    /// <param name="sliding">How long it lives unused.</param>
    /// <param name="noted">True once a minute at most, when the use has to be written down.</param>
    /// <returns>The session; null where it has expired.</returns>
    public Session? Use(DateTimeOffset now, TimeSpan sliding, out bool noted)
    {
        noted = false;
        var current = _session;
        if (now >= current.ExpiresAt) return null;
        var last = Volatile.Read(ref _notedAt);
        if (now.UtcTicks - last < Math.Min(NoteEvery, sliding.Ticks / NotesALife) || Interlocked.CompareExchange(ref _notedAt, now.UtcTicks, last) != last) return current;
        noted = true;
        return _session = current with { ExpiresAt = now + sliding < endsAt ? now + sliding : endsAt };
    }
}
