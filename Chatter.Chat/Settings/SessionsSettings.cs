using System.ComponentModel.DataAnnotations;

namespace Chatter.Chat.Settings;

/// <summary>Sessions: <c>Chatter:Sessions</c>.</summary>
public sealed class SessionsSettings
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Chatter:Sessions";

    /// <summary>Whether a name may be logged in several times at once (docs/protocol.md §7). Default: <see cref="SingleSession.Off"/>.</summary>
    [EnumDataType(typeof(SingleSession))]
    public SingleSession Single { get; set; } = SingleSession.Off;

    /// <summary>Sessions of one user; a login beyond them ends the one that was used least lately: 1 to 10,000. Default: 100.</summary>
    [Range(1, 10_000)]
    public int PerUser { get; set; } = 100;

    /// <summary>How long an unused session lives: a minute to a year. Default: 30 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan Sliding { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long any session lives: a minute to two years. Default: 180 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "730.00:00:00")]
    public TimeSpan Absolute { get; set; } = TimeSpan.FromDays(180);
}

/// <summary>What a second login of the same name does (docs/protocol.md §7).</summary>
public enum SingleSession
{
    /// <summary>It is one more session.</summary>
    Off,

    /// <summary>It is refused with 409 while a socket of the first is open.</summary>
    Refuse,

    /// <summary>It ends the first, whose sockets close with 4409.</summary>
    Replace,
}
