using Chatter.Chat.Storage;

namespace Chatter.Chat.Maintenance;

/// <summary>
/// Copies the files people sent along with their database. They belong to a backup: a message whose picture is gone isn't what was acknowledged. A file is
/// written once and never changed, so a copy needs no moment of its own; but it may be deleted while a backup is made.
/// </summary>
internal static class AttachmentFiles
{
    private const int Page = 1_000;

    /// <summary>Whether a database knows of files at all; one of an older Chatter doesn't.</summary>
    public static bool AreIn(StoreConnection store) => StoreReader.HasTable(store, "attachments");

    /// <summary>Whether it knows of people's pictures.</summary>
    public static bool AvatarsAreIn(StoreConnection store) => StoreReader.HasTable(store, "avatars");

    /// <summary>Copies all files that a database knows, and that aren't copied yet.</summary>
    /// <returns>Those that aren't there.</returns>
    public static List<Guid> Copy(StoreFiles from, StoreConnection store, StoreFiles to)
    {
        var missing = new List<Guid>();
        foreach (var row in All(store))
        {
            var copied = Copy(from, row.Info.Id, to.FileOf(row.Info.Id), "");
            if (copied && row.ThumbnailHash is not null) copied = Copy(from, row.Info.Id, to.ThumbnailOf(row.Info.Id), StoreFiles.ThumbnailEnding);
            if (!copied) missing.Add(row.Info.Id);
        }
        missing.AddRange(Avatars(store).Select(static row => row.Id).Where(id => !Copy(from, id, to.FileOf(id), "")));
        return missing;
    }

    /// <summary>Deletes copies of what the database no longer knows: deleted is deleted.</summary>
    public static void Trim(StoreConnection store, StoreFiles files)
    {
        if (!Directory.Exists(files.Files)) return;
        var known = All(store).Select(static row => row.Info.Id).Concat(Avatars(store).Select(static row => row.Id)).ToHashSet();
        foreach (var path in Directory.EnumerateFiles(files.Files, "*", SearchOption.AllDirectories))
            if (!Guid.TryParse(Path.GetFileName(path).Split('.')[0], out var id) || !known.Contains(id)) File.Delete(path);
    }

    /// <summary>All that a database knows, in snapshots of a page each.</summary>
    public static IEnumerable<AttachmentRow> All(StoreConnection store) => All(store, "attachments", AttachmentRows.After, static row => row.Info.Id);

    /// <summary>All pictures of people that a database knows, the same way.</summary>
    public static IEnumerable<AvatarRow> Avatars(StoreConnection store) => All(store, "avatars", AvatarRows.After, static row => row.Id);

    /// <summary>Nothing where the table isn't there yet: older data has none.</summary>
    private static IEnumerable<T> All<T>(StoreConnection store, string table, Func<StoreConnection, Guid, int, List<T>> read, Func<T, Guid> id)
    {
        if (!StoreReader.HasTable(store, table)) yield break;
        var after = Guid.Empty;
        List<T> page;
        do
        {
            page = read(store, after, Page);
            foreach (var row in page) yield return row;
            if (page.Count > 0) after = id(page[^1]);
        }
        while (page.Count == Page);
    }

    /// <summary>Where a file is, or its thumbnail; null where it isn't.</summary>
    /// <param name="files">The folder.</param>
    /// <param name="id">The file.</param>
    /// <param name="ending">What its name has behind the id.</param>
    public static string? Find(StoreFiles files, Guid id, string ending)
    {
        // Between its commit and its move to its place it is where it came to.
        foreach (var path in new[] { files.FileOf(id) + ending, Path.Combine(files.Incoming, id.ToString()) + ending, files.FileOf(id) + ending })
            if (File.Exists(path)) return path;
        return null;
    }

    private static bool Copy(StoreFiles from, Guid id, string to, string ending)
    {
        if (File.Exists(to)) return true;
        for (var tries = 2; tries > 0 && Find(from, id, ending) is { } path; tries--)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(path, to);
                return true;
            }
            catch (FileNotFoundException)
            {
                // Moved to its place, or deleted, just now.
            }
        }
        return false;
    }
}
