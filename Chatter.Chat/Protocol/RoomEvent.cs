namespace Chatter.Chat.Protocol;

/// <summary>The values of <see cref="RoomEvent.Kind"/> (docs/protocol.md §5).</summary>
public static class EventKinds
{
#pragma warning disable CS1591 // As in the protocol's list.
    public const string Message = "message";
    public const string Edited = "edited";
    public const string Deleted = "deleted";
    public const string Reacted = "reacted";
    public const string Joined = "joined";
    public const string Left = "left";
    public const string Removed = "removed";
    public const string Renamed = "renamed";
    public const string Topic = "topic";
    public const string Owner = "owner";
    public const string Pinned = "pinned";
    public const string Role = "role";
    public const string Muted = "muted";
    public const string Announce = "announce";
    public const string Archived = "archived";
#pragma warning restore CS1591
}

/// <summary>
/// An entry of a room's log, and the <c>event</c> frame. One flat record for all kinds; which fields a kind has is in docs/protocol.md §5.
/// A client passes over kinds that it doesn't know; they still move its cursor.
/// </summary>
public sealed record RoomEvent(Guid Room, long Seq, Guid Id, DateTimeOffset At, string Kind) : ServerFrame
{
    /// <summary>Who did it; null for <c>joined</c> and <c>left</c>.</summary>
    public UserRef? From { get; init; }

    /// <summary>Of a message: its text. Null where it was redacted.</summary>
    public string? Text { get; init; }

    /// <summary>Of a message: the id of the message that it answers, in the same room.</summary>
    public Guid? ReplyTo { get; init; }

    /// <summary>Of a message: the files that came with it. Null where it has none, or was deleted.</summary>
    public IReadOnlyList<AttachmentInfo>? Attachments { get; init; }

    /// <summary>The message that an edit, deletion, reaction or pin is about.</summary>
    public Guid? Target { get; init; }

    /// <summary>Of a reaction.</summary>
    public string? Emoji { get; init; }

    /// <summary>Of a reaction or a pin: added or taken back. Of <c>announce</c> and <c>archived</c>: so from now on, or no longer.</summary>
    public bool? On { get; init; }

    /// <summary>Of <c>joined</c>, <c>left</c> and <c>removed</c>: who.</summary>
    public IReadOnlyList<UserRef>? Users { get; init; }

    /// <summary>Of <c>removed</c>: why, in the owner's words.</summary>
    public string? Reason { get; init; }

    /// <summary>Of <c>renamed</c>: the new name.</summary>
    public string? Name { get; init; }

    /// <summary>Of <c>topic</c>: the new topic; empty where it was taken away.</summary>
    public string? Topic { get; init; }

    /// <summary>Of <c>owner</c>: the new one. Of <c>role</c> and <c>muted</c>: whose.</summary>
    public UserRef? User { get; init; }

    /// <summary>Of <c>role</c>: the new one, <see cref="Roles.Moderator"/> or <see cref="Roles.Member"/>.</summary>
    public string? Role { get; init; }

    /// <summary>Of <c>muted</c>: until when; null where somebody may write again.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Of <c>removed</c>: true where who was removed may not come back.</summary>
    public bool? Banned { get; init; }

    /// <summary>The sender's name for this event, by which sending is idempotent.</summary>
    public string? Nonce { get; init; }

    /// <summary>True where the text is gone since the message was deleted.</summary>
    public bool? Redacted { get; init; }

    /// <summary>Of a message, in pages: its newest edit. Null where it has none, or is deleted.</summary>
    public EditInfo? Edited { get; init; }

    /// <summary>Of a message, in pages: the reactions that it has now, in order of first use. Null where it has none, or is deleted.</summary>
    public IReadOnlyList<ReactionInfo>? Reactions { get; init; }

    /// <summary>Of a message, in pages: true where it is pinned; null otherwise. The kind <c>pinned</c> says it by <see cref="On"/>.</summary>
    public bool? Pinned { get; init; }

    /// <summary>Of a message, in pages: true where the reader saved it for later; null otherwise.</summary>
    public bool? Saved { get; init; }
}

/// <summary>A message that is pinned.</summary>
/// <param name="Event">The message, as pages show it.</param>
/// <param name="By">Who pinned it.</param>
/// <param name="At">When.</param>
public sealed record PinInfo(RoomEvent Event, UserRef By, DateTimeOffset At);

/// <summary>A message that mentions the reader.</summary>
/// <param name="Event">The message, as pages show it.</param>
/// <param name="Unread">Whether it lies behind his read mark.</param>
public sealed record MentionInfo(RoomEvent Event, bool Unread);

/// <summary>A message that the reader saved for later.</summary>
/// <param name="Event">The message, as pages show it.</param>
/// <param name="At">When he saved it.</param>
public sealed record SavedInfo(RoomEvent Event, DateTimeOffset At);

/// <summary>An event of a room, as pages show it, and what became of it.</summary>
/// <param name="Event">The event.</param>
/// <param name="Edits">Of a message that was edited and not deleted: its edits, ascending, at most the newest hundred. Its first text is the event's.</param>
public sealed record EventDetails(RoomEvent Event, IReadOnlyList<EditInfo> Edits);

/// <summary>An edit of a message.</summary>
/// <param name="Seq">The seq of its <c>edited</c>.</param>
/// <param name="At">When.</param>
/// <param name="Text">The text from then on.</param>
public sealed record EditInfo(long Seq, DateTimeOffset At, string Text);

/// <summary>An emoji at a message.</summary>
/// <param name="Emoji">The emoji.</param>
/// <param name="Count">How many put it there.</param>
/// <param name="Mine">Whether the reader did.</param>
/// <param name="Users">The first ten who did.</param>
public sealed record ReactionInfo(string Emoji, int Count, bool Mine, IReadOnlyList<UserRef> Users);
