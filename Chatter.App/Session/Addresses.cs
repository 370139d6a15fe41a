using Microsoft.AspNetCore.Components;

namespace Chatter.App.Session;

/// <summary>Where things are in the app.</summary>
public static class Addresses
{
    /// <summary>A room.</summary>
    public static string Room(Guid room) => $"rooms/{room}";

    /// <summary>A message in its room.</summary>
    public static string Message(Guid room, long seq) => $"rooms/{room}?at={seq}";

    /// <summary>The room that the page is about, or null.</summary>
    public static Guid? RoomOf(NavigationManager navigation)
    {
        ArgumentNullException.ThrowIfNull(navigation);
        return navigation.ToBaseRelativePath(navigation.Uri).Split('/', '?', '#') is ["rooms", var id, ..] && Guid.TryParse(id, out var room) ? room : null;
    }
}
