using System.Collections.Concurrent;
using Chatter.Chat.Broadcasting;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Users;

/// <summary>
/// Sessions: opaque tokens of which the store has only the hash. Known ones are answered from memory; a revoked one is dead at once, since it is
/// written down, then dropped here, then its sockets are closed, in this order.
/// </summary>
public sealed partial class SessionService(
    Database database, IDbContextFactory<ChatterDbContext> contexts, TicketService tickets, Connections connections, IOptions<SessionsSettings> settings, ChatterMetrics metrics,
    TimeProvider time)
{
    private const int Cached = 100_000;

    private readonly SessionCache _cache = new(Cached);
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _seen = new();

    /// <summary>Whose token or single-use ticket this is.</summary>
    /// <returns>Null where it is unknown, used, expired or revoked.</returns>
    /// <exception cref="StoreUnavailableException">The session isn't known in memory, and the store didn't answer.</exception>
    public ValueTask<Session?> Authenticate(string token, CancellationToken cancel)
    {
        if (Tokens.Is(token, Tokens.SessionPrefix))
        {
            var hash = TokenHash.Of(token);
            return _cache.Find(hash) is { } session ? ValueTask.FromResult(Use(session)) : Load(Queries.ByToken, hash.ToBytes(), new Guid(hash.ToBytes().AsSpan(0, 16)), cancel);
        }
        if (Tokens.Is(token, Tokens.TicketPrefix) && tickets.Redeem(token) is { } sessionId) return Touch(sessionId, cancel);
        return ValueTask.FromResult<Session?>(null);
    }

    /// <summary>Notes that somebody was there until now, by a session: to be written down with the next ones.</summary>
    internal void Saw(Guid sessionId) => _seen[sessionId] = time.GetUtcNow();

    /// <summary>
    /// Uses a session, which puts its end off: to be called now and then for a session with an open socket, and once after the socket was registered
    /// with <see cref="Connections"/>, since the session may have been revoked between the two.
    /// </summary>
    /// <returns>The session with its new end; null where it is revoked or expired.</returns>
    /// <exception cref="StoreUnavailableException">The session isn't known in memory, and the store didn't answer.</exception>
    public ValueTask<Session?> Touch(Guid sessionId, CancellationToken cancel) =>
        _cache.Find(sessionId) is { } session ? ValueTask.FromResult(Use(session)) : Load(Queries.ById, sessionId, sessionId, cancel);

    /// <summary>Ends a session: its tokens and tickets are dead when this returns, and its sockets are told.</summary>
    public async Task Revoke(Guid sessionId, ushort closeCode, CancellationToken cancel)
    {
        await using var context = await contexts.CreateDbContextAsync(cancel);
        var session = await context.Sessions.SingleOrDefaultAsync(s => s.Id == sessionId, cancel);
        if (session is null) return;
        session.RevokedAt ??= time.GetUtcNow();
        await SaveRevoked(context, [sessionId]);
        connections.CloseSession(sessionId, closeCode);
    }

    private Session? Use(LiveSession live)
    {
        var now = time.GetUtcNow();
        var session = live.Use(now, settings.Value.Sliding, out var noted);
        if (session is null) _cache.Remove(live.Id);
        else if (noted) _seen[live.Id] = now;
        return session;
    }

    // Nobody knows yet whose session it is, so each has its own turn.
    private async ValueTask<Session?> Load(string query, object key, Guid turn, CancellationToken cancel)
    {
        while (true)
        {
            var version = _cache.Version;
            var read = await database.ReadFirst(turn, connection => connection.First(query, Queries.Map, key), cancel);
            // An expired one isn't let in, since each removal makes all other readers read again.
            if (read is null || read.IsExpired(time.GetUtcNow())) return null;
            if (_cache.Add(read, version) is { } live) return Use(live);
        }
    }

    /// <summary>Saves what ended sessions, and drops them. The request's end must not leave a revoked session in memory, hence no cancellation, and the dropping also after an error.</summary>
    private async Task SaveRevoked(ChatterDbContext context, IReadOnlyCollection<Guid> sessions)
    {
        try
        {
            await context.SaveChangesAsync(CancellationToken.None);
        }
        finally
        {
            foreach (var session in sessions) _cache.Remove(session);
        }
    }

    private static class Queries
    {
        private const string Select = """
            select s.id, s.user_id, u.user_name, s.expires_at, s.token_hash, s.ends_at, s.last_seen_at
            from sessions s join users u on u.id = s.user_id
            where s.revoked_at is null and 
            """;

        public const string ByToken = Select + "s.token_hash = $1";
        public const string ById = Select + "s.id = $1";

        public static LiveSession Map(Microsoft.Data.Sqlite.SqliteDataReader row) => new(
            new Session(row.Id(0), row.Id(1), row.GetString(2), row.Time(3)), TokenHash.From(row.GetFieldValue<byte[]>(4)), row.Time(5), row.Time(6));
    }
}
