using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>Gives somebody in what is held the name that he has now: accounts are deleted, and their names with them.</summary>
internal static class Naming
{
    public static RoomEvent Renamed(this RoomEvent happened, UserRef user) => happened with
    {
        From = happened.From?.Renamed(user),
        User = happened.User?.Renamed(user),
        Users = happened.Users?.Renamed(user),
        Reactions = happened.Reactions is { } reactions ? [.. reactions.Select(reaction => reaction with { Users = reaction.Users.Renamed(user) })] : null,
    };

    public static IReadOnlyList<UserRef> Renamed(this IReadOnlyList<UserRef> people, UserRef user) => [.. people.Select(one => one.Renamed(user))];

    private static UserRef Renamed(this UserRef one, UserRef user) => one.Id == user.Id ? user : one;
}
