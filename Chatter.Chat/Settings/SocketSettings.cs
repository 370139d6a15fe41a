using System.ComponentModel.DataAnnotations;

namespace Chatter.Chat.Settings;

/// <summary>The sockets' clocks and buffers: <c>Chatter:Socket</c>.</summary>
public sealed class SocketSettings
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Chatter:Socket";

    /// <summary>How long both sides may be silent before the server pings, and again before it gives up: 0.1 s to 10 min. Default: 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>After how long a socket that takes nothing off the wire is closed (4410): 0.1 s to 10 min. Default: 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan StuckAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long <c>hello</c> may take (4408): 0.1 s to 10 min. Default: 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan HelloWithin { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Unread answers of one socket, in bytes, beyond which it isn't read: 4 KiB to 16 MiB. Default: 64 KiB.</summary>
    [Range(4_096, 16_777_216)]
    public int AnswerBuffer { get; set; } = 65_536;

    /// <summary>The kernel's send buffer of a socket, in bytes, which bounds what a client that doesn't read holds there: 4 KiB to 16 MiB. Default: 128 KiB.</summary>
    [Range(4_096, 16_777_216)]
    public int SendBuffer { get; set; } = 131_072;

    /// <summary>
    /// Whether sockets on plain connections are written to straight, past the HTTP server's buffers, and from the second of a listener on served without it,
    /// which costs less. Default: true.
    /// </summary>
    public bool Direct { get; set; } = true;

    /// <summary>How long a stopping server waits for its sockets to close (docs/protocol.md, <c>goodbye.deadline</c>): 0 to 1 min. Default: 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan DrainWithin { get; set; } = TimeSpan.FromSeconds(5);
}
