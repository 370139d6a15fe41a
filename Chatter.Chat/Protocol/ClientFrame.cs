using System.Text.Json.Serialization;

namespace Chatter.Chat.Protocol;

/// <summary>What a client sends on <c>/ws</c> (docs/protocol.md §4.1). Always serialise as this base type, or the <c>type</c> is missing.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(HelloFrame), "hello")]
[JsonDerivedType(typeof(SendFrame), "send")]
[JsonDerivedType(typeof(EditFrame), "edit")]
[JsonDerivedType(typeof(DeleteFrame), "delete")]
[JsonDerivedType(typeof(ReactFrame), "react")]
[JsonDerivedType(typeof(PinFrame), "pin")]
[JsonDerivedType(typeof(HistoryRequest), "history")]
[JsonDerivedType(typeof(MarkReadFrame), "read")]
[JsonDerivedType(typeof(StartTypingFrame), "typing")]
[JsonDerivedType(typeof(SetPresenceFrame), "presence")]
[JsonDerivedType(typeof(PingFrame), "ping")]
public abstract record ClientFrame;

/// <summary>The first frame of every socket.</summary>
public sealed record HelloFrame : ClientFrame
{
    /// <summary>The session token, unless a header or the cookie said who is calling.</summary>
    public string? Token { get; init; }

    /// <summary>By room, the last <c>seq</c> that was received; requires <see cref="Epoch"/>.</summary>
    public IReadOnlyDictionary<Guid, long>? Resume { get; init; }

    /// <summary>As in the last <c>welcome</c>.</summary>
    public string? Epoch { get; init; }
}

/// <summary>Appends a message to a room's log.</summary>
public sealed record SendFrame(Guid Room, string Text) : ClientFrame
{
    /// <summary>The sender's own name for this send within the room; the same again never makes a second event within 48 hours.</summary>
    public string? Nonce { get; init; }

    /// <summary>The nonce of one's send to this room just before, while that isn't acknowledged.</summary>
    public string? Prev { get; init; }

    /// <summary>Append only if this is the room's last <c>seq</c>.</summary>
    public long? IfLast { get; init; }

    /// <summary>The message that this one answers.</summary>
    public Guid? ReplyTo { get; init; }

    /// <summary>The ids of files that were uploaded to this room for it, in the order in which they are shown. With them the text may be empty.</summary>
    public IReadOnlyList<Guid>? Attachments { get; init; }
}

/// <summary>Appends what becomes of a message. <paramref name="Target"/> is its id.</summary>
public abstract record ChangeFrame(Guid Room, Guid Target) : ClientFrame
{
    /// <summary>The sender's own name for this change, as that of a send. Required.</summary>
    public string? Nonce { get; init; }
}

/// <summary>Gives one's own message another text.</summary>
public sealed record EditFrame(Guid Room, Guid Target, string Text) : ChangeFrame(Room, Target);

/// <summary>Deletes a message: its author's or the room's owner's right. From then on nobody gets its text.</summary>
public sealed record DeleteFrame(Guid Room, Guid Target) : ChangeFrame(Room, Target);

/// <summary>Puts an emoji to a message, or takes one's own back where <paramref name="On"/> is false.</summary>
public sealed record ReactFrame(Guid Room, Guid Target, string Emoji, bool On) : ChangeFrame(Room, Target);

/// <summary>Pins a message to its room, or takes the pin off where <paramref name="On"/> is false: any member's right.</summary>
public sealed record PinFrame(Guid Room, Guid Target, bool On) : ChangeFrame(Room, Target);

/// <summary>Asks for a page of a room's log. At most one of <see cref="After"/>, <see cref="Before"/>, <see cref="Around"/> and <see cref="At"/>; none gives the newest.</summary>
public sealed record HistoryRequest(Guid Room) : ClientFrame
{
    /// <summary>Page forward from here, exclusive.</summary>
    public long? After { get; init; }

    /// <summary>Page back from here, exclusive.</summary>
    public long? Before { get; init; }

    /// <summary>A page with this <c>seq</c> in its middle.</summary>
    public long? Around { get; init; }

    /// <summary>A page with the first event of that time or later in its middle; the last where there is none so late.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Events at most: 1 to 200, 50 where left out.</summary>
    public int? Limit { get; init; }

    /// <summary>Comes back in the answer.</summary>
    public string? Nonce { get; init; }
}

/// <summary>Moves one's read mark forward, or back where <see cref="Back"/> is true.</summary>
public sealed record MarkReadFrame(Guid Room, long Seq) : ClientFrame
{
    /// <summary>Allows the mark to move back.</summary>
    public bool? Back { get; init; }
}

/// <summary>Tells the room's other members that one is writing.</summary>
public sealed record StartTypingFrame(Guid Room) : ClientFrame;

/// <summary>Says whether one is there: <see cref="PresenceStatus.Online"/> or <see cref="PresenceStatus.Away"/>.</summary>
public sealed record SetPresenceFrame(string Status) : ClientFrame;

/// <summary>Asks for a <c>pong</c>, for clients that can't send or see protocol pings.</summary>
public sealed record PingFrame : ClientFrame
{
    /// <summary>Comes back in the answer.</summary>
    public string? Nonce { get; init; }
}
