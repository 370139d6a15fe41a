using System.ComponentModel.DataAnnotations;

namespace Chatter.Chat.Settings;

/// <summary>The files people send: <c>Chatter:Files</c>.</summary>
public sealed class FilesSettings
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Chatter:Files";

    /// <summary>Largest file, in bytes: 1 to 1 GiB. A picture is held in memory while it is cleaned. Default: 20 MiB.</summary>
    [Range(1L, 1_073_741_824L)]
    public long MaxBytes { get; set; } = 20_971_520;

    /// <summary>Largest picture of a person, in bytes, as it is sent; what is kept of it is small: 1 to 100 MiB. Default: 5 MiB.</summary>
    [Range(1L, 104_857_600L)]
    public long AvatarBytes { get; set; } = 5_242_880;

    /// <summary>Bytes that the files of one user may take up in all: 1 to 1 PiB. Default: 2 GiB.</summary>
    [Range(1L, 1_125_899_906_842_624L)]
    public long QuotaBytes { get; set; } = 2_147_483_648;

    /// <summary>Bytes of the disk that uploads leave free, for the messages: 0 to 1 PiB. Default: 512 MiB.</summary>
    [Range(0L, 1_125_899_906_842_624L)]
    public long DiskFree { get; set; } = 536_870_912;

    /// <summary>Most pixels of a picture that is shown; larger ones are files to be saved, and are never decoded. A decoded pixel takes 4 bytes. 0 shows none: 0 to 268,435,456. Default: 40,000,000.</summary>
    [Range(0, 268_435_456)]
    public int MaxPixels { get; set; } = 40_000_000;

    /// <summary>How long an uploaded file is kept that nobody sends: 1 min to a year. Default: 24 hours.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan UnusedFor { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How often it is looked for bytes that are to go: 0.05 s to a day. Default: 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "1.00:00:00")]
    public TimeSpan SweepEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Uploads at a time, in all; beyond them the slowest one gives way where it has less than 16 KiB a second: 1 to 100,000. Default: 1,000.</summary>
    [Range(1, 100_000)]
    public int UploadsAtOnce { get; set; } = 1_000;

    /// <summary>Those of one user: 1 to 1,000. Default: 4.</summary>
    [Range(1, 1_000)]
    public int UploadsPerUser { get; set; } = 4;

    /// <summary>How long an upload may take: 1 s to a day. Default: 15 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan UploadWithin { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Threads that clean files and make thumbnails: 1 to 64. Each needs 4 bytes for a pixel of its picture. Default: half of the processors, but at most 4, so that pictures leave room for messages.</summary>
    [Range(1, 64)]
    public int Workers { get; set; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 4);

    /// <summary>Files that may wait for these; beyond them <c>unavailable</c>: 1 to 10,000. Default: 100.</summary>
    [Range(1, 10_000)]
    public int WorkWaiting { get; set; } = 100;
}
