using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>A row of the log as it is shown. Rows are values, so that a row that didn't change isn't rendered again.</summary>
/// <param name="Key">Stays the same while the row is shown, also when a waiting message turns into its event.</param>
public abstract record LogRow(string Key);

/// <summary>A day begins.</summary>
public sealed record DayRow(string Key, string Day) : LogRow(Key);

/// <summary>What follows was new when the reader came.</summary>
public sealed record NewRow(string Key) : LogRow(Key);

/// <summary>People came, went, or changed the room.</summary>
public sealed record NoticeRow(string Key, long Seq, string Text, string FullTime) : LogRow(Key);

/// <summary>A message.</summary>
/// <param name="Key">See <see cref="LogRow"/>.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="Head">Whether author and time are shown: not within five minutes of the same author.</param>
/// <param name="Mine">Whether one wrote it oneself.</param>
/// <param name="Text">Null where the message was deleted.</param>
/// <param name="Time">The local time of day.</param>
/// <param name="FullTime">The local date and time.</param>
public sealed record MessageRow(string Key, UserRef Author, bool Head, bool Mine, string? Text, string Time, string FullTime) : LogRow(Key)
{
    /// <summary>Its place in the log; null until it is confirmed.</summary>
    public long? Seq { get; init; }

    /// <summary>The local date and time of its newest edit, or null.</summary>
    public string? Edited { get; init; }

    /// <summary>Its reactions, or null.</summary>
    public IReadOnlyList<ReactionInfo>? Reactions { get; init; }

    /// <summary>The room, in which its files are.</summary>
    public Guid Room { get; init; }

    /// <summary>Its files, or null.</summary>
    public IReadOnlyList<AttachmentInfo>? Attachments { get; init; }

    /// <summary>The message that it answers, or null.</summary>
    public Quote? Quote { get; init; }

    /// <summary>Whether the reader may answer it, and edit it where it is his.</summary>
    public bool MayWrite { get; init; } = true;

    /// <summary>Whether the reader may react to it.</summary>
    public bool MayReact { get; init; } = true;

    /// <summary>Whether the reader may delete it.</summary>
    public bool MayDelete { get; init; }

    /// <summary>Whether it is of somebody whom the reader blocked, and nothing of it is shown.</summary>
    public bool Withheld { get; init; }

    /// <summary>Whether it mentions the reader.</summary>
    public bool MentionsMe { get; init; }

    /// <summary>Whether it is pinned to the room.</summary>
    public bool Pinned { get; init; }

    /// <summary>Whether the reader saved it for later.</summary>
    public bool Saved { get; init; }

    /// <summary>Whether the reader may have it as unread.</summary>
    public bool MayBeUnread { get; init; }

    /// <summary>How far an own message is.</summary>
    public Delivery Delivery { get; init; }

    /// <summary>Why it was refused.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>Of a message that isn't confirmed.</summary>
    public string? Nonce { get; init; }
}

/// <summary>How far a message is.</summary>
public enum Delivery
{
    /// <summary>Committed: nothing is shown.</summary>
    Confirmed,

    /// <summary>On its way.</summary>
    Waiting,

    /// <summary>On its way for so long that it is said why.</summary>
    WaitingLong,

    /// <summary>Not sent, and won't be by itself.</summary>
    Refused,
}
