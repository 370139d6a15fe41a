using System.Runtime.InteropServices;

namespace Chatter.App.Tests.Faults.Injection;

/// <summary>
/// What a loss of power does to the data folder after the process is dead: of what was written since the last fsync of its file, each sector may be on
/// the disk or not. The shim's journal says what was written, what stood there before, and what was made durable.
/// </summary>
internal static class Power
{
    private const int Sector = 512;

    /// <summary>Takes back what was not durable; the journal is used up.</summary>
    /// <param name="journal">The shim's journal.</param>
    /// <param name="random">Decides what of it reached the disk all the same; null: nothing did.</param>
    /// <returns>How many writes were lost.</returns>
    public static int Off(string journal, Random? random)
    {
        var lost = 0;
        foreach (var (path, pending) in Read(journal))
        {
            if (pending.Count == 0 || !File.Exists(path)) continue;
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
            for (var i = pending.Count - 1; i >= 0; i--) Undo(file, pending[i]);
            foreach (var change in pending) lost += Redo(file, change, random) ? 0 : 1;
        }
        File.Delete(journal);
        return lost;
    }

    private static void Undo(Microsoft.Win32.SafeHandles.SafeFileHandle file, Change change)
    {
        RandomAccess.Write(file, change.Before, change.Offset);
        RandomAccess.SetLength(file, change.Size);
    }

    /// <returns>Whether all of it reached the disk.</returns>
    private static bool Redo(Microsoft.Win32.SafeHandles.SafeFileHandle file, Change change, Random? random)
    {
        // Nothing, all, or some sectors: a third each.
        var fate = random?.Next(3) ?? 0;
        if (fate == 0) return false;
        if (change.IsTruncation)
        {
            RandomAccess.SetLength(file, change.Offset);
            return true;
        }
        var whole = true;
        for (var start = 0; start < change.After.Length; start += Sector)
        {
            if (fate == 1 || random!.Next(2) == 0) RandomAccess.Write(file, change.After.AsSpan(start, Math.Min(Sector, change.After.Length - start)), change.Offset + start);
            else whole = false;
        }
        return whole;
    }

    /// <summary>By file, what was changed since its last fsync.</summary>
    private static Dictionary<string, List<Change>> Read(string journal)
    {
        var paths = new Dictionary<int, string>();
        var pending = new Dictionary<string, List<Change>>();
        using var stream = new BufferedStream(File.OpenRead(journal), 1 << 20);
        Span<byte> bytes = stackalloc byte[Marshal.SizeOf<Record>()];
        while (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length)
        {
            var record = MemoryMarshal.Read<Record>(bytes);
            if (record.Kind == 'F')
            {
                if (Take(stream, record.Length) is not { } name) break;
                paths[record.File] = System.Text.Encoding.UTF8.GetString(name);
                pending.TryAdd(paths[record.File], []);
                continue;
            }
            var changes = pending[paths[record.File]];
            if (record.Kind is 'S' or 'U')
            {
                changes.Clear();
                continue;
            }
            // A record that the kill cut short is of a write that never was: the journal comes first.
            if (Take(stream, record.OldLength) is not { } before || Take(stream, record.Length) is not { } after) break;
            changes.Add(new Change(record.Kind == 'T', record.Offset, before, after, record.Size));
        }
        return pending;
    }

    private static byte[]? Take(Stream stream, long length)
    {
        var bytes = new byte[length];
        return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length ? bytes : null;
    }

    private sealed record Change(bool IsTruncation, long Offset, byte[] Before, byte[] After, long Size);

    /// <summary>As in shim.c.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Record
    {
        private readonly int _kind;
        public readonly int File;
        public readonly long Offset;
        public readonly long Length;
        public readonly long OldLength;
        public readonly long Size;

        public char Kind => (char)(_kind & 0xFF);
    }
}
