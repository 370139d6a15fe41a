using System.Diagnostics;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Maintenance;

/// <summary>A backup that was made.</summary>
/// <param name="Report">What was found in it: everything as it should be.</param>
/// <param name="Target">Where it is.</param>
/// <param name="Held">How long the server's write-ahead log couldn't be emptied.</param>
/// <param name="Took">How long it took in all.</param>
public sealed record BackupResult(VerifyReport Report, string Target, TimeSpan Held, TimeSpan Took);

/// <summary>
/// Makes a backup of a data folder, while a server runs on it or none does: the database as of one moment, the files people sent, the keys, and their hashes. The database gets its
/// name last, so a folder that has it is whole.
/// </summary>
public static class StoreBackup
{
    private const string PartialName = StoreFiles.DatabaseName + ".partial";

    /// <summary>Makes a backup.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="target">A folder that doesn't exist yet, or is empty.</param>
    /// <exception cref="MaintenanceException">There is none then.</exception>
    public static BackupResult Run(string folder, string target)
    {
        var since = Stopwatch.GetTimestamp();
        PrivateFiles.MakeDefault();
        var files = new StoreFiles(Path.GetFullPath(folder));
        target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target));
        try
        {
            using var source = OpenSource(files);
            var isNew = Prepare(target);
            try
            {
                var (report, held) = Fill(files, source, target);
                return new BackupResult(report, target, held, Stopwatch.GetElapsedTime(since));
            }
            catch
            {
                Clear(target, isNew);
                throw;
            }
        }
        catch (SqliteException e)
        {
            throw new MaintenanceException($"{files.Database} can't be copied to {target}: {StoreReader.Explain(e)}.", e);
        }
        catch (StartupException e)
        {
            throw new MaintenanceException(e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MaintenanceException($"{target} can't be made: {e.Message}", e);
        }
    }

    private static StoreConnection OpenSource(StoreFiles files)
    {
        // A copy of what SQLite makes of damaged files would be whole in itself, and lack what they lack.
        if (Directory.Exists(files.Folder) && FileCheck.FindBesideServer(files) is { } damage) throw new MaintenanceException(damage);
        var source = StoreReader.Open(files);
        try
        {
            StoreReader.CheckVersion(source, files.Database);
            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <returns>Whether it was made here.</returns>
    private static bool Prepare(string target)
    {
        if (File.Exists(target)) throw new MaintenanceException($"{target} is a file. Name a folder that doesn't exist yet, or is empty.");
        if (Directory.Exists(target))
        {
            if (Directory.EnumerateFileSystemEntries(target).Any()) throw new MaintenanceException($"{target} exists and isn't empty. Name a folder that doesn't exist yet, or is empty.");
            return false;
        }
        // Not made on the way: where the disk for backups isn't mounted, the backup would go to another one unnoticed.
        if (Path.GetDirectoryName(target) is { } parent && !Directory.Exists(parent)) throw new MaintenanceException($"{parent}, in which the backup would be, doesn't exist.");
        Directory.CreateDirectory(target);
        return true;
    }

    private static (VerifyReport Report, TimeSpan Held) Fill(StoreFiles files, StoreConnection source, string target)
    {
        var partial = Path.Combine(target, PartialName);
        var mark = HighWaterMark.Read(files);
        var held = CopyWithFiles(files, source, new StoreFiles(target), partial);
        KeyFiles.Copy(files, Path.Combine(target, StoreFiles.KeysName));
        var report = StoreVerifier.VerifySealed(partial, new StoreFiles(target));
        if (report.Findings.Count > 0) throw new MaintenanceException("the data breaks laws, and so did the copy, which is deleted again. See the command verify.", report.Findings);
        using (var copy = StoreReader.Open(partial, @sealed: true))
        {
            if (mark is not null && HighWaterMark.Missing(copy, mark) is { } missing) throw new MaintenanceException(missing);
        }
        BackupSeal.Write(target, (PartialName, StoreFiles.DatabaseName));
        // A folder that was there may be open to others, and copies keep the rights of what they were made from.
        PrivateFiles.Narrow(target, wholly: true);
        Durable.FlushTree(target);
        File.Move(partial, Path.Combine(target, StoreFiles.DatabaseName));
        Durable.FlushFolder(target);
        if (Path.GetDirectoryName(target) is { } parent) Durable.FlushFolder(parent);
        return (report, held);
    }

    /// <summary>
    /// Copies most of the files before the database, since there may be many of them, and the rest after it. One that came between and is deleted by then would be missing:
    /// the database is copied anew, and doesn't know it any more.
    /// </summary>
    private static TimeSpan CopyWithFiles(StoreFiles files, StoreConnection source, StoreFiles target, string partial)
    {
        const int most = 5;
        AttachmentFiles.Copy(files, source, target);
        for (var tries = 1; ; tries++)
        {
            var held = StoreCopy.Make(source, partial);
            using (var copy = StoreReader.Open(partial, @sealed: true))
            {
                // What is missing in the end is found by the check.
                if (AttachmentFiles.Copy(files, copy, target).Count == 0 || tries == most)
                {
                    AttachmentFiles.Trim(copy, target);
                    return held;
                }
            }
            File.Delete(partial);
        }
    }

    private static void Clear(string target, bool wholly)
    {
        if (wholly)
        {
            Directory.Delete(target, recursive: true);
            return;
        }
        foreach (var file in Directory.EnumerateFiles(target)) File.Delete(file);
        foreach (var folder in Directory.EnumerateDirectories(target)) Directory.Delete(folder, recursive: true);
    }
}
