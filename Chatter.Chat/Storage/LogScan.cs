using System.Buffers.Binary;

namespace Chatter.Chat.Storage;

/// <summary>
/// Reads a write-ahead log as SQLite will, before SQLite does. SQLite takes it up to the first frame whose checksum is wrong, drops the rest and says
/// nothing: right for the end that a crash has torn, but one flipped bit in the middle would make acknowledged events disappear.
/// </summary>
/// <remarks>
/// What tells the two apart: each commit is flushed before the next one begins (<c>synchronous=FULL</c>), so a crash can tear only frames of the last
/// transaction. Where a bad frame is followed, without a break, by the end of a transaction and by one more frame, it had been on the disk once, and was
/// damaged since. The checksums are cumulative, each frame's going on from the one before; so the frames behind a bad one can still be told from those of an
/// earlier use of the file, and from what commits that failed (a full disk, an fsync in error) have left behind the last one, each of which began where that
/// ends: their ends follow one another, too, but not without a break. Format: sqlite.org/fileformat2.html §4.
/// </remarks>
internal sealed class LogScan
{
    private const int HeaderSize = 32;
    private const int FrameHeaderSize = 24;

    /// <summary>The last bit says in which byte order the checksums are summed.</summary>
    private const uint Magic = 0x377F0682;

    /// <summary>Pages of which the log has a newer version, committed.</summary>
    public HashSet<uint> Pages { get; } = [];

    /// <summary>Pages of the database after the last commit in the log; 0 where it has none.</summary>
    public uint DatabasePages { get; private set; }

    /// <summary>Bytes in a page; 0 where the log is empty.</summary>
    public int PageSize { get; private set; }

    /// <summary>Frames that SQLite will take.</summary>
    public long Frames { get; private set; }

    /// <summary>What is wrong, or null.</summary>
    public string? Damage { get; private set; }

    /// <summary>Scans a log file; one that doesn't exist is an empty log.</summary>
    public static LogScan Of(string path)
    {
        var scan = new LogScan();
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 20, FileOptions.SequentialScan);
        }
        catch (FileNotFoundException)
        {
            return scan;
        }
        using (file) scan.Read(file, Path.GetFileName(path));
        return scan;
    }

    private void Read(FileStream file, string name)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        // The header is flushed before any frame is written, so a log without frames may have any header.
        if (file.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false) < HeaderSize || file.Length == HeaderSize) return;
        var bigEndian = (header[3] & 1) == 1;
        var size = Number(header, 8);
        var sum = Sum(header[..24], default, bigEndian);
        if ((Number(header, 0) & ~1u) != Magic || size is < 512 or > 65_536 || (size & (size - 1)) != 0 || sum != Stored(header, 24))
        {
            if (!IsZero(header) || !RestIsZero(file)) Damage = $"The write-ahead log {name} is damaged at its beginning, so that all that it holds would be lost.";
            return;
        }
        PageSize = (int)size;
        ReadFrames(file, name, header[16..24], sum, bigEndian);
    }

    private void ReadFrames(FileStream file, string name, ReadOnlySpan<byte> salts, (uint, uint) sum, bool bigEndian)
    {
        var uncommitted = new List<uint>();
        var frame = new byte[FrameHeaderSize + PageSize];
        var computed = sum;
        var (badFrame, commitSince) = (0L, false);
        for (var number = 1L; file.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) == frame.Length; number++)
        {
            var (page, databasePages) = (Number(frame, 0), Number(frame, 4));
            var current = page != 0 && frame.AsSpan(8, 8).SequenceEqual(salts);
            var stored = Stored(frame, 16);
            var before = computed;
            computed = Sum(frame.AsSpan(FrameHeaderSize), Sum(frame.AsSpan(0, 8), sum, bigEndian), bigEndian);
            // Behind a frame whose own checksum is what was damaged, the next one goes on from what it was.
            var follows = current && (computed == stored || before != sum && Sum(frame.AsSpan(FrameHeaderSize), Sum(frame.AsSpan(0, 8), before, bigEndian), bigEndian) == stored);
            sum = stored;
            if (badFrame == 0 && follows)
            {
                uncommitted.Add(page);
                if (databasePages == 0) continue;
                Pages.UnionWith(uncommitted);
                uncommitted.Clear();
                (DatabasePages, Frames) = (databasePages, number);
                continue;
            }
            if (badFrame == 0)
            {
                badFrame = number;
            }
            else if (!follows)
            {
                commitSince = false;
            }
            else if (commitSince)
            {
                Damage = $"The write-ahead log {name} is damaged in frame {badFrame} of {(file.Length - HeaderSize) / frame.Length}, so that what was committed from there on would be lost.";
                return;
            }
            commitSince |= current && databasePages != 0;
        }
    }

    private static uint Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);

    private static (uint, uint) Stored(ReadOnlySpan<byte> bytes, int at) => (Number(bytes, at), Number(bytes, at + 4));

    private static (uint, uint) Sum(ReadOnlySpan<byte> bytes, (uint, uint) start, bool bigEndian)
    {
        var (first, second) = start;
        for (var i = 0; i < bytes.Length; i += 8)
        {
            first += Word(bytes[i..], bigEndian) + second;
            second += Word(bytes[(i + 4)..], bigEndian) + first;
        }
        return (first, second);
    }

    private static uint Word(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static bool IsZero(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExcept((byte)0);

    private static bool RestIsZero(FileStream file)
    {
        var buffer = new byte[65_536];
        int read;
        while ((read = file.Read(buffer)) > 0)
            if (!IsZero(buffer.AsSpan(0, read))) return false;
        return true;
    }
}
