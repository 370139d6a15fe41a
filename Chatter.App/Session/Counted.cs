using System.Globalization;

namespace Chatter.App.Session;

/// <summary>Counts in words.</summary>
public static class Counted
{
    public static string Members(int count) => count == 1 ? "1 member" : count.ToString("N0", CultureInfo.InvariantCulture) + " members";

    /// <summary>Messages found so far.</summary>
    public static string Messages(int count, bool more) => $"{count.ToString("N0", CultureInfo.InvariantCulture)}{(more ? " or more" : "")} {(count == 1 && !more ? "message" : "messages")} found";

    public static string UnreadMessages(long count) => count == 1 ? "1 unread message" : count.ToString("N0", CultureInfo.InvariantCulture) + " unread messages";

    public static string NewMessages(int count) => count == 1 ? "1 new message" : count.ToString("N0", CultureInfo.InvariantCulture) + " new messages";
}
