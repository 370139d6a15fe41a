using Chatter.Chat.Protocol;
using Chatter.Chat.Rooms;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Files;

/// <summary>A file on its way here.</summary>
/// <param name="Room">Where it is to be seen.</param>
/// <param name="Name">What its sender calls it.</param>
/// <param name="Type">What he says that it is, or null.</param>
/// <param name="Bytes">What it has.</param>
internal sealed record Upload(Guid Room, string? Name, string? Type, ArrivingBytes Bytes);

/// <summary>
/// Takes files, refused as early as it can be known. What is told before the first byte is read (no member, too large, no room) costs nothing; what is decided in
/// the end is decided by the writer.
/// </summary>
internal sealed class UploadService(Database database, Reception reception, FileWorkers workers, ChatterMetrics metrics, IOptions<FilesSettings> settings)
{
    /// <summary>Takes a file; completes when it is kept, or refused.</summary>
    public async Task<Outcome<UploadedFile>> Take(Upload upload, Guid user, CancellationToken cancel)
    {
        var outcome = await Receive(upload, user, cancel);
        metrics.FileUploaded(outcome.Refusal?.Code ?? "ok", outcome.Value?.Attachment.Size ?? 0);
        return outcome;
    }

    private async Task<Outcome<UploadedFile>> Receive(Upload upload, Guid user, CancellationToken cancel)
    {
        if (await database.Read(user, store => store.Snapshot(() => MayNot(store, upload, user)), cancel) is { } refusal) return refusal;
        return await reception.Take(user, upload.Bytes, file => Keep(upload, user, file), cancel);
    }

    private async Task<Outcome<UploadedFile>> Keep(Upload upload, Guid user, FileFolder.Incoming file)
    {
        var name = FileName.Clean(upload.Name);
        if (!(await workers.Run(user, () => PreparedFile.Of(file, name, upload.Type, settings.Value.MaxPixels))).Is(out var prepared, out var refusal)) return refusal;
        if (!(await reception.Keep(file, new AddAttachment(upload.Room, user, prepared, settings.Value.QuotaBytes))).Is(out var row, out refusal)) return refusal;
        return new UploadedFile(row.Info, row.CreatedAt + settings.Value.UnusedFor);
    }

    private Refusal? MayNot(StoreConnection store, Upload upload, Guid user) =>
        RoomAccess.MayRead(store, upload.Room, user) ?? upload.Bytes.RefusedAtOnce
        ?? (AttachmentRows.Used(store, user) + (upload.Bytes.Length ?? 0) > settings.Value.QuotaBytes ? AddAttachment.OverQuota : null);
}
