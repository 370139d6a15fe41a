using Chatter.Chat.Storage;

namespace Chatter.Chat.Search;

/// <summary>How long a search may take.</summary>
internal readonly struct SearchDeadline(TimeSpan limit)
{
    private readonly long _until = Environment.TickCount64 + (long)limit.TotalMilliseconds;

    public bool HasPassed => Environment.TickCount64 > _until;

    /// <summary>To be called between hits, whose texts cost processor outside of SQLite.</summary>
    /// <exception cref="StoreUnavailableException">The time is over.</exception>
    public void ThrowIfPassed()
    {
        if (HasPassed) throw new StoreUnavailableException("The search took too long.");
    }
}
