using Chatter.App.Languages;
using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>What is said of events that aren't messages.</summary>
public static class Notices
{
    /// <summary>Whether <see cref="Describe"/> knows events of that kind.</summary>
    public static bool Tell(string kind) => kind is EventKinds.Joined or EventKinds.Left or EventKinds.Removed or EventKinds.Renamed or EventKinds.Topic
        or EventKinds.Owner or EventKinds.Role or EventKinds.Muted or EventKinds.Announce or EventKinds.Archived;

    /// <summary>One sentence for an event.</summary>
    /// <returns>Null for a kind that isn't known here.</returns>
    public static string? Describe(RoomEvent happened, UserInfo? me)
    {
        List<UserRef> who = [.. (happened.Users ?? []).DistinctBy(static user => user.Id)];
        return happened.Kind switch
        {
            EventKinds.Joined => Moved(who, me, "YouJoined", "JoinedWithYou", "Joined"),
            EventKinds.Left => Moved(who, me, "YouLeftRoom", "LeftWithYou", "Left"),
            EventKinds.Removed when happened.Banned is true => Because(happened.Reason, Did(happened, who, me, "YouBanned", "BannedYou", "Banned")),
            EventKinds.Removed => Because(happened.Reason, Did(happened, who, me, "YouRemoved", "RemovedYou", "Removed")),
            EventKinds.Renamed => Did(happened, me, "YouRenamed", "Renamed", happened.Name),
            EventKinds.Topic => string.IsNullOrEmpty(happened.Topic) ? Did(happened, me, "YouRemovedTopic", "TopicRemoved") : Did(happened, me, "YouSetTopic", "TopicSet", happened.Topic),
            EventKinds.Owner when happened.User is { } owner => owner.Id == me?.Id ? Words.Of("YouAreOwner") : Words.Of("IsOwner", owner.Name),
            EventKinds.Role when happened.User is { } user => happened.Role == Roles.Moderator
                ? Did(happened, [user], me, "YouMadeModerator", "MadeYouModerator", "MadeModerator")
                : Did(happened, [user], me, "YouMadeMember", "MadeYouMember", "MadeMember"),
            EventKinds.Muted when happened.User is { } user => happened.Until is { } until
                ? Did(happened, [user], me, "YouMutedFor", "MutedYouFor", "MutedFor", Counted.Time(until - happened.At))
                : Did(happened, [user], me, "YouLetWriteAgain", "YouMayWriteAgain", "MayWriteAgain"),
            EventKinds.Announce => happened.On is true ? Did(happened, me, "YouOnlyModeratorsNow", "OnlyModeratorsNow") : Did(happened, me, "YouEverybodyWritesNow", "EverybodyWritesNow"),
            EventKinds.Archived => happened.On is true ? Did(happened, me, "YouArchived", "Archived") : Did(happened, me, "YouOpened", "Opened"),
            _ => null,
        };
    }

    /// <summary>"Ada", "Ada and you", "Ben, Cleo and 3 others".</summary>
    /// <param name="users">Whoever it is about.</param>
    /// <param name="me">The reader.</param>
    /// <param name="asObject">Whether something is done to them, rather than by them.</param>
    public static string People(IEnumerable<UserRef> users, UserInfo? me, bool asObject = false)
    {
        var you = asObject ? Words.Of("YouInside") : Words.Of("YouInSubject");
        var names = users.DistinctBy(static user => user.Id).Select((user, i) => user.Id != me?.Id ? user.Name : i == 0 && !asObject ? Words.Of("You") : you).ToList();
        return names.Count switch
        {
            0 => asObject ? Words.Of("SomebodyInside") : Words.Of("Somebody"),
            <= 3 => Words.List(names),
            _ => Words.Count("PeopleAndOthers", names.Count - 2, string.Join(Words.Of("ListSeparator"), names[..2].Select(BetweenOthers.Keep))),
        };
    }

    /// <summary>"Ada is typing", or nothing.</summary>
    public static string Typing(IReadOnlyList<UserRef> users) => users switch
    {
        [] => "",
        [var one] => Words.Of("IsTyping", one.Name),
        [var one, var other] => Words.Of("TwoAreTyping", one.Name, other.Name),
        _ => Words.Of("SeveralAreTyping"),
    };

    /// <summary>People came or went. Who reads of himself reads another form of the verb.</summary>
    private static string Moved(List<UserRef> who, UserInfo? me, string you, string withYou, string others) =>
        !who.Exists(user => user.Id == me?.Id) ? Words.Count(others, who.Count, People(who, me))
        : who.Count == 1 ? Words.Of(you)
        : Words.Of(withYou, People(who, me));

    /// <summary>Somebody did something.</summary>
    private static string Did(RoomEvent happened, UserInfo? me, string byYou, string by, params ReadOnlySpan<object?> more) =>
        IsMe(happened.From, me) ? Words.Of(byYou, more) : Words.Of(by, [Name(happened.From), .. more]);

    /// <summary>Somebody did something to somebody.</summary>
    private static string Did(RoomEvent happened, List<UserRef> whom, UserInfo? me, string byYou, string toYou, string by, params ReadOnlySpan<object?> more) =>
        IsMe(happened.From, me) ? Words.Of(byYou, [People(whom, me, asObject: true), .. more])
        : whom is [var only] && IsMe(only, me) ? Words.Of(toYou, [Name(happened.From), .. more])
        : Words.Of(by, [Name(happened.From), People(whom, me, asObject: true), .. more]);

    private static string Because(string? reason, string said) => string.IsNullOrEmpty(reason) ? said : Words.Of("WithReason", said, reason);

    private static string Name(UserRef? user) => user?.Name ?? Words.Of("Somebody");

    private static bool IsMe(UserRef? user, UserInfo? me) => user is not null && user.Id == me?.Id;
}
