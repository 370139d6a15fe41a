namespace Chatter.Chat.Protocol;

/// <summary>The limits that a client is told in <c>welcome.limits</c> (docs/protocol.md §5).</summary>
/// <param name="Text">Longest message text, in UTF-16 code units.</param>
/// <param name="Frame">Longest message on the socket, all fragments together, in bytes.</param>
/// <param name="Page">Where a history page ends, in bytes.</param>
/// <param name="SendsPerSecond">Sustained sends a second of one user.</param>
/// <param name="SendBurst">Sends of one user that may come at once.</param>
/// <param name="Resume">Most events replayed per room after <c>hello</c>; beyond them comes <c>reset</c>.</param>
/// <param name="Rooms">Most rooms one user may be in.</param>
/// <param name="Lively">Largest room, in members, in which typing and presence are told.</param>
public sealed record Limits(int Text, int Frame, int Page, int SendsPerSecond, int SendBurst, int Resume, int Rooms, int Lively)
{
    /// <summary>Largest file that is taken, in bytes.</summary>
    public long File { get; init; }

    /// <summary>Largest picture of a person that is taken, in bytes.</summary>
    public long Avatar { get; init; }

    /// <summary>Most files of a message.</summary>
    public int Attachments { get; init; } = MaxAttachments;

    /// <summary>Most files of a message.</summary>
    public const int MaxAttachments = 10;

    /// <summary>Longest message text, in UTF-16 code units.</summary>
    public const int MaxText = 8_000;

    /// <summary>Longest WebSocket message that is accepted, all fragments together, in bytes.</summary>
    public const int MaxFrame = 65_536;

    /// <summary>A history page has at most this many bytes, unless a single event has more.</summary>
    public const int MaxPage = 262_144;

    /// <summary>Most events replayed per room after <c>hello</c>.</summary>
    public const int MaxResume = 10_000;

    /// <summary>Largest room, in members, in which typing and presence are told.</summary>
    public const int MaxLively = 200;

    /// <summary>Most rooms in <c>welcome</c> and in each <c>rooms</c> frame.</summary>
    public const int RoomsPerFrame = 200;

    /// <summary>Events of a page.</summary>
    public const int EventsPerPage = 200;

    /// <summary>Most levels of nesting in a frame or body; the frame itself is level 1.</summary>
    public const int MaxDepth = 16;

    /// <summary>The first integer that is no <c>seq</c> or count: 2^53.</summary>
    public const long SeqEnd = 1L << 53;
}
