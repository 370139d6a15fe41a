using System.Text.Json.Serialization;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Client;

/// <summary>A send that isn't acknowledged yet.</summary>
/// <param name="Nonce">Its name within the room.</param>
/// <param name="Room">Where to.</param>
/// <param name="Text">The text, trimmed as the server does.</param>
/// <param name="ReplyTo">The message that it answers, or null.</param>
/// <param name="At">When <see cref="ChatClient.Send"/> was called.</param>
/// <param name="Refusal">Why the server didn't take it the last time, where it will be tried again; null otherwise.</param>
public sealed record PendingSend(string Nonce, Guid Room, string Text, Guid? ReplyTo, DateTimeOffset At, Refusal? Refusal)
{
    /// <summary>The files that go with it, or null.</summary>
    public IReadOnlyList<AttachmentInfo>? Attachments { get; init; }
}

/// <summary>A page of the rooms that one may see.</summary>
/// <param name="Rooms">The rooms.</param>
/// <param name="Next">Goes into <c>after</c> for the next page; null on the last.</param>
public sealed record RoomPage(IReadOnlyList<RoomInfo> Rooms, string? Next = null);

/// <summary>A page of a room's members.</summary>
/// <param name="Members">The members.</param>
/// <param name="Next">Goes into <c>after</c> for the next page; null on the last.</param>
public sealed record MemberPage(IReadOnlyList<MemberInfo> Members, string? Next = null);

/// <summary>A page of people.</summary>
/// <param name="Users">The people, by name.</param>
/// <param name="Next">Goes into <c>after</c> for the next page; null on the last.</param>
public sealed record PersonPage(IReadOnlyList<UserInfo> Users, string? Next = null)
{
    /// <summary>Whether they are there, where people were looked up by their ids: of those who share a room with one.</summary>
    public IReadOnlyList<UserPresence> Presence { get; init; } = [];
}

/// <summary>A page of the messages that mention one.</summary>
/// <param name="Mentions">The messages, the newest first.</param>
/// <param name="Next">Goes into <c>after</c> for the next page; null on the last.</param>
public sealed record MentionPage(IReadOnlyList<MentionInfo> Mentions, string? Next = null);

/// <summary>A page of the messages that one saved for later.</summary>
/// <param name="Saved">The messages, the latest saved first.</param>
/// <param name="Next">Goes into <c>after</c> for the next page; null on the last.</param>
public sealed record SavedPage(IReadOnlyList<SavedInfo> Saved, string? Next = null);

/// <summary>A page of what is pinned to a room.</summary>
/// <param name="Pins">The messages, the latest pinned first.</param>
/// <param name="Next">Goes into <c>after</c> for the next page; null on the last.</param>
public sealed record PinPage(IReadOnlyList<PinInfo> Pins, string? Next = null);

/// <summary>The answer to joining a room.</summary>
/// <param name="Room">The room.</param>
/// <param name="Joined">False where one was a member already.</param>
/// <param name="Seq">The <c>seq</c> of one's own <c>joined</c>.</param>
public sealed record JoinResult(RoomInfo Room, bool Joined, long Seq);

/// <summary>Lets whoever has it join a room, once each.</summary>
/// <param name="Code">Goes into <see cref="ChatClient.Join"/>.</param>
/// <param name="ExpiresAt">Until when, or null for ever.</param>
/// <param name="Uses">How many people may use it, or null for any number.</param>
public sealed record Invite([property: JsonPropertyName("invite")] string Code, DateTimeOffset? ExpiresAt, int? Uses);
