using System.Globalization;

namespace Chatter.Chat.Client;

/// <summary>Reads <c>Retry-After</c> (RFC 9110 §10.2.3) where it is in seconds, as Chatter sends it; zero otherwise.</summary>
internal static class RetryAfter
{
    public static TimeSpan Of(IReadOnlyDictionary<string, IEnumerable<string>>? headers) =>
        headers?.FirstOrDefault(static header => header.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)).Value is { } values
        && double.TryParse(values.FirstOrDefault(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 3_600))
            : TimeSpan.Zero;
}
