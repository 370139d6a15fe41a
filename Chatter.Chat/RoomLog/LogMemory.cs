namespace Chatter.Chat.RoomLog;

/// <summary>
/// What the writer knows of rooms, heads and memberships from earlier batches. Nobody else changes them, so what was read once stays true as long as every
/// batch that changed it was committed; after one that wasn't, the writer forgets all. Used by the writer's thread alone.
/// </summary>
internal sealed class LogMemory
{
    /// <summary>Entries of a kind beyond which all of that kind are forgotten; some ten megabytes.</summary>
    private const int Most = 50_000;

    public Dictionary<Guid, RoomRow?> Rooms { get; } = [];

    public Dictionary<Guid, RoomHead> Heads { get; } = [];

    public Dictionary<(Guid Room, Guid User), MemberRow?> Members { get; } = [];

    /// <summary>Forgets all: what the store holds isn't known.</summary>
    public void Clear()
    {
        Rooms.Clear();
        Heads.Clear();
        Members.Clear();
    }

    /// <summary>Between batches: forgets what has become too much.</summary>
    public void Trim()
    {
        if (Rooms.Count > Most) Rooms.Clear();
        if (Heads.Count > Most) Heads.Clear();
        if (Members.Count > Most) Members.Clear();
    }
}
