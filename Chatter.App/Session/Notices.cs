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
        var who = events.SelectMany(e => e.Users ?? []);
        var by = first.From is { } from ? Name(from, me, "You") : "Somebody";
        return first.Kind switch
        {
            EventKinds.Joined => $"{People(who, me)} joined",
            EventKinds.Left => $"{People(who, me)} left",
            EventKinds.Removed when first.Banned is true => $"{by} banned {People(who, me, "you", "somebody")}" + (string.IsNullOrEmpty(first.Reason) ? "" : $": {first.Reason}"),
            EventKinds.Removed => $"{by} removed {People(who, me, "you", "somebody")}" + (string.IsNullOrEmpty(first.Reason) ? "" : $": {first.Reason}"),
            EventKinds.Renamed => $"{by} renamed the room to {first.Name}",
            EventKinds.Topic => string.IsNullOrEmpty(first.Topic) ? $"{by} removed the topic" : $"{by} set the topic to “{first.Topic}”",
            EventKinds.Owner when first.User is { } owner => owner.Id == me?.Id ? "You are the owner now" : $"{owner.Name} is the owner now",
            EventKinds.Role when first.User is { } user => first.Role == Roles.Moderator ? $"{by} made {Name(user, me, "you")} a moderator" : $"{by} made {Name(user, me, "you")} a member again",
            EventKinds.Muted when first.User is { } user => first.Until is { } until ? $"{by} muted {Name(user, me, "you")} for {Counted.Time(until - first.At)}" : $"{by} let {Name(user, me, "you")} write again",
            EventKinds.Announce => first.On is true ? $"{by} let only the owner and moderators write here" : $"{by} let everybody write here",
            EventKinds.Archived => first.On is true ? $"{by} archived the room" : $"{by} opened the room again",
            _ => null,
        };
    }

    /// <summary>"Ada", "Ada and you", "Ben, Cleo and 3 others".</summary>
    /// <param name="users">Whoever it is about.</param>
    /// <param name="me">The reader.</param>
    /// <param name="you">What he is called where he comes first.</param>
    /// <param name="nobody">What stands for nobody.</param>
    public static string People(IEnumerable<UserRef> users, UserInfo? me, string you = "You", string nobody = "Somebody")
    {
        var names = users.DistinctBy(u => u.Id).Select((u, i) => Name(u, me, i == 0 ? you : "you")).ToList();
        return names.Count switch
        {
            0 => nobody,
            1 => names[0],
            2 => $"{names[0]} and {names[1]}",
            3 => $"{names[0]}, {names[1]} and {names[2]}",
            _ => $"{names[0]}, {names[1]} and {names.Count - 2} others",
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

    private static string Name(UserRef user, UserInfo? me, string you) => user.Id == me?.Id ? you : user.Name;
}
