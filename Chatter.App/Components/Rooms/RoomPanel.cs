namespace Chatter.App.Components.Rooms;

/// <summary>What can be open beside a room's log: one at a time.</summary>
public enum RoomPanel
{
    /// <summary>Who is in the room.</summary>
    Members,

    /// <summary>What is pinned to it.</summary>
    Pins,
}
