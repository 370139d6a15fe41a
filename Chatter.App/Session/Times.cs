using System.Globalization;

namespace Chatter.App.Session;

/// <summary>Times as they are shown.</summary>
public static class Times
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>The time of day.</summary>
    public static string OfDay(DateTimeOffset local) => local.ToString("HH:mm", Culture);

    /// <summary>Date and time in full.</summary>
    public static string Full(DateTimeOffset local) => local.ToString("dddd, d MMMM yyyy, HH:mm:ss", Culture);

    /// <summary>As short as a list has room for: the time of today and yesterday, the day of what is older.</summary>
    public static string Short(DateTimeOffset at, TimeZoneInfo zone, DateTimeOffset now)
    {
        var (local, today) = (TimeZoneInfo.ConvertTime(at, zone), TimeZoneInfo.ConvertTime(now, zone).Date);
        return (today - local.Date).Days switch
        {
            <= 0 => OfDay(local),
            1 => $"Yesterday {OfDay(local)}",
            _ => local.ToString(local.Year == today.Year ? "d MMM" : "d MMM yyyy", Culture),
        };
    }

    /// <summary>When somebody was last seen, as people say it: the nearer, the finer.</summary>
    public static string LastSeen(DateTimeOffset at, TimeZoneInfo zone, DateTimeOffset now)
    {
        var (local, today) = (TimeZoneInfo.ConvertTime(at, zone), TimeZoneInfo.ConvertTime(now, zone).Date);
        return (now - at) switch
        {
            { TotalMinutes: < 1 } => "last seen just now",
            { TotalMinutes: < 2 } => "last seen a minute ago",
            { TotalMinutes: < 60 } ago => $"last seen {(int)ago.TotalMinutes} minutes ago",
            _ => (today - local.Date).Days switch
            {
                <= 0 => $"last seen today at {OfDay(local)}",
                1 => $"last seen yesterday at {OfDay(local)}",
                _ => $"last seen on {local.ToString(local.Year == today.Year ? "d MMMM" : "d MMMM yyyy", Culture)}",
            },
        };
    }

    /// <summary>The day alone.</summary>
    public static string Day(DateTimeOffset at, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(at, zone).ToString("d MMMM yyyy", Culture);

    /// <summary>When a day begins in a time zone; where its first hour doesn't exist, when that is over.</summary>
    public static DateTimeOffset Start(DateTime day, TimeZoneInfo zone)
    {
        var start = DateTime.SpecifyKind(day.Date, DateTimeKind.Unspecified);
        while (zone.IsInvalidTime(start)) start = start.AddMinutes(15);
        return new DateTimeOffset(start, zone.GetUtcOffset(start));
    }

    /// <inheritdoc cref="Full(DateTimeOffset)"/>
    public static string Full(DateTimeOffset at, TimeZoneInfo zone) => Full(TimeZoneInfo.ConvertTime(at, zone));
}
