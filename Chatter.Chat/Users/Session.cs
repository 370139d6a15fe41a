using System.Net;
using System.Text.Json.Serialization;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Users;

/// <summary>A live session, as of when it was asked for.</summary>
/// <param name="Id">The session's id.</param>
/// <param name="UserId">Whose it is.</param>
/// <param name="UserName">The user's name.</param>
/// <param name="ExpiresAt">When it ends unless it is used before (<see cref="SessionService.Touch"/>).</param>
public sealed record Session(Guid Id, Guid UserId, string UserName, DateTimeOffset ExpiresAt);

/// <summary>The answer to registering and logging in.</summary>
/// <param name="Token">The new session's token; it can't be had again.</param>
/// <param name="ExpiresAt">When it ends unless it is used before.</param>
/// <param name="User">Who was logged in.</param>
public sealed record SignedIn(string Token, DateTimeOffset ExpiresAt, UserInfo User)
{
    /// <summary>What the browser keeps to be known again by (<see cref="DeviceCookie"/>); null where that couldn't be noted.</summary>
    [JsonIgnore]
    public string? Devices { get; init; }
}

/// <summary>Where a login comes from.</summary>
/// <param name="Address">The address to count attempts by; null for a caller inside this process, for whom no address's limit holds.</param>
/// <param name="Device">What the user calls the device, or null.</param>
/// <param name="Host">The name by which the client calls this server, or null.</param>
public sealed record ClientInfo(IPAddress? Address, string? Device, string? Host = null)
{
    /// <summary>By what the device says that it is known (<see cref="DeviceCookie.Read"/>).</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>The session by which the caller is logged in already, or null.</summary>
    public Guid? Session { get; init; }
}

/// <summary>What somebody who registers says of himself, each null where he doesn't.</summary>
/// <param name="DisplayName">What others see, 1 to 64 characters.</param>
/// <param name="Language">The language preferred, as a BCP 47 tag (RFC 5646 §2.1).</param>
/// <param name="TimeZone">The IANA name of the time zone.</param>
public sealed record Profile(string? DisplayName = null, string? Language = null, string? TimeZone = null);
