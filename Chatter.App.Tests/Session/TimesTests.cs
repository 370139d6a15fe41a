using System.Globalization;
using Chatter.App.Session;
using Xunit;

namespace Chatter.App.Tests.Session;

public sealed class TimesTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("2026-11-24T22:59:30Z", "last seen just now")]
    [InlineData("2026-11-24T23:00:30Z", "last seen just now")]
    [InlineData("2026-11-24T22:58:30Z", "last seen 1 minute ago")]
    [InlineData("2026-11-24T22:55:00Z", "last seen 5 minutes ago")]
    [InlineData("2026-11-24T22:00:01Z", "last seen 59 minutes ago")]
    [InlineData("2026-11-24T22:00:00Z", "last seen yesterday at 23:00")]
    [InlineData("2026-11-23T23:00:00Z", "last seen yesterday at 00:00")]
    [InlineData("2026-11-23T22:59:00Z", "last seen on 23 Nov")]
    [InlineData("2025-12-31T12:00:00Z", "last seen on 31 Dec 2025")]
    public void When_somebody_was_last_seen_is_said_the_finer_the_nearer(string at, string said)
    {
        // Midnight where the reader is.
        var now = DateTimeOffset.Parse("2026-11-24T23:00:00Z", CultureInfo.InvariantCulture);
        Assert.Equal(said, Times.LastSeen(DateTimeOffset.Parse(at, CultureInfo.InvariantCulture), Berlin, now));
    }

    [Fact]
    public void Hours_ago_is_today()
    {
        var now = DateTimeOffset.Parse("2026-11-24T14:00:00Z", CultureInfo.InvariantCulture);
        Assert.Equal("last seen today at 13:59", Times.LastSeen(now.AddMinutes(-61), Berlin, now));
    }
}
