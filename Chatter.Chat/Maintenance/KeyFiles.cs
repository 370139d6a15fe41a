using Chatter.Chat.Storage;

namespace Chatter.Chat.Maintenance;

/// <summary>
/// The keys belong to a backup: the forms and pages that people have open were made with them, and would be refused with others, and browsers subscribed to one of them.
/// Finished keys only; one that is being written has another ending.
/// </summary>
internal static class KeyFiles
{
    public static void Copy(StoreFiles from, string folder)
    {
        Directory.CreateDirectory(folder);
        if (!Directory.Exists(from.Keys)) return;
        foreach (var key in Directory.EnumerateFiles(from.Keys).Where(static file => Path.GetExtension(file) is ".xml" or ".pem")) File.Copy(key, Path.Combine(folder, Path.GetFileName(key)));
    }
}
