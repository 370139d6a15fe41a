using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>What is said of events that aren't messages.</summary>
public static class Notices
{
    /// <summary>One sentence for one event, or for several of people who joined or left.</summary>
    /// <returns>Null for a kind that isn't known here.</returns>
    public static string? Describe(IEnumerable<RoomEvent> folded, UserInfo? me)
    {
        var events = folded.ToList();
        var first = events[0];
        var who = People(events.SelectMany(e => e.Users ?? []), me);
        var by = first.From is { } from ? Name(from, me) : "Somebody";
        return first.Kind switch
        {
            EventKinds.Joined => $"{who} joined",
            EventKinds.Left => $"{who} left",
            EventKinds.Removed => $"{by} removed {LowerYou(who)}" + (string.IsNullOrEmpty(first.Reason) ? "" : $": {first.Reason}"),
            EventKinds.Renamed => $"{by} renamed the room to {first.Name}",
            EventKinds.Topic => string.IsNullOrEmpty(first.Topic) ? $"{by} removed the topic" : $"{by} set the topic to “{first.Topic}”",
            EventKinds.Owner when first.User is { } owner => Name(owner, me) is "You" ? "You are the owner now" : $"{owner.Name} is the owner now",
            _ => null,
        };
    }

    /// <summary>"Ada", "Ada and Ben", "Ben, Cleo and 3 others".</summary>
    public static string People(IEnumerable<UserRef> users, UserInfo? me)
    {
        var names = users.DistinctBy(u => u.Id).Select(u => Name(u, me)).ToList();
        return names.Count switch
        {
            0 => "Somebody",
            1 => names[0],
            2 => $"{names[0]} and {LowerYou(names[1])}",
            3 => $"{names[0]}, {LowerYou(names[1])} and {LowerYou(names[2])}",
            _ => $"{names[0]}, {LowerYou(names[1])} and {names.Count - 2} others",
        };
    }

    /// <summary>"Ada is typing", or nothing.</summary>
    public static string Typing(IReadOnlyList<UserRef> users) => users.Count switch
    {
        0 => "",
        1 => $"{users[0].Name} is typing",
        2 => $"{users[0].Name} and {users[1].Name} are typing",
        _ => "Several people are typing",
    };

    private static string Name(UserRef user, UserInfo? me) => user.Id == me?.Id ? "You" : user.Name;

    private static string LowerYou(string name) => name == "You" ? "you" : name;
}
