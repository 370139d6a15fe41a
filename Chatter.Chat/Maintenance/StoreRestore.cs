using System.Globalization;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Maintenance;

/// <summary>A backup that is in place.</summary>
/// <param name="Report">What was found in it: everything as it should be.</param>
/// <param name="Folder">The data folder.</param>
/// <param name="Replaced">Where that is now which was there, or null where there was nothing.</param>
/// <param name="SessionsEnded">Logins that were good in the backup and are no longer.</param>
/// <param name="OldPasswords">Names of those who had changed their password since, and have the old one again.</param>
public sealed record RestoreResult(VerifyReport Report, string Folder, string? Replaced, int SessionsEnded, IReadOnlyList<string> OldPasswords);

/// <summary>
/// Puts a backup in place of a data folder's content. The store gets a new epoch, so that clients that saw events which are gone now forget them, instead of
/// being given others under the same seq. Killed at any moment, it leaves either the old state or the new one (<see cref="PendingRestore"/>).
/// </summary>
public static class StoreRestore
{
    /// <summary>Restores.</summary>
    /// <param name="folder">The data folder; made where there is none.</param>
    /// <param name="source">The backup, or a copy of a data folder.</param>
    /// <param name="replace">Whether a database that is there may be moved aside.</param>
    /// <param name="time">The clock, for the name of what is moved aside.</param>
    /// <param name="keepSessions">Whether logins of the backup are good again, but for those that are known to have ended since.</param>
    /// <exception cref="MaintenanceException">Nothing was restored then.</exception>
    public static RestoreResult Run(string folder, string source, bool replace, TimeProvider time, bool keepSessions = false)
    {
        ArgumentNullException.ThrowIfNull(time);
        var files = new StoreFiles(Path.GetFullPath(folder));
        var backup = new StoreFiles(Path.TrimEndingDirectorySeparator(Path.GetFullPath(source)));
        if (!File.Exists(backup.Database)) throw new MaintenanceException($"there is no {StoreFiles.DatabaseName} in {backup.Folder}; it is no backup, or one that wasn't finished.");
        if (backup.Folder == Path.TrimEndingDirectorySeparator(files.Folder)) throw new MaintenanceException($"{backup.Folder} is the data folder itself.");
        try
        {
            using var held = FolderLock.Take(files);
            PrivateFiles.Narrow(files.Folder);
            PendingRestore.Finish(files);
            if (File.Exists(files.Database) && !replace)
                throw new MaintenanceException($"the data folder {files.Folder} has a database. With --replace it is moved aside and the backup takes its place.");
            var report = StoreVerifier.Verify(backup.Folder);
            if (report.Findings.Count > 0) throw new MaintenanceException($"{backup.Folder} breaks laws, and isn't restored.", report.Findings);
            var (ended, passwords) = Prepare(files, backup, time, keepSessions);
            Directory.Move(files.Restoring, files.Restored);
            Durable.FlushFolder(files.Folder);
            return new RestoreResult(report, files.Folder, PendingRestore.Finish(files), ended, passwords);
        }
        catch (StartupException e)
        {
            throw new MaintenanceException(e.Message, e);
        }
        catch (SqliteException e)
        {
            throw new MaintenanceException($"{backup.Database} can't be copied to {files.Folder}: {StoreReader.Explain(e)}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MaintenanceException($"{files.Folder} can't be written: {e.Message}", e);
        }
    }

    private static (int SessionsEnded, IReadOnlyList<string> OldPasswords) Prepare(StoreFiles files, StoreFiles backup, TimeProvider time, bool keepSessions)
    {
        if (Directory.Exists(files.Restoring)) Directory.Delete(files.Restoring, recursive: true);
        Directory.CreateDirectory(files.Restoring);
        var restoring = new StoreFiles(files.Restoring);
        try
        {
            using (var source = StoreReader.Open(backup)) StoreCopy.Make(source, restoring.Database);
            Directory.CreateDirectory(restoring.Files);
            using (var copy = StoreReader.Open(restoring.Database, @sealed: true)) AttachmentFiles.Copy(backup, copy, restoring);
            KeyFiles.Copy(backup, restoring.Keys);
            RenewEpoch(restoring.Database);
            var revoked = Revocations.Outlive(restoring.Database, files, keepSessions, time.GetUtcNow());
            PendingRestore.Note(files, FreeName(files.Folder, time));
            PrivateFiles.Narrow(files.Restoring, wholly: true);
            Durable.FlushTree(files.Restoring);
            return revoked;
        }
        catch
        {
            Directory.Delete(files.Restoring, recursive: true);
            throw;
        }
    }

    private static void RenewEpoch(string path)
    {
        using var store = new StoreConnection(new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ConnectionString));
        store.Connection.Open();
        // One file, without a log beside it that would have to be moved with it. The server changes it back.
        store.Execute("pragma journal_mode = delete");
        StoreEpoch.Renew(store);
    }

    private static string FreeName(string folder, TimeProvider time)
    {
        var name = time.GetUtcNow().ToString("'replaced-'yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        return Enumerable.Range(1, int.MaxValue).Select(i => i == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{i}")).First(free => !Directory.Exists(Path.Combine(folder, free)));
    }
}
