namespace Chatter.Chat.Storage;

/// <summary>
/// The last steps of a restore. A backup becomes the data folder's state in one rename (<c>restoring</c> to <c>restored</c>): killed before it, the old state
/// stands; killed after it, these steps are done again, by the next start or the next restore, until nothing named <c>restored</c> is left.
/// </summary>
internal static class PendingRestore
{
    /// <summary>In <c>restored</c>: the name of the folder that takes in what was there.</summary>
    private const string NoteName = "replaces";

    /// <summary>Whether a restore was cut off after its rename.</summary>
    public static bool IsIn(StoreFiles files) => Directory.Exists(files.Restored);

    /// <summary>Says in <c>restoring</c> where the old state is to go.</summary>
    public static void Note(StoreFiles files, string replaced) => File.WriteAllText(Path.Combine(files.Restoring, NoteName), replaced);

    /// <summary>Moves the old state aside and the new one into its place; whoever calls it has the folder. Does nothing where there is no pending restore.</summary>
    /// <returns>Where the old state is, or null where there was none.</returns>
    public static string? Finish(StoreFiles files)
    {
        if (!IsIn(files)) return null;
        var restored = new StoreFiles(files.Restored);
        var note = Path.Combine(files.Restored, NoteName);
        if (!File.Exists(note))
        {
            // It is the last to go.
            Directory.Delete(files.Restored);
            return null;
        }
        var replaced = new StoreFiles(Path.Combine(files.Folder, File.ReadAllText(note)));
        // The database is the last to come: while it hasn't, what lies in its place is of the old state.
        if (File.Exists(restored.Database))
        {
            foreach (var (old, aside) in new[] { (files.Log, replaced.Log), (files.LogIndex, replaced.LogIndex), (files.Journal, replaced.Journal), (files.Mark, replaced.Mark), (files.Database, replaced.Database) })
            {
                if (!File.Exists(old)) continue;
                Directory.CreateDirectory(replaced.Folder);
                File.Move(old, aside, overwrite: true);
            }
            var folders = new[] { (Old: files.Keys, Aside: replaced.Keys, New: restored.Keys), (Old: files.Files, Aside: replaced.Files, New: restored.Files) };
            foreach (var (old, aside, @new) in folders)
            {
                // The new ones are in place where they aren't in `restored` any more.
                if (!Directory.Exists(@new) || !Directory.Exists(old)) continue;
                Directory.CreateDirectory(replaced.Folder);
                Directory.Move(old, aside);
            }
            if (Directory.Exists(replaced.Folder)) Durable.FlushFolder(replaced.Folder);
            foreach (var (old, _, @new) in folders)
                if (Directory.Exists(@new)) Directory.Move(@new, old);
            // Of what was there. The epoch would tell, but what isn't there can't be taken for anything.
            foreach (var file in files.SearchIndexFiles) File.Delete(file);
            Durable.FlushFolder(files.Folder);
            File.Move(restored.Database, files.Database);
            Durable.FlushFolder(files.Folder);
        }
        File.Delete(note);
        Directory.Delete(files.Restored);
        Durable.FlushFolder(files.Folder);
        return Directory.Exists(replaced.Folder) ? replaced.Folder : null;
    }
}
