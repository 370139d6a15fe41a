using Chatter.Chat.Settings;

namespace Chatter.Chat.Storage;

/// <summary>Who has the data folder: one process, for as long as it holds this file open.</summary>
internal static class FolderLock
{
    private const string Elsewhere = "set Chatter:DataPath (environment variable Chatter__DataPath) to";

    /// <summary>Takes the folder, which is created on demand.</summary>
    /// <exception cref="StartupException">It can't be written, or another process has it.</exception>
    public static FileStream Take(StoreFiles files)
    {
        PrivateFiles.MakeDefault();
        try
        {
            Directory.CreateDirectory(files.Folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The data folder {files.Folder} can't be created: {e.Message.TrimEnd('.')}. {Capital(Elsewhere)} a folder that can be written.", e);
        }
        try
        {
            return new FileStream(files.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StartupException($"The data folder {files.Folder} can't be written. Give this user the right to, or {Elsewhere} another folder.", e);
        }
        catch (IOException e) when (IsHeld(e))
        {
            throw new StartupException($"The data folder {files.Folder} is in use by another Chatter process. Stop it, or {Elsewhere} another folder.", e);
        }
        catch (IOException e)
        {
            throw new StartupException($"The data folder {files.Folder} can't be written: {e.Message.TrimEnd('.')}. Mend that, or {Elsewhere} another folder.", e);
        }
    }

    /// <summary>Whether somebody else has the file open, and not its disk a fault: a sharing violation of Windows, EWOULDBLOCK of Linux or macOS.</summary>
    private static bool IsHeld(IOException e) => e.HResult is unchecked((int)0x80070020) or 11 or 35;

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
