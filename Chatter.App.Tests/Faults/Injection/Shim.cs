using System.Diagnostics;
using System.IO.MemoryMappedFiles;

namespace Chatter.App.Tests.Faults.Injection;

/// <summary>The library that is preloaded into the server and breaks its disk and its clock (<c>shim.c</c>), and the switches that say what is broken now.</summary>
internal sealed class Shim : IDisposable
{
    private readonly MemoryMappedFile _control;
    private readonly MemoryMappedViewAccessor _switches;
    private readonly string _folder;
    private readonly string _library;
    private readonly string _data;

    /// <param name="library">The compiled shim.</param>
    /// <param name="folder">Where its own files go.</param>
    /// <param name="data">The server's data folder.</param>
    public Shim(string library, string folder, string data)
    {
        (_library, _folder, _data) = (library, folder, data);
        var file = Path.Combine(folder, "control");
        File.WriteAllBytes(file, new byte[4_096]);
        _control = MemoryMappedFile.CreateFromFile(file, FileMode.Open, null, 4_096);
        _switches = _control.CreateViewAccessor();
    }

    private enum Switch
    {
        FsyncFails,
        WriteFails,
        DiskFull,
        FsyncDelay,
        ClockOffset,
        FsyncLies,
        Met,
        Synced,
    }

    /// <summary>Whether writes are journaled, for <see cref="PowerOff"/>.</summary>
    public bool Journals { get; init; }

    /// <summary>Of a thousand fsyncs so many fail.</summary>
    public int FsyncFails { set => Set(Switch.FsyncFails, value); }

    /// <summary>Of a thousand writes so many fail.</summary>
    public int WriteFails { set => Set(Switch.WriteFails, value); }

    /// <summary>No file gets any longer.</summary>
    public bool DiskFull { set => Set(Switch.DiskFull, value ? 1 : 0); }

    public TimeSpan FsyncDelay { set => Set(Switch.FsyncDelay, (long)value.TotalMilliseconds); }

    public TimeSpan ClockOffset { set => Set(Switch.ClockOffset, (long)value.TotalMilliseconds); }

    /// <summary>An fsync makes nothing durable: what the tests of power loss must notice.</summary>
    public bool FsyncLies { set => Set(Switch.FsyncLies, value ? 1 : 0); }

    /// <summary>How often what is broken was met.</summary>
    public long Met => _switches.ReadInt64((int)Switch.Met * sizeof(long));

    /// <summary>How many fsyncs went through.</summary>
    public long Synced => _switches.ReadInt64((int)Switch.Synced * sizeof(long));

    /// <summary>What the server is to be started with.</summary>
    public (string, string)[] Environment =>
    [
        ("LD_PRELOAD", _library), ("CHATTER_SHIM_FOLDER", _data), ("CHATTER_SHIM_CONTROL", Path.Combine(_folder, "control")),
        .. Journals ? [("CHATTER_SHIM_JOURNAL", Journal)] : ((string, string)[])[],
    ];

    private string Journal => Path.Combine(_folder, "journal");

    /// <summary>Compiles the shim.</summary>
    public static async Task<string> Build(string folder, CancellationToken cancel)
    {
        var library = Path.Combine(folder, "shim.so");
        using var gcc = Process.Start(new ProcessStartInfo("gcc", ["-O2", "-shared", "-fPIC", "-o", library, Path.Combine(AppContext.BaseDirectory, "Faults", "Injection", "shim.c"), "-ldl", "-lpthread"]) { RedirectStandardError = true })
            ?? throw new InvalidOperationException("gcc doesn't start.");
        var errors = await gcc.StandardError.ReadToEndAsync(cancel);
        await gcc.WaitForExitAsync(cancel);
        return gcc.ExitCode == 0 ? library : throw new InvalidOperationException($"The shim doesn't compile: {errors}");
    }

    /// <summary>Power off, after the process is dead: see <see cref="Power.Off"/>.</summary>
    public int PowerOff(Random? random)
    {
        // The index of the write-ahead log is shared memory that nobody syncs: whatever may be in it.
        var index = new FileInfo(Path.Combine(_data, "chatter.db-shm"));
        if (index.Exists)
        {
            var garbage = new byte[index.Length];
            random?.NextBytes(garbage);
            File.WriteAllBytes(index.FullName, garbage);
        }
        return Power.Off(Journal, random);
    }

    public void Heal() => (FsyncFails, WriteFails, DiskFull, FsyncDelay, ClockOffset) = (0, 0, false, TimeSpan.Zero, TimeSpan.Zero);

    public void Dispose()
    {
        _switches.Dispose();
        _control.Dispose();
    }

    private void Set(Switch what, long value) => _switches.Write((int)what * sizeof(long), value);
}
