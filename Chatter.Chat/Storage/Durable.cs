using System.Runtime.InteropServices;
using System.Text;

namespace Chatter.Chat.Storage;

/// <summary>Sees to it that files, and their names, are on the disk: a renamed file survives a loss of power only when its folder was flushed, too.</summary>
internal static class Durable
{
    /// <summary>Flushes what was written to a file.</summary>
    public static void FlushFile(string path)
    {
        // Keys may be read-only, which is enough but on Windows.
        using var file = File.OpenHandle(path, FileMode.Open, OperatingSystem.IsWindows() ? FileAccess.ReadWrite : FileAccess.Read, FileShare.ReadWrite);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Flushes which names a folder has. Windows needs nothing of the kind, and has no call for it.</summary>
    public static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(Encoding.UTF8.GetBytes(path + '\0'), 0);
        if (descriptor < 0) throw new IOException($"{path} can't be opened: {Marshal.GetLastPInvokeErrorMessage()}.");
        var failed = Fsync(descriptor) != 0;
        var why = failed ? Marshal.GetLastPInvokeErrorMessage() : "";
        _ = Close(descriptor);
        if (failed) throw new IOException($"{path} can't be flushed to the disk: {why}.");
    }

    /// <summary>Flushes a folder with all that is in it.</summary>
    public static void FlushTree(string path)
    {
        foreach (var file in Directory.EnumerateFiles(path)) FlushFile(file);
        foreach (var folder in Directory.EnumerateDirectories(path)) FlushTree(folder);
        FlushFolder(path);
    }

    // .NET opens no folders as files.
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fsync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
