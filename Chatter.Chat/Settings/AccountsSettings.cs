using System.ComponentModel.DataAnnotations;

namespace Chatter.Chat.Settings;

/// <summary>Accounts and passwords: <c>Chatter:Accounts</c>.</summary>
public sealed class AccountsSettings
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Chatter:Accounts";

    /// <summary>Fewest code points of a password: 8 to 64. Default: 15 (NIST SP 800-63B-4 §3.1.1.2 for a single factor); 8 in Development.</summary>
    [Range(8, 64)]
    public int PasswordLength { get; set; } = 15;

    /// <summary>Whether people may register by themselves. Default: <see cref="Settings.Registration.Open"/>.</summary>
    [EnumDataType(typeof(Registration))]
    public Registration Registration { get; set; } = Registration.Open;

    /// <summary>Password hashes computed at a time: 1 to 64. Default: half of the processors, at least 1, so that a flood of logins leaves room for messages.</summary>
    [Range(1, 64)]
    public int HashesAtOnce { get; set; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 64);

    /// <summary>Logins and registrations that may wait for a hash; beyond them <c>rate_limited</c>: 1 to 10,000. Default: 200.</summary>
    [Range(1, 10_000)]
    public int HashesWaiting { get; set; } = 200;
}

/// <summary>Who may register.</summary>
public enum Registration
{
    /// <summary>Everybody.</summary>
    Open,

    /// <summary>Nobody: <c>registration_closed</c>.</summary>
    Closed,
}
