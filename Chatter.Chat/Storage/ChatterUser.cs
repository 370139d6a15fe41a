using Microsoft.AspNetCore.Identity;

namespace Chatter.Chat.Storage;

/// <summary>A person's account, with Identity's columns for credentials.</summary>
public sealed class ChatterUser : IdentityUser<Guid>
{
    /// <summary>What others see instead of the name: any script.</summary>
    public required string DisplayName { get; set; }

    /// <summary>Where a picture is, or null.</summary>
    public string? AvatarUrl { get; set; }

    /// <summary>BCP 47 tag of the language preferred, or null.</summary>
    public string? Language { get; set; }

    /// <summary>IANA name of the time zone, or null.</summary>
    public string? TimeZone { get; set; }

    /// <summary>What he says of himself at the moment, or null.</summary>
    public string? StatusText { get; set; }

    /// <summary>The emoji with it, or null.</summary>
    public string? StatusEmoji { get; set; }

    /// <summary>Until when that holds, or null.</summary>
    public DateTimeOffset? StatusUntil { get; set; }

    /// <summary>When the account was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When the account was last used: to about a minute while it is, and when its last socket closed.</summary>
    public DateTimeOffset LastSeenAt { get; set; }

    /// <summary>Whether nobody is told when that was.</summary>
    public bool HidesLastSeen { get; set; }
}
