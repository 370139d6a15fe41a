using System.Runtime.InteropServices;

namespace Chatter.Chat.Storage;

/// <summary>
/// Whoever can read the data can read every room, so it is its owner's alone: folders 0700, files 0600, whatever the process was started with. Nothing is done on Windows, where a folder's
/// rights are those of the one above.
/// </summary>
internal static class PrivateFiles
{
    private const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode File = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = (UnixFileMode)0b111_111;

    /// <summary>From now on this process makes files and folders that nobody else can read, SQLite's own and those of libraries included.</summary>
    public static void MakeDefault()
    {
        if (!OperatingSystem.IsWindows()) _ = SetMask((uint)Others);
    }

    /// <summary>Takes the rights of others to a folder and all in it, where they have some to the folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="wholly">Whether what is in it is looked at anyway: copies keep the rights of what they were made from, and may be carried elsewhere.</param>
    /// <returns>Whether there were some.</returns>
    /// <exception cref="UnauthorizedAccessException">It isn't this user's.</exception>
    public static bool Narrow(string folder, bool wholly = false)
    {
        if (OperatingSystem.IsWindows()) return false;
        // Where nobody else gets into the folder, what is in it doesn't matter, and there may be a million files.
        if (!wholly && (System.IO.File.GetUnixFileMode(folder) & Others) == 0) return false;
        foreach (var inner in Directory.EnumerateDirectories(folder, "*", Everything)) System.IO.File.SetUnixFileMode(inner, Folder);
        foreach (var file in Directory.EnumerateFiles(folder, "*", Everything)) System.IO.File.SetUnixFileMode(file, File);
        // The last to be changed, since it says that it is done.
        System.IO.File.SetUnixFileMode(folder, Folder);
        return true;
    }

    private static EnumerationOptions Everything => new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };

#pragma warning disable SYSLIB1054 // Generated code would need unsafe blocks, for a number.
    [DllImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint SetMask(uint mask);
#pragma warning restore SYSLIB1054
}
