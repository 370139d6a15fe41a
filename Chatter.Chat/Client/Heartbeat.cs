namespace Chatter.Chat.Client;

/// <summary>When silence calls for a <c>ping</c>, and when it means that the connection is lost: after one heartbeat and after two (docs/protocol.md §4.4).</summary>
internal sealed class Heartbeat(TimeSpan interval)
{
    private TimeSpan? _pingedSince;

    /// <param name="now">The time.</param>
    /// <param name="heardAt">When the server was last heard.</param>
    /// <returns>What to do, and when to look again.</returns>
    public (bool Ping, bool Lost, TimeSpan Next) Check(TimeSpan now, TimeSpan heardAt)
    {
        if (now >= heardAt + 2 * interval) return (false, true, now);
        if (now < heardAt + interval) return (false, false, heardAt + interval);
        // One ping for each silence, not one until the next look: the answer to the last one may be a whole heartbeat old by now.
        var ping = _pingedSince != heardAt;
        _pingedSince = heardAt;
        return (ping, false, heardAt + 2 * interval);
    }
}
