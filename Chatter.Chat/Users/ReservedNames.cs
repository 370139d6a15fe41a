using System.Collections.Frozen;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Users;

/// <summary>Names that speak for everybody or for the server, so that nobody may be called so. Accounts that had one before keep it.</summary>
internal static class ReservedNames
{
    public const string Refusal = "That display name is kept for the server itself. Choose another.";

    private static readonly FrozenSet<string> Names = new[]
    {
        // What mentions and commands mean by them.
        "all", "here", "me", "everyone", "everybody", "channel",
        // Who would be believed to speak for the server.
        "admin", "administrator", "moderator", "operator", "root", "security", "support", "system", "chatter",
        "deleteduser",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether a user name is reserved, without regard to case and to marks between its letters.</summary>
    public static bool Has(string userName) => Names.Contains(Bare(userName.ToLowerInvariant()));

    /// <summary>Whether a display name looks like a reserved one.</summary>
    public static bool LooksLikeOne(string displayName) => Names.Contains(Bare(NameSkeleton.Of(displayName)));

    private static string Bare(string name) => string.Concat(name.Where(static c => c is not (' ' or '-' or '_' or '.' or '@')));
}
