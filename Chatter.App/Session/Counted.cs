using System.Globalization;

namespace Chatter.App.Session;

/// <summary>Counts in words.</summary>
public static class Counted
{
    public static string Members(int count) => count == 1 ? "1 member" : count.ToString("N0", CultureInfo.InvariantCulture) + " members";

    /// <summary>Messages found so far.</summary>
    public static string Messages(int count, bool more) => $"{count.ToString("N0", CultureInfo.InvariantCulture)}{(more ? " or more" : "")} {(count == 1 && !more ? "message" : "messages")} found";

    public static string UnreadMessages(long count) => count == 1 ? "1 unread message" : count.ToString("N0", CultureInfo.InvariantCulture) + " unread messages";

    public static string MentionsOfYou(long count) => count == 1 ? "1 mention of you" : count.ToString("N0", CultureInfo.InvariantCulture) + " mentions of you";

    public static string ForYou(long count) => count == 1 ? "1 message for you" : count.ToString("N0", CultureInfo.InvariantCulture) + " messages for you";

    /// <summary>"10 minutes", "1 hour", "3 days".</summary>
    public static string Time(TimeSpan time) => time switch
    {
        { TotalDays: >= 2 } => $"{Math.Round(time.TotalDays).ToString(CultureInfo.InvariantCulture)} days",
        { TotalHours: >= 23.5 } => "1 day",
        { TotalHours: >= 1.5 } => $"{Math.Round(time.TotalHours).ToString(CultureInfo.InvariantCulture)} hours",
        { TotalMinutes: >= 59.5 } => "1 hour",
        { TotalMinutes: >= 1.5 } => $"{Math.Round(time.TotalMinutes).ToString(CultureInfo.InvariantCulture)} minutes",
        _ => "a minute",
    };

    public static string NewMessages(int count) => count == 1 ? "1 new message" : count.ToString("N0", CultureInfo.InvariantCulture) + " new messages";
}
