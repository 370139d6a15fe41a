using System.Text.Json.Serialization;

namespace Chatter.Chat.Protocol;

/// <summary>
/// What a server sends on <c>/ws</c> (docs/protocol.md §4.2). Always serialise as this base type, or the <c>type</c> is missing.
/// The base isn't abstract: a frame of a <c>type</c> that is unknown here arrives as the base and is passed over.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type", IgnoreUnrecognizedTypeDiscriminators = true)]
[JsonDerivedType(typeof(WelcomeFrame), "welcome")]
[JsonDerivedType(typeof(RoomsFrame), "rooms")]
[JsonDerivedType(typeof(RoomEvent), "event")]
[JsonDerivedType(typeof(SentFrame), "sent")]
[JsonDerivedType(typeof(SubscribedFrame), "subscribed")]
[JsonDerivedType(typeof(UnsubscribedFrame), "unsubscribed")]
[JsonDerivedType(typeof(ResetFrame), "reset")]
[JsonDerivedType(typeof(HistoryFrame), "history")]
[JsonDerivedType(typeof(TypingFrame), "typing")]
[JsonDerivedType(typeof(ReadFrame), "read")]
[JsonDerivedType(typeof(MembershipFrame), "membership")]
[JsonDerivedType(typeof(SavedFrame), "saved")]
[JsonDerivedType(typeof(BlockFrame), "block")]
[JsonDerivedType(typeof(PresenceFrame), "presence")]
[JsonDerivedType(typeof(UserFrame), "user")]
[JsonDerivedType(typeof(ErrorFrame), "error")]
[JsonDerivedType(typeof(PongFrame), "pong")]
[JsonDerivedType(typeof(GoodbyeFrame), "goodbye")]
public record ServerFrame;

/// <summary>The first frame of every socket. <paramref name="Rooms"/> are at most <see cref="Limits.RoomsPerFrame"/>, the latest active first.</summary>
public sealed record WelcomeFrame(
    int Protocol, string Epoch, UserInfo User, Guid SessionId, IReadOnlyList<RoomEntry> Rooms, Limits Limits, double Heartbeat, IReadOnlyList<string> Features) : ServerFrame
{
    /// <summary>True where <c>rooms</c> frames with the rest follow; null otherwise.</summary>
    public bool? More { get; init; }

    /// <summary>The ids of those whom one blocked; null where there are none.</summary>
    public IReadOnlyList<Guid>? Blocks { get; init; }
}

/// <summary>Rooms that didn't fit into <c>welcome</c>, before any event of theirs.</summary>
public sealed record RoomsFrame(IReadOnlyList<RoomEntry> Rooms) : ServerFrame
{
    /// <summary>True where a further <c>rooms</c> frame follows; null otherwise.</summary>
    public bool? More { get; init; }
}

/// <summary>A send is committed as that event. It says nothing about the cursor, and may come before or after the event.</summary>
public sealed record SentFrame(Guid Room, long Seq, Guid Id, DateTimeOffset At) : ServerFrame
{
    /// <summary>The nonce of the send, if it had one.</summary>
    public string? Nonce { get; init; }
}

/// <summary>A room joined while the socket was open.</summary>
public sealed record SubscribedFrame(Guid Room, RoomEntry Entry) : ServerFrame;

/// <summary>No further event of that room comes on this socket.</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Reason">One of <see cref="UnsubscribedReasons"/>.</param>
public sealed record UnsubscribedFrame(Guid Room, string Reason) : ServerFrame;

/// <summary>The cursor of that room is now <paramref name="Last"/>.</summary>
/// <param name="Room">The room's id.</param>
/// <param name="First">The first <c>seq</c> that can be paged.</param>
/// <param name="Last">The room's last <c>seq</c>.</param>
/// <param name="Reason">One of <see cref="ResetReasons"/>.</param>
public sealed record ResetFrame(Guid Room, long First, long Last, string Reason) : ServerFrame;

/// <summary>A page of a room's log, ascending by <c>seq</c>.</summary>
public sealed record HistoryFrame(Guid Room, IReadOnlyList<RoomEvent> Events, long First, long Last, bool More) : ServerFrame
{
    /// <summary>The nonce of the request, if it had one.</summary>
    public string? Nonce { get; init; }
}

/// <summary>Somebody writes in that room: shown for 6 s or until a message of that user.</summary>
public sealed record TypingFrame(Guid Room, UserRef User) : ServerFrame;

/// <summary>One's read mark was moved by another socket of one's own.</summary>
public sealed record ReadFrame(Guid Room, long Seq, long Unread) : ServerFrame
{
    /// <summary>Of the unread messages, those that mention one; null where there are none.</summary>
    public long? Mentions { get; init; }
}

/// <summary>What one wants to be told of a room, or whether it is a favourite, was changed.</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Notify">One of <see cref="NotifyLevels"/>.</param>
/// <param name="Favourite">Whether it is a favourite.</param>
public sealed record MembershipFrame(Guid Room, string Notify, bool Favourite) : ServerFrame
{
    /// <summary>True where a stranger began the conversation and one hasn't answered; null otherwise.</summary>
    public bool? Request { get; init; }

    /// <summary>True where one doesn't want the conversation in the list until something happens in it; null otherwise.</summary>
    public bool? Hidden { get; init; }
}

/// <summary>One saved a message for later, or doesn't want it any longer.</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Target">The message's id.</param>
/// <param name="On">Whether it is saved now.</param>
public sealed record SavedFrame(Guid Room, Guid Target, bool On) : ServerFrame;

/// <summary>One blocked somebody, or lifted that.</summary>
/// <param name="User">Whom.</param>
/// <param name="On">Whether he is blocked now.</param>
public sealed record BlockFrame(UserRef User, bool On) : ServerFrame;

/// <summary>Who came and went.</summary>
public sealed record PresenceFrame(IReadOnlyList<UserPresence> Users) : ServerFrame;

/// <summary>Somebody changed his profile: oneself, or who shares a small room with one.</summary>
/// <param name="User">Who it is now.</param>
public sealed record UserFrame(UserInfo User) : ServerFrame;

/// <summary>A refused frame. The socket stays open.</summary>
/// <param name="Code">One of <see cref="ErrorCodes"/>.</param>
/// <param name="Message">For a person.</param>
public sealed record ErrorFrame(string Code, string Message) : ServerFrame
{
    /// <summary>The <c>type</c> of the frame refused, where it had one.</summary>
    public string? Re { get; init; }

    /// <summary>The room it was about.</summary>
    public Guid? Room { get; init; }

    /// <summary>The nonce of the frame refused.</summary>
    public string? Nonce { get; init; }

    /// <summary>After how many seconds to try again.</summary>
    public double? RetryAfter { get; init; }

    /// <summary>For <c>conflict</c>: the room's last <c>seq</c>.</summary>
    public long? Last { get; init; }
}

/// <summary>The answer to <c>ping</c>.</summary>
public sealed record PongFrame : ServerFrame
{
    /// <summary>As in the <c>ping</c>.</summary>
    public string? Nonce { get; init; }
}

/// <summary>The server will close with <paramref name="Code"/> by <paramref name="Deadline"/> milliseconds; reconnect after <paramref name="ReconnectAfter"/> milliseconds.</summary>
public sealed record GoodbyeFrame(int Code, int ReconnectAfter, int Deadline) : ServerFrame;
