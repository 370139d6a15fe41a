using Chatter.Chat.Protocol;
using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Storage;

/// <summary>How an account is shown, whether it was read by the model or by plain SQL.</summary>
internal static class UserRows
{
    /// <summary>The columns that <see cref="Map"/> reads, of the table <c>users</c> named <c>u</c>.</summary>
    public const string Columns = "u.id, u.user_name, u.display_name, u.created_at, u.avatar_url, u.language, u.time_zone, u.status_text, u.status_emoji, u.status_until, u.hides_last_seen";

    /// <summary>How many they are.</summary>
    public const int Count = 11;

    /// <summary>When somebody was last seen, or null where he doesn't want it told.</summary>
    public const string LastSeen = "case when u.hides_last_seen = 0 then u.last_seen_at end";

    /// <summary>Whether an account has that user name, without regard to case.</summary>
    public static bool HasName(StoreConnection store, string name) =>
        store.First("select 1 from users where normalized_user_name = $1", static row => row.GetInt64(0), name.ToUpperInvariant()) == 1;

    /// <summary>The user name of an account, or null.</summary>
    public static string? NameOf(StoreConnection store, Guid user) => store.First("select user_name from users where id = $1", static row => row.GetString(0), user);

    /// <summary>A user from <see cref="Columns"/>, which begin at a column.</summary>
    public static UserInfo Map(SqliteDataReader row, int first = 0) => new(row.Id(first), row.GetString(first + 1), row.GetString(first + 2), row.Time(first + 3))
    {
        AvatarUrl = row.TextOrNull(first + 4),
        Language = row.TextOrNull(first + 5),
        TimeZone = row.TextOrNull(first + 6),
        HidesLastSeen = row.GetInt64(first + 10) != 0 ? true : null,
        Status = row.TextOrNull(first + 7) is { } text ? new UserStatus(text) { Emoji = row.TextOrNull(first + 8), Until = row.IsDBNull(first + 9) ? null : row.Time(first + 9) } : null,
    };

    public static UserInfo ToInfo(this ChatterUser user) => new(user.Id, user.UserName!, user.DisplayName, user.CreatedAt)
    {
        AvatarUrl = user.AvatarUrl,
        Language = user.Language,
        TimeZone = user.TimeZone,
        HidesLastSeen = user.HidesLastSeen ? true : null,
        Status = user.StatusText is { } text ? new UserStatus(text) { Emoji = user.StatusEmoji, Until = user.StatusUntil } : null,
    };
}
