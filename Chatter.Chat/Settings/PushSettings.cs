using System.ComponentModel.DataAnnotations;

namespace Chatter.Chat.Settings;

/// <summary>What is pushed to browsers that have no page open: <c>Chatter:Push</c>.</summary>
public sealed class PushSettings
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Chatter:Push";

    /// <summary>Whether a push service may be at a private address, and be spoken to without TLS: for tests, and for a push service of one's own. Default: false.</summary>
    public bool AllowPrivate { get; set; }

    /// <summary>Ports of push services besides 443: 1 to 65,535. Default: none.</summary>
    public int[] Ports { get; set; } = [];

    /// <summary>Whom a push service may write to about this server, as <c>mailto:admin@example.org</c>. Default: none, and the address by which people reach this server stands in.</summary>
    public string Contact { get; set; } = "";

    /// <summary>Messages, and pushes, that may wait: 1 to 1,000,000 of each. Beyond them they are dropped. Default: 10,000.</summary>
    [Range(1, 1_000_000)]
    public int Waiting { get; set; } = 10_000;
}
