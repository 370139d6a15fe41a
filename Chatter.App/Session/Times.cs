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

    /// <summary>As short as it can be: today's the time of day, this year's the day.</summary>
    public static string Short(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone)
    {
        var (local, today) = (TimeZoneInfo.ConvertTime(at, zone), TimeZoneInfo.ConvertTime(now, zone));
        return local.Date == today.Date ? OfDay(local) : local.ToString(local.Year == today.Year ? "d MMM" : "d MMM yyyy", Culture);
    }

    /// <inheritdoc cref="Full(DateTimeOffset)"/>
    public static string Full(DateTimeOffset at, TimeZoneInfo zone) => Full(TimeZoneInfo.ConvertTime(at, zone));
}
