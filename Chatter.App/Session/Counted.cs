using Chatter.App.Languages;

namespace Chatter.App.Session;

/// <summary>Counts in words.</summary>
public static class Counted
{
    public static string Members(int count) => Words.Count("Members", count);

    /// <summary>Messages found so far.</summary>
    public static string Messages(int count, bool more) => more ? Words.Of("MessagesFoundOrMore", count) : Words.Count("MessagesFound", count);

    public static string UnreadMessages(long count) => Words.Count("UnreadMessages", count);

    public static string MentionsOfYou(long count) => Words.Count("MentionsOfYou", count);

    public static string ForYou(long count) => Words.Count("ForYou", count);

    /// <summary>"10 minutes", "1 hour", "3 days".</summary>
    public static string Time(TimeSpan time) => time switch
    {
        { TotalHours: >= 23.5 } => Words.Count("Days", Math.Max(1, (long)Math.Round(time.TotalDays))),
        { TotalMinutes: >= 59.5 } => Words.Count("Hours", Math.Max(1, (long)Math.Round(time.TotalHours))),
        { TotalMinutes: >= 1.5 } => Words.Count("Minutes", (long)Math.Round(time.TotalMinutes)),
        _ => Words.Of("AMinute"),
    };

    public static string NewMessages(int count) => Words.Count("NewMessages", count);
}
