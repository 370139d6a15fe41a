namespace Chatter.Chat.Rooms;

/// <summary>What members do in a room, by the right that it takes.</summary>
internal enum RoomAct
{
    /// <summary>Say something, or say it otherwise.</summary>
    Write,

    /// <summary>Answer with a sign: wherever one isn't muted, also where only some write.</summary>
    React,

    /// <summary>Put up what all should see.</summary>
    Pin,

    /// <summary>Take back: always, since what was said is its author's.</summary>
    Delete,
}
