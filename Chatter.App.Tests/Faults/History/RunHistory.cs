using System.Diagnostics;

namespace Chatter.App.Tests.Faults.History;

/// <summary>What is known of an operation. Only <see cref="Unknown"/> may go either way.</summary>
internal enum Outcome
{
    /// <summary>A time-out, a lost connection, <c>unavailable</c>: it may have happened, or happen yet.</summary>
    Unknown,

    /// <summary>It happened.</summary>
    Ok,

    /// <summary>An error that promises that it never happened.</summary>
    Refused,
}

/// <summary>An event as anybody got it from anywhere; two that are the same are equal.</summary>
/// <param name="Seq">Its place in the log.</param>
/// <param name="Id">Its id.</param>
/// <param name="At">Unix milliseconds.</param>
/// <param name="Kind">As in the protocol.</param>
/// <param name="From">The sender's id.</param>
/// <param name="Text">Of a message.</param>
/// <param name="Nonce">Of a message.</param>
/// <param name="ReplyTo">Of a message.</param>
/// <param name="Users">Ids of those who joined or left, by commas.</param>
internal sealed record LogEvent(long Seq, string Id, long At, string Kind, string? From = null, string? Text = null, string? Nonce = null, string? ReplyTo = null, string? Users = null);

/// <summary>What somebody asked for, when, and what he was told. Times are those of <see cref="Stopwatch"/>.</summary>
internal abstract class Operation
{
    /// <summary>The connection; -1 for a call of its own.</summary>
    public required int Process { get; init; }

    public required string User { get; init; }

    public required string Room { get; init; }

    public required long Invoked { get; set; }

    /// <summary>When it was answered, or given up.</summary>
    public long Completed { get; set; } = long.MaxValue;

    public Outcome Outcome { get; set; }

    /// <summary>The error's code, where there was one.</summary>
    public string? Code { get; set; }

    /// <summary>The event that it became.</summary>
    public long Seq { get; set; }
}

/// <summary>One attempt to send; a repeated nonce is a further attempt.</summary>
internal sealed class SendAttempt : Operation
{
    public required string Nonce { get; init; }

    public required string Text { get; init; }

    public string? Prev { get; init; }

    public string? ReplyTo { get; init; }

    public string? Event { get; set; }
}

/// <summary>An attempt to join or leave.</summary>
internal sealed class MembershipAttempt : Operation
{
    public required bool Joins { get; init; }

    /// <summary>Of a join: false where one was a member already.</summary>
    public bool IsNew { get; set; }
}

/// <summary>A page of history.</summary>
internal sealed class PageRead : Operation
{
    /// <summary>Whose page: see <see cref="Connection.Reader"/>.</summary>
    public required string Reader { get; init; }

    public required long After { get; init; }

    public List<LogEvent> Events { get; set; } = [];

    public long First { get; set; }

    public long Last { get; set; }

    public bool More { get; set; }
}

internal enum ReceivedKind
{
    /// <summary>A room of <c>welcome</c> or <c>rooms</c>.</summary>
    Entry,

    Subscribed,

    Reset,

    Event,

    Unsubscribed,
}

/// <summary>Something that came on a socket and concerns a room's cursor.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Room">The room.</param>
/// <param name="At">When.</param>
/// <param name="First">Of an entry or reset.</param>
/// <param name="Last">Of an entry or reset.</param>
/// <param name="Read">Of an entry: the read mark.</param>
/// <param name="Reason">Of a reset, or the end of a subscription.</param>
/// <param name="Event">Of an event.</param>
internal sealed record Received(ReceivedKind Kind, string Room, long At, long First = 1, long Last = 0, long Read = 0, string? Reason = null, LogEvent? Event = null);

/// <summary>A socket from its <c>hello</c> on.</summary>
internal sealed class Connection
{
    public required int Process { get; init; }

    /// <summary>Who keeps the cursors from connection to connection: one device of a user.</summary>
    public required string Reader { get; init; }

    public required string User { get; init; }

    /// <summary>The session by whose token it was opened.</summary>
    public string Session { get; init; } = "";

    public required long Opened { get; init; }

    /// <summary>What it resumed from; empty for one that begins anew.</summary>
    public Dictionary<string, long> Resume { get; init; } = [];

    /// <summary>The epoch that it resumed with.</summary>
    public string? ResumeEpoch { get; init; }

    /// <summary>The epoch that it was told; null where it wasn't welcomed.</summary>
    public string? Epoch { get; set; }

    public List<Received> Received { get; init; } = [];

    /// <summary>Open when everything was over.</summary>
    public bool LiveAtEnd { get; set; }
}

/// <summary>What somebody's <c>welcome</c> says of a room at the very end.</summary>
internal sealed record FinalEntry(string User, string Room, long Last, long Read, long Unread, int Members);

/// <summary>A row of the table of nonces.</summary>
internal sealed record NonceRow(string Room, string User, string Nonce, long Seq);

/// <summary>A room as the database has it, beside its log.</summary>
internal sealed record StoredRoom(long LastSeq, long Messages, int Members, IReadOnlyList<string> MemberIds);

/// <summary>What is there when all is over: the logs read in three ways, and what is derived from them.</summary>
internal sealed class FinalState
{
    public Dictionary<string, List<LogEvent>> ByHistory { get; init; } = [];

    public Dictionary<string, List<LogEvent>> ByResume { get; init; } = [];

    /// <summary>From the database itself.</summary>
    public Dictionary<string, List<LogEvent>> Stored { get; init; } = [];

    public Dictionary<string, StoredRoom> Rooms { get; init; } = [];

    public List<NonceRow> Nonces { get; init; } = [];

    public List<FinalEntry> Entries { get; init; } = [];
}

/// <summary>A moment at which something was broken.</summary>
/// <param name="Name">What.</param>
/// <param name="At">When.</param>
/// <param name="IsCrash">Whether the process died of it.</param>
internal sealed record FaultHit(string Name, long At, bool IsCrash = false);

/// <summary>A logout that was answered.</summary>
/// <param name="Session">Which session it ended.</param>
/// <param name="At">When the answer came.</param>
internal sealed record Revocation(string Session, long At);

/// <summary>Somebody sends as much as the wire takes.</summary>
/// <param name="User">Who.</param>
/// <param name="From">Since when.</param>
/// <param name="To">Until when.</param>
internal sealed record Flood(string User, long From, long To);

/// <summary>What the process holds.</summary>
/// <param name="Descriptors">Open files and sockets.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Memory">Bytes of memory of its own.</param>
/// <param name="Log">Bytes of the write-ahead log.</param>
internal sealed record Resources(int Descriptors, int Threads, long Memory, long Log);

/// <summary>How much has to have happened for a run to be evidence of anything.</summary>
internal sealed record Evidence(int Acknowledged, int Repeats, int ResumesAfterCrash, IReadOnlyList<string> Faults)
{
    /// <summary>Logouts that were answered.</summary>
    public int Revocations { get; init; }
}

/// <summary>What a run did and saw.</summary>
internal sealed class RunHistory
{
    public List<SendAttempt> Sends { get; init; } = [];

    public List<MembershipAttempt> Memberships { get; init; } = [];

    public List<Connection> Connections { get; init; } = [];

    public List<PageRead> Pages { get; init; } = [];

    public List<FaultHit> Faults { get; init; } = [];

    public List<Revocation> Revocations { get; init; } = [];

    public List<Flood> Floods { get; init; } = [];

    /// <summary>How long the wire, or a client that doesn't read, may keep back what the server has sent.</summary>
    public TimeSpan KeptBack { get; set; }

    /// <summary>What the process held before anybody came.</summary>
    public Resources? Before { get; set; }

    /// <summary>What it held when all had gone.</summary>
    public Resources? After { get; set; }

    public FinalState Final { get; set; } = new();

    public Evidence Evidence { get; set; } = new(0, 0, 0, []);

    /// <summary>How long after the last fault was healed everybody was at the end of every log, everything unknown was resolved and the server said that it is ready.</summary>
    public TimeSpan RecoveredAfter { get; set; }
}
