namespace Chatter.Chat.Protocol;

/// <summary>Whoever an event is about: <c>{"id","name"}</c> (docs/protocol.md §5).</summary>
public sealed record UserRef(Guid Id, string Name);

/// <summary>A person, as <c>welcome</c>, <c>/api/me</c> and member lists show it.</summary>
public sealed record UserInfo(Guid Id, string Name, string DisplayName, DateTimeOffset CreatedAt)
{
    /// <summary>Where a picture is, or null.</summary>
    public string? AvatarUrl { get; init; }

    /// <summary>BCP 47 tag of the language preferred, or null.</summary>
    public string? Language { get; init; }

    /// <summary>IANA name of the time zone, or null.</summary>
    public string? TimeZone { get; init; }

    /// <summary>True where nobody is told when he was last seen; null otherwise.</summary>
    public bool? HidesLastSeen { get; init; }

    /// <summary>What he says of himself at the moment, or null. It may be over (<see cref="UserStatus.Until"/>).</summary>
    public UserStatus? Status { get; init; }
}

/// <summary>What somebody says of himself at the moment.</summary>
/// <param name="Text">1 to 100 characters.</param>
public sealed record UserStatus(string Text)
{
    /// <summary>One emoji, or null.</summary>
    public string? Emoji { get; init; }

    /// <summary>Until when it holds, or null for as long as it isn't changed.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>Who deleted his account. What he wrote stays where it is.</summary>
public static class DeletedUser
{
    /// <summary>The name shown for all of them. No account can be called so, since names have no spaces.</summary>
    public const string Name = "deleted user";
}

/// <summary>A login of one's own.</summary>
/// <param name="Id">Its id.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="LastSeenAt">When it was last used, to about a minute.</param>
/// <param name="Current">Whether it is the one by which this was asked.</param>
public sealed record SessionInfo(Guid Id, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, bool Current)
{
    /// <summary>What the device calls itself, or null.</summary>
    public string? Device { get; init; }

    /// <summary>From where it was opened (IPv6 by /64), or null where it came from the server itself.</summary>
    public string? Address { get; init; }
}

/// <summary>A room, as everybody who may see it sees it.</summary>
public sealed record RoomInfo(Guid Id, string Name, bool Private, int Members, DateTimeOffset CreatedAt)
{
    /// <summary>What it is about, or null.</summary>
    public string? Topic { get; init; }

    /// <summary>The owner's id; null in a public room that everybody has left.</summary>
    public Guid? Owner { get; init; }

    /// <summary>True for a conversation: a private room without a name, an owner and invites; null otherwise.</summary>
    public bool? Direct { get; init; }

    /// <summary>True where only the owner and moderators write; null otherwise.</summary>
    public bool? Announce { get; init; }

    /// <summary>True where nobody writes any longer; null otherwise.</summary>
    public bool? Archived { get; init; }

    /// <summary>When the last event was, or null.</summary>
    public DateTimeOffset? LastActivityAt { get; init; }
}

/// <summary>A room that one is a member of, with where one stands in it.</summary>
/// <param name="Room">The room.</param>
/// <param name="Role">One of <see cref="Roles"/>.</param>
/// <param name="First">The first <c>seq</c> that one may read.</param>
/// <param name="Last">The last <c>seq</c> that one may read, and the socket's cursor.</param>
/// <param name="Read">One's read mark.</param>
/// <param name="Unread">Messages of others after the read mark.</param>
public sealed record RoomEntry(RoomInfo Room, string Role, long First, long Last, long Read, long Unread)
{
    /// <summary>Of the unread messages, those that mention one; null where there are none.</summary>
    public long? Mentions { get; init; }

    /// <summary>What of the room one wants to be told, one of <see cref="NotifyLevels"/>; null for <see cref="NotifyLevels.All"/>.</summary>
    public string? Notify { get; init; }

    /// <summary>Of a conversation: the others in it; null otherwise.</summary>
    public IReadOnlyList<UserRef>? People { get; init; }

    /// <summary>Until when one may not write there, which may be over; null where one was never kept from it.</summary>
    public DateTimeOffset? MutedUntil { get; init; }

    /// <summary>True where it is one of one's favourites; null otherwise.</summary>
    public bool? Favourite { get; init; }

    /// <summary>True where a stranger began the conversation and one hasn't answered, by writing or by accepting it; null otherwise.</summary>
    public bool? Request { get; init; }

    /// <summary>True where one doesn't want the conversation in the list until something happens in it; null otherwise.</summary>
    public bool? Hidden { get; init; }
}

/// <summary>What a member wants to be told of a room.</summary>
public static class NotifyLevels
{
    /// <summary>Each message.</summary>
    public const string All = "all";

    /// <summary>What mentions one.</summary>
    public const string Mentions = "mentions";

    /// <summary>Nothing: the room is muted.</summary>
    public const string Nothing = "nothing";

    /// <summary>From the most to the least. The store has their indexes: add to the end only.</summary>
    public static IReadOnlyList<string> Known { get; } = [All, Mentions, Nothing];
}

/// <summary>A member of a room.</summary>
public sealed record MemberInfo(UserInfo User, string Role, bool Online, DateTimeOffset JoinedAt)
{
    /// <summary>Until when he may not write, which may be over; null where he was never kept from it.</summary>
    public DateTimeOffset? MutedUntil { get; init; }

    /// <summary>One of <see cref="PresenceStatus"/>; null where the server doesn't say.</summary>
    public string? Presence { get; init; }

    /// <summary>When he was last seen; null where he is there, or doesn't want it told.</summary>
    public DateTimeOffset? LastSeenAt { get; init; }
}

/// <summary>Somebody who may not join a room.</summary>
/// <param name="User">Who.</param>
/// <param name="By">Who banned him.</param>
/// <param name="At">When.</param>
public sealed record BanInfo(UserRef User, UserRef By, DateTimeOffset At)
{
    /// <summary>Until when; null for ever.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Why, or null.</summary>
    public string? Reason { get; init; }
}

/// <summary>Somebody whom one blocked.</summary>
/// <param name="User">Who.</param>
/// <param name="At">When.</param>
public sealed record BlockInfo(UserRef User, DateTimeOffset At);

/// <summary>Whether somebody is there.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Status">One of <see cref="PresenceStatus"/>.</param>
public sealed record UserPresence(Guid Id, string Status)
{
    /// <summary>When he was last seen; null where he is there, or doesn't want it told.</summary>
    public DateTimeOffset? LastSeenAt { get; init; }
}

/// <summary>What a member may do.</summary>
public static class Roles
{
    /// <summary>May rename, invite, archive, say who moderates, and hand the room over; and what moderators may.</summary>
    public const string Owner = "owner";

    /// <summary>May delete others' messages, mute, remove and ban members, and write where only some do.</summary>
    public const string Moderator = "moderator";

    /// <summary>May read and write.</summary>
    public const string Member = "member";

    /// <summary>Which of two may act on the other: whose is larger.</summary>
    public static int Rank(string role) => role switch { Owner => 2, Moderator => 1, _ => 0 };
}

/// <summary>The values of <see cref="UserPresence.Status"/>.</summary>
public static class PresenceStatus
{
    /// <summary>At least one socket, and not all of them away.</summary>
    public const string Online = "online";

    /// <summary>All sockets said that they are away.</summary>
    public const string Away = "away";

    /// <summary>No socket.</summary>
    public const string Offline = "offline";
}

/// <summary>The values of <see cref="ResetFrame.Reason"/>.</summary>
public static class ResetReasons
{
    /// <summary>More than <see cref="Limits.Resume"/> events lie between.</summary>
    public const string Behind = "behind";

    /// <summary>The server's history may have been rewound: forget what is held of this room.</summary>
    public const string Epoch = "epoch";

    /// <summary>The cursor is beyond the log: the same.</summary>
    public const string Ahead = "ahead";
}

/// <summary>The values of <see cref="UnsubscribedFrame.Reason"/>.</summary>
public static class UnsubscribedReasons
{
    /// <summary>One left.</summary>
    public const string Left = "left";

    /// <summary>One was removed.</summary>
    public const string Removed = "removed";

    /// <summary>The room is gone.</summary>
    public const string Deleted = "deleted";

    /// <summary>One isn't in that room, whatever the reason.</summary>
    public const string Unknown = "unknown";
}
