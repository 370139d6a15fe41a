using Chatter.Chat.Protocol;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Users;

/// <summary>Display names are free, but none may look like the name by which another person logs in and is mentioned.</summary>
internal static class DisplayNames
{
    public static Refusal OfAnother { get; } = Refusal.InvalidField("displayName", "Another person's user name looks like that. Choose another display name.");

    /// <summary>Whether a display name looks like the user name of someone else. One lookup by an index: user names are of ASCII, so each is its own skeleton.</summary>
    /// <param name="store">Where the accounts are.</param>
    /// <param name="displayName">The display name.</param>
    /// <param name="userName">The name of the account that is to have it.</param>
    public static bool IsOfAnother(StoreConnection store, string displayName, string userName)
    {
        var skeleton = NameSkeleton.Of(displayName).TrimStart('@');
        return Text.IsUserName(skeleton) && !skeleton.Equals(userName, StringComparison.OrdinalIgnoreCase) && UserRows.HasName(store, skeleton);
    }
}
