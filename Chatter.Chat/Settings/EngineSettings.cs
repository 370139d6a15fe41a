using System.ComponentModel.DataAnnotations;

namespace Chatter.Chat.Settings;

/// <summary>The engine's sizes and deadlines: <c>Chatter:Engine</c>. The defaults are right for nearly everybody.</summary>
public sealed class EngineSettings
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Chatter:Engine";

    /// <summary>Dispatch loops: 1 to 256. Default: one for two processors.</summary>
    [Range(1, 256)]
    public int Loops { get; set; } = Math.Clamp((Environment.ProcessorCount + 1) / 2, 1, 256);

    /// <summary>Bytes of appends that may wait for the store: 64 KiB to 4 GiB. Default: 64 MiB.</summary>
    [Range(65_536L, 4_294_967_296L)]
    public long WaitingBytes { get; set; } = 67_108_864;

    /// <summary>How long an append may wait for its batch: 0.1 s to 1 min. Default: 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan AppendWithin { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Most appends in one commit: 1 to 100,000. Default: 1,024.</summary>
    [Range(1, 100_000)]
    public int BatchSize { get; set; } = 1_024;

    /// <summary>Events of a room kept in memory: 1 to 100,000. Default: 128.</summary>
    [Range(1, 100_000)]
    public int TailEvents { get; set; } = 128;

    /// <summary>Bytes of all rooms' tails together, beyond which the largest are dropped: 64 KiB to 64 GiB. Default: 256 MiB.</summary>
    [Range(65_536L, 68_719_476_736L)]
    public long TailBytes { get; set; } = 268_435_456;

    /// <summary>Pages read at a time for sockets that are behind: 1 to 1,000. Default: 8.</summary>
    [Range(1, 1_000)]
    public int CatchUps { get; set; } = 8;

    /// <summary>Commands that may wait at a dispatch loop before typing, presence and read marks are dropped: 100 to 10,000,000. Default: 10,000.</summary>
    [Range(100, 10_000_000)]
    public int CommandsWaiting { get; set; } = 10_000;

    /// <summary>Joins that may wait to be told to the user's open sockets; beyond them these are closed to resume: 1 to 1,000,000. Default: 10,000.</summary>
    [Range(1, 1_000_000)]
    public int JoinsWaiting { get; set; } = 10_000;

    /// <summary>Threads that read the store: 1 to 64. Default: 4.</summary>
    [Range(1, 64)]
    public int Readers { get; set; } = 4;

    /// <summary>Reads of the store that may wait: 1 to 1,000,000. Default: 10,000.</summary>
    [Range(1, 1_000_000)]
    public int ReadsWaiting { get; set; } = 10_000;

    /// <summary>Pages of history, lists and searches that are made or on their way at a time, of at most 256 KiB each: 8 to 100,000. Default: 256.</summary>
    [Range(8, 100_000)]
    public int PagesAtOnce { get; set; } = 256;

    /// <summary>Threads that search: 1 to 64. Default: 2.</summary>
    [Range(1, 64)]
    public int Searchers { get; set; } = 2;

    /// <summary>Searches that may wait for one: 1 to 100,000. Default: 200.</summary>
    [Range(1, 100_000)]
    public int SearchesWaiting { get; set; } = 200;

    /// <summary>Searches of one user that may be in work or wait: 1 to 1,000. Default: 4.</summary>
    [Range(1, 1_000)]
    public int SearchesPerUser { get; set; } = 4;

    /// <summary>Bytes of the write-ahead log from which it is copied into the database: 64 KiB to 1 GiB. Default: 16 MiB.</summary>
    [Range(65_536L, 1_073_741_824L)]
    public long CheckpointFrom { get; set; } = 16_777_216;

    /// <summary>How long a changed presence must hold before it is told: 0 to 10 min. Default: 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan PresenceStable { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often presence is told at most: 0.1 s to 10 min. Default: 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan PresenceEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long nonces are remembered: 1 min to a year. Default: 48 hours.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan NonceMemory { get; set; } = TimeSpan.FromHours(48);
}
