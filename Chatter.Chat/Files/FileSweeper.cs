using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Files;

/// <summary>
/// Deletes the bytes of what is deleted: of messages, of rooms, of what was uploaded and never sent, of people's pictures. What is to go is in the database since the moment it was
/// so (<c>attachment_deletions</c>) and stays there until it is gone, so that no crash leaves anything behind. A little at a time, so that nobody waits.
/// </summary>
internal sealed partial class FileSweeper(
    Database database, EventWriter writer, FileFolder folder, IOptions<FilesSettings> settings, TimeProvider time, ILogger<FileSweeper> logger) : BackgroundService
{
    private const int AtOnce = 200;

    /// <summary>A commit whose outcome nobody knew is settled long before.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Of the process before this one: nothing of it is under way.
        await Try(() => LookUpLeft(DateTimeOffset.MaxValue, stoppingToken));
        using var timer = new PeriodicTimer(settings.Value.SweepEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await Try(() => Forget(stoppingToken));
            await Try(() => Delete(stoppingToken));
            await Try(() => LookUpLeft(DateTimeOffset.UtcNow - Settled, stoppingToken));
        }
    }

    /// <summary>What can't be done now is done the next time.</summary>
    private async Task Try(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StoreUnavailableException or SqliteException)
        {
            Log.Failed(logger, e);
        }
    }

    private async Task Forget(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested && (await writer.Do(new ForgetUnsent(settings.Value.UnusedFor))).Is(out var more, out _) && more) { }
    }

    private async Task Delete(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var gone = await database.Read(static store => AttachmentRows.Deletions(store, AtOnce), stopping);
            foreach (var id in gone) folder.Delete(id);
            if (gone.Count > 0 && (await writer.Do(new NoteDeleted(gone))).Refusal is not null) return;
            if (gone.Count < AtOnce) return;
        }
    }

    private async Task LookUpLeft(DateTimeOffset before, CancellationToken stopping)
    {
        foreach (var id in folder.Left(before))
        {
            if (await database.Read(store => AttachmentRows.IsThere(store, id) || AvatarRows.Find(store, id) is not null, stopping)) folder.Keep(id);
            else folder.Drop(id);
        }
    }

    private sealed class ForgetUnsent(TimeSpan after) : WriteOperation<bool>
    {
        protected override Outcome<bool> Decide(WriteBatch batch) => AttachmentRows.ReleaseForgotten(batch.Store, batch.Now - after, batch.Now, AtOnce) > 0;
    }

    private sealed class NoteDeleted(IReadOnlyList<Guid> ids) : WriteOperation<bool>
    {
        protected override Outcome<bool> Decide(WriteBatch batch)
        {
            foreach (var id in ids) AttachmentRows.Deleted(batch.Store, id);
            return true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Files that are deleted couldn't be swept; it is tried again")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
