using System.Collections.Concurrent;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Files;

/// <summary>
/// The bytes of the files people sent, in the data folder. What comes is written to <c>incoming</c>, is moved to its place when the database has it, and is deleted there when the database
/// says so. So whatever breaks in between, what is in a place is in the database or noted to go, and what is in <c>incoming</c> is looked up.
/// </summary>
internal sealed class FileFolder(Database database)
{
    private readonly ConcurrentDictionary<Guid, bool> _inWork = [];

    /// <summary>Begins a file.</summary>
    public Incoming Begin(Guid id)
    {
        Directory.CreateDirectory(database.Files.Incoming);
        _inWork[id] = true;
        return new Incoming(this, id, Path.Combine(database.Files.Incoming, id.ToString()));
    }

    /// <summary>Bytes that are free on its disk.</summary>
    public long Free => new DriveInfo(database.Folder).AvailableFreeSpace;

    /// <summary>A file's bytes, or its thumbnail's; null where they are gone.</summary>
    public FileStream? Open(Guid id, bool thumbnail)
    {
        try
        {
            return new FileStream(thumbnail ? database.Files.ThumbnailOf(id) : database.Files.FileOf(id), new FileStreamOptions
            {
                Access = FileAccess.Read,
                Mode = FileMode.Open,
                Options = FileOptions.Asynchronous,
                // Who is served may go on, when it is deleted.
                Share = FileShare.Read | FileShare.Delete,
            });
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Moves what came to its place, for good.</summary>
    public void Keep(Guid id)
    {
        var (from, to) = (Path.Combine(database.Files.Incoming, id.ToString()), database.Files.FileOf(id));
        var folder = Path.GetDirectoryName(to)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            Durable.FlushFolder(database.Files.Files);
        }
        // The file is the last to come: where it is, its thumbnail is.
        if (File.Exists(from + StoreFiles.ThumbnailEnding)) File.Move(from + StoreFiles.ThumbnailEnding, to + StoreFiles.ThumbnailEnding, overwrite: true);
        if (File.Exists(from)) File.Move(from, to, overwrite: true);
        Durable.FlushFolder(folder);
        Durable.FlushFolder(database.Files.Incoming);
    }

    /// <summary>Deletes a file; one that is gone already is.</summary>
    public void Delete(Guid id)
    {
        foreach (var path in new[] { database.Files.FileOf(id), database.Files.ThumbnailOf(id) })
            if (File.Exists(path)) File.Delete(path);
    }

    /// <summary>What lies in <c>incoming</c> and isn't in work: of an upload that was cut off, or whose commit's outcome nobody knew.</summary>
    public IEnumerable<Guid> Left(DateTimeOffset before) => !Directory.Exists(database.Files.Incoming) ? [] : Directory.EnumerateFiles(database.Files.Incoming)
        .Where(file => File.GetLastWriteTimeUtc(file) < before.UtcDateTime)
        .Select(static file => Guid.TryParseExact(Path.GetFileName(file).Split('.')[0], "D", out var id) ? id : Guid.Empty)
        .Where(id => id != Guid.Empty && !_inWork.ContainsKey(id)).Distinct().ToList();

    /// <summary>Deletes what came.</summary>
    public void Drop(Guid id)
    {
        var path = Path.Combine(database.Files.Incoming, id.ToString());
        foreach (var ending in new[] { Incoming.RawEnding, StoreFiles.ThumbnailEnding, "" }) File.Delete(path + ending);
    }

    /// <summary>A file that is coming. Disposing it deletes what isn't <see cref="Leave">left</see>.</summary>
    internal sealed class Incoming(FileFolder folder, Guid id, string path) : IDisposable
    {
        public const string RawEnding = ".raw";

        private bool _left;

        public Guid Id => id;

        /// <summary>As it comes.</summary>
        public string Raw => path + RawEnding;

        /// <summary>As it is to be kept.</summary>
        public string Ready => path;

        public string Thumbnail => path + StoreFiles.ThumbnailEnding;

        /// <summary>It is in the database, or may be: it is kept, or looked up later.</summary>
        public void Leave() => _left = true;

        public void Dispose()
        {
            if (!_left) folder.Drop(id);
            folder._inWork.TryRemove(id, out _);
        }
    }
}
