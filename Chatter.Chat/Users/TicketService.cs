namespace Chatter.Chat.Users;

/// <summary>
/// Tickets stand for a session once, within 60 s, and are accepted wherever a token is: a page's circuit gets one and never sees the cookie's token.
/// They live in memory; what one opens is checked when it is used, so all tickets of a session die with it.
/// </summary>
public sealed class TicketService(TimeProvider time)
{
    private const int Capacity = 100_000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly Dictionary<TokenHash, Ticket> _tickets = [];
    // All live equally long, so the order of issue is the order of expiry.
    private readonly Queue<(TokenHash Hash, DateTimeOffset ExpiresAt)> _byAge = new();

    /// <summary>A new ticket for a session.</summary>
    public string Issue(Guid sessionId)
    {
        var token = Tokens.New(Tokens.TicketPrefix);
        var hash = TokenHash.Of(token);
        var now = time.GetUtcNow();
        lock (_lock)
        {
            while (_byAge.TryPeek(out var oldest) && (oldest.ExpiresAt <= now || _byAge.Count >= Capacity)) _tickets.Remove(_byAge.Dequeue().Hash);
            _tickets.Add(hash, new Ticket(sessionId, now + Lifetime));
            _byAge.Enqueue((hash, now + Lifetime));
        }
        return token;
    }

    /// <summary>Uses a ticket up.</summary>
    /// <returns>The session that it stands for, which may have ended; null for an unknown, used or expired ticket.</returns>
    internal Guid? Redeem(string token)
    {
        var hash = TokenHash.Of(token);
        lock (_lock)
        {
            return _tickets.Remove(hash, out var ticket) && time.GetUtcNow() < ticket.ExpiresAt ? ticket.SessionId : null;
        }
    }

    private readonly record struct Ticket(Guid SessionId, DateTimeOffset ExpiresAt);
}
