using Chatter.App.Languages;

namespace Chatter.App.Session;

/// <summary>Times as they are shown, in the reader's language.</summary>
public static class Times
{
    /// <summary>The time of day.</summary>
    public static string OfDay(DateTimeOffset local) => Say(local, "TimeOfDay");

    /// <summary>Date and time in full.</summary>
    public static string Full(DateTimeOffset local) => Say(local, "TimeFull");

    /// <summary>As short as a list has room for: the time of today and yesterday, the day of what is older.</summary>
    public static string Short(DateTimeOffset at, TimeZoneInfo zone, DateTimeOffset now)
    {
        var (local, today) = (TimeZoneInfo.ConvertTime(at, zone), TimeZoneInfo.ConvertTime(now, zone).Date);
        return (today - local.Date).Days switch
        {
            <= 0 => OfDay(local),
            1 => Words.Of("YesterdayAt", OfDay(local)),
            _ => Say(local, local.Year == today.Year ? "DayShort" : "DayShortWithYear"),
        };
    }

    /// <summary>When somebody was last seen, as people say it: the nearer, the finer.</summary>
    public static string LastSeen(DateTimeOffset at, TimeZoneInfo zone, DateTimeOffset now)
    {
        var (local, today) = (TimeZoneInfo.ConvertTime(at, zone), TimeZoneInfo.ConvertTime(now, zone).Date);
        return (now - at).TotalMinutes switch
        {
            < 1 => Words.Of("LastSeenJustNow"),
            < 60 and var ago => Words.Count("LastSeenMinutes", (long)ago),
            _ => (today - local.Date).Days switch
            {
                <= 0 => Words.Of("LastSeenToday", OfDay(local)),
                1 => Words.Of("LastSeenYesterday", OfDay(local)),
                _ => Words.Of("LastSeenOn", Say(local, local.Year == today.Year ? "DayShort" : "DayShortWithYear")),
            },
        };
    }

    /// <summary>The day alone.</summary>
    public static string Day(DateTimeOffset at, TimeZoneInfo zone) => Say(TimeZoneInfo.ConvertTime(at, zone), "DayLong");

    /// <summary>A day of the log: its name where it has one, else its weekday and date.</summary>
    public static string Day(DateTimeOffset local, DateTime today) => (today - local.Date).Days switch
    {
        0 => Words.Of("Today"),
        1 => Words.Of("Yesterday"),
        _ => Say(local, local.Year == today.Year ? "DayOfWeek" : "DayOfWeekWithYear"),
    };

    /// <summary>When a day begins in a time zone; where its first hour doesn't exist, when that is over.</summary>
    public static DateTimeOffset Start(DateTime day, TimeZoneInfo zone)
    {
        var start = DateTime.SpecifyKind(day.Date, DateTimeKind.Unspecified);
        while (zone.IsInvalidTime(start)) start = start.AddMinutes(15);
        return new DateTimeOffset(start, zone.GetUtcOffset(start));
    }

    /// <inheritdoc cref="Full(DateTimeOffset)"/>
    public static string Full(DateTimeOffset at, TimeZoneInfo zone) => Full(TimeZoneInfo.ConvertTime(at, zone));

    /// <summary>By a pattern of the language: which parts there are is ours, in which order they stand and what they are called is its own.</summary>
    private static string Say(DateTimeOffset local, string pattern) => local.ToString(Words.Of(pattern), Language.Current.Culture);
}
