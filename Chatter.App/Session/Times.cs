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

    /// <inheritdoc cref="Full(DateTimeOffset)"/>
    public static string Full(DateTimeOffset at, TimeZoneInfo zone) => Full(TimeZoneInfo.ConvertTime(at, zone));
}
