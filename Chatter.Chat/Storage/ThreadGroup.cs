namespace Chatter.Chat.Storage;

/// <summary>The threads of a pool as one.</summary>
internal static class ThreadGroup
{
    /// <summary>How long whoever stops waits for what is in work.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Waits for all of them to end, for 5 s in all.</summary>
    /// <returns>False where one still hangs, in a call to a disk that doesn't answer: what it will come back to must be there.</returns>
    public static bool Join(Thread[] threads)
    {
        var until = Environment.TickCount64 + (long)Limit.TotalMilliseconds;
        return Array.TrueForAll(threads, thread => thread.Join((int)Math.Max(0, until - Environment.TickCount64)));
    }
}
