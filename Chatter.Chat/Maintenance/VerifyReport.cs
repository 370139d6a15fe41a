using System.Globalization;

namespace Chatter.Chat.Maintenance;

/// <summary>What a check went through, and what it found.</summary>
/// <param name="Rooms">Rooms that aren't deleted.</param>
/// <param name="Users">Accounts.</param>
/// <param name="Events">Events read.</param>
/// <param name="Unsummed">Events without a checksum, since an older Chatter wrote them.</param>
/// <param name="Bytes">The size of the database.</param>
/// <param name="Findings">The laws broken.</param>
public sealed record VerifyReport(long Rooms, long Users, long Events, long Unsummed, long Bytes, IReadOnlyList<Finding> Findings)
{
    /// <summary>Files that people sent.</summary>
    public long Files { get; init; }

    /// <summary>Their bytes, thumbnails included.</summary>
    public long FileBytes { get; init; }

    /// <summary>The figures in words.</summary>
    public string Figures => string.Create(CultureInfo.InvariantCulture, $"{Rooms:N0} rooms, {Events:N0} events, {Users:N0} users, {Bytes / 1e6:N1} MB")
        + (Files == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", and {Files:N0} files with {FileBytes / 1e6:N1} MB"));
}
