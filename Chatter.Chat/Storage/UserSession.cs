namespace Chatter.Chat.Storage;

/// <summary>A login that lasts until it is revoked or expires. The token itself is nowhere: who reads the database can't use what he finds.</summary>
public sealed class UserSession
{
    /// <summary>The session's id (version 7).</summary>
    public Guid Id { get; set; }

    /// <summary>Whose it is.</summary>
    public Guid UserId { get; set; }

    /// <summary>SHA-256 of the token.</summary>
    public required byte[] TokenHash { get; set; }

    /// <summary>What the user called the device, or null.</summary>
    public string? Device { get; set; }

    /// <summary>From where it was opened (IPv6 by /64), so that the owner still gets in from there while others guess at his password.</summary>
    public string? Address { get; set; }

    /// <summary>When it was opened.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it was last used, to about a minute.</summary>
    public DateTimeOffset LastSeenAt { get; set; }

    /// <summary>When it ends unless it is used before; never later than <see cref="EndsAt"/>.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When it ends in any case.</summary>
    public DateTimeOffset EndsAt { get; set; }

    /// <summary>When it was ended by logging out or otherwise, or null.</summary>
    public DateTimeOffset? RevokedAt { get; set; }
}
