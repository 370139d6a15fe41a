using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>What the send box is for, other than a new message.</summary>
/// <param name="Message">The message that it is about.</param>
/// <param name="IsEdit">Whether it gets another text; else it is answered.</param>
public sealed record Writing(RoomEvent Message, bool IsEdit);
