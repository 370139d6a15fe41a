using System.Buffers.Binary;
using System.Security.Cryptography;
using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Chatter.Chat.Storage;

/// <summary>An event that was acknowledged.</summary>
internal sealed record MarkedEvent(Guid Room, long Seq, Guid Id);

/// <summary>
/// The last event that was acknowledged, noted outside the database. What is gone from the database since (a write-ahead log that was deleted, is another's
/// or has a flipped bit at its end; a file replaced by an older copy) leaves a database that looks whole, and is known by this mark only.
/// </summary>
/// <remarks>
/// It is written after each commit and not flushed: that costs no disk access, survives the process, and a loss of power may only make it older. So it never
/// names an event that wasn't on the disk.
/// </remarks>
internal sealed partial class HighWaterMark(StoreFiles files, ILogger logger) : IDisposable
{
    private const int Size = 64;
    private const int SumAt = 56;

    private static ReadOnlySpan<byte> Magic => "chatter1"u8;

    private readonly byte[] _bytes = new byte[Size];
    private SafeFileHandle? _file;
    private bool _failed;

    /// <summary>What is noted in a data folder, or null.</summary>
    /// <exception cref="StartupException">The note can't be read.</exception>
    public static MarkedEvent? Read(StoreFiles files)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(files.Mark);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{files.Mark} can't be read: {e.Message}", e);
        }
        // Nothing was noted yet, or what was didn't reach the disk.
        if (!bytes.AsSpan().ContainsAnyExcept((byte)0)) return null;
        if (bytes.Length != Size || !bytes.AsSpan().StartsWith(Magic) || !Sum(bytes).AsSpan().SequenceEqual(bytes.AsSpan(SumAt)))
            throw new StartupException($"{files.Mark}, which names the last event acknowledged, is damaged. Check the folder with the command verify, then delete that file and start again.");
        return new MarkedEvent(new Guid(bytes.AsSpan(8, 16), bigEndian: true), BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(24)), new Guid(bytes.AsSpan(32, 16), bigEndian: true));
    }

    /// <summary>Which event a database lacks that was acknowledged, in a line, or null. The mark must have been read before the database.</summary>
    public static string? Missing(StoreConnection store, MarkedEvent mark)
    {
        var last = store.First("select last_seq from room_heads where room = $1", static row => (long?)row.GetInt64(0), mark.Room);
        var id = store.First("select id from events where room = $1 and seq = $2", static row => (Guid?)row.Id(0), mark.Room, mark.Seq);
        // A deleted room's events are swept after a while; its head stays.
        return last >= mark.Seq && (id is null || id == mark.Id)
            ? null
            : $"Event {mark.Seq} of room {mark.Room}, which was acknowledged, isn't in the database: its write-ahead log was deleted or damaged, or it was replaced by another or an older one.";
    }

    /// <summary>From now on events are noted.</summary>
    /// <exception cref="StartupException">The file can't be written.</exception>
    public void Open()
    {
        try
        {
            var isNew = !File.Exists(files.Mark);
            _file = File.OpenHandle(files.Mark, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
            if (!isNew) return;
            RandomAccess.Write(_file, _bytes, 0);
            RandomAccess.FlushToDisk(_file);
            Durable.FlushFolder(files.Folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{files.Mark} can't be written: {e.Message}", e);
        }
    }

    /// <summary>Notes an event that is committed. Called by one thread at a time.</summary>
    public void Note(RoomEvent item)
    {
        if (_file is null or { IsClosed: true }) return;
        Magic.CopyTo(_bytes);
        item.Room.TryWriteBytes(_bytes.AsSpan(8), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(_bytes.AsSpan(24), item.Seq);
        item.Id.TryWriteBytes(_bytes.AsSpan(32), bigEndian: true, out _);
        Sum(_bytes).CopyTo(_bytes, SumAt);
        try
        {
            RandomAccess.Write(_file, _bytes, 0);
            _failed = false;
        }
        catch (IOException e)
        {
            // The event is committed whether it is noted or not; an older note only knows of fewer losses.
            if (!_failed) Log.NotNoted(logger, e);
            _failed = true;
        }
    }

    public void Dispose() => _file?.Dispose();

    private static byte[] Sum(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes[..SumAt])[..(Size - SumAt)];

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The last event acknowledged can't be noted; sending goes on")]
        public static partial void NotNoted(ILogger logger, Exception error);
    }
}
