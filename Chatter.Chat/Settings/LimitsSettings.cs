using System.ComponentModel.DataAnnotations;

namespace Chatter.Chat.Settings;

/// <summary>How much of what anybody may do: <c>Chatter:Limits</c>.</summary>
public sealed class LimitsSettings
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Chatter:Limits";

    /// <summary>Sustained sends a second of one user, all his sockets and HTTP together: 1 to 1,000,000. Default: 10.</summary>
    [Range(1, 1_000_000)]
    public int SendsPerSecond { get; set; } = 10;

    /// <summary>Sends of one user that may come at once: 1 to 1,000,000. Default: 30.</summary>
    [Range(1, 1_000_000)]
    public int SendBurst { get; set; } = 30;

    /// <summary>Sustained moves of read marks a second of one user, all sockets together: 1 to 1,000,000. Default: 50.</summary>
    [Range(1, 1_000_000)]
    public int ReadMarksPerSecond { get; set; } = 50;

    /// <summary>Moves of read marks of one user that may come at once: 1 to 1,000,000. Default: 200.</summary>
    [Range(1, 1_000_000)]
    public int ReadMarkBurst { get; set; } = 200;

    /// <summary>Sustained frames a second of one socket: 1 to 1,000,000. Default: 50.</summary>
    [Range(1, 1_000_000)]
    public int FramesPerSecond { get; set; } = 50;

    /// <summary>Frames of one socket that may come at once: 1 to 1,000,000. Default: 200.</summary>
    [Range(1, 1_000_000)]
    public int FrameBurst { get; set; } = 200;

    /// <summary>Bytes a second that are read of one socket, four times as many at once; one that sends more waits in its network buffers: 65,536 to 268,435,456. Default: 16 MiB.</summary>
    [Range(65_536, 268_435_456)]
    public int BytesPerSecond { get; set; } = 16_777_216;

    /// <summary>Network connections of one address beside <see cref="SocketsPerAddress"/>, idle ones included: 1 to 10,000,000. Default: 1,000.</summary>
    [Range(1, 10_000_000)]
    public int ConnectionsPerAddress { get; set; } = 1_000;

    /// <summary>Network connections in all beside <see cref="Sockets"/>: 1 to 10,000,000. Default: 20,000.</summary>
    [Range(1, 10_000_000)]
    public int Connections { get; set; } = 20_000;

    /// <summary>Sockets in all: 1 to 10,000,000. Default: 100,000.</summary>
    [Range(1, 10_000_000)]
    public int Sockets { get; set; } = 100_000;

    /// <summary>Sockets of one user: 1 to 1,000,000. Default: 100.</summary>
    [Range(1, 1_000_000)]
    public int SocketsPerUser { get; set; } = 100;

    /// <summary>Sockets of one address: 1 to 10,000,000. Default: 1,000.</summary>
    [Range(1, 10_000_000)]
    public int SocketsPerAddress { get; set; } = 1_000;

    /// <summary>Sockets that nobody has said <c>hello</c> on yet; beyond them the oldest of them is reset: 1 to 10,000,000. Default: 10,000.</summary>
    [Range(1, 10_000_000)]
    public int SocketsWithoutHello { get; set; } = 10_000;

    /// <summary>Requests to <c>/api</c> in work at a time: 1 to 1,000,000. Default: 5,000.</summary>
    [Range(1, 1_000_000)]
    public int RequestsAtOnce { get; set; } = 5_000;

    /// <summary>Those of one address: 1 to 1,000,000. Default: 1,000.</summary>
    [Range(1, 1_000_000)]
    public int RequestsPerAddress { get; set; } = 1_000;

    /// <summary>Sustained requests to <c>/api</c> a second of one user, sends apart, which have a bucket of their own: 1 to 1,000,000. Default: 1,000.</summary>
    [Range(1, 1_000_000)]
    public int RequestsPerSecond { get; set; } = 1_000;

    /// <summary>Requests of one user that may come at once: 1 to 1,000,000. Default: 5,000.</summary>
    [Range(1, 1_000_000)]
    public int RequestBurst { get; set; } = 5_000;

    /// <summary>Invites of one room that are good at a time: 1 to 1,000,000. Default: 1,000.</summary>
    [Range(1, 1_000_000)]
    public int InvitesPerRoom { get; set; } = 1_000;

    /// <summary>Rooms that one user may be in: 1 to 100,000. Default: 1,000.</summary>
    [Range(1, 100_000)]
    public int RoomsPerUser { get; set; } = 1_000;

    /// <summary>Public rooms that one user made and that stand empty: 1 to 100,000. Default: 50.</summary>
    [Range(1, 100_000)]
    public int EmptyRoomsPerUser { get; set; } = 50;

    /// <summary>How long a public room in which nothing was said stands empty before it is deleted: 1 min to a year. Default: a day.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan EmptyRoomsFor { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long one in which something was said does: 1 min to 10 years. Default: 30 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan AbandonedRoomsFor { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Registrations an hour of one address: 1 to 1,000,000. Default: 100.</summary>
    [Range(1, 1_000_000)]
    public int RegistrationsPerHour { get; set; } = 100;

    /// <summary>Logins a minute of one address that fail, from devices that the account doesn't know; and of one account from there that succeed: 1 to 1,000,000. Default: 30.</summary>
    [Range(1, 1_000_000)]
    public int LoginsPerMinute { get; set; } = 30;

    /// <summary>Greetings (<c>hello</c>) in work at a time; the rest wait, or get 1013 after 5 s: 1 to 10,000. Default: 64.</summary>
    [Range(1, 10_000)]
    public int HellosAtOnce { get; set; } = 64;
}
