using System.Buffers;
using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Files;

/// <summary>A file on its way here.</summary>
/// <param name="Room">Where it is to be seen.</param>
/// <param name="Name">What its sender calls it.</param>
/// <param name="Type">What he says that it is, or null.</param>
/// <param name="Length">How many bytes he says that it has, or null.</param>
/// <param name="Body">The bytes.</param>
internal sealed record Upload(Guid Room, string? Name, string? Type, long? Length, Stream Body);

/// <summary>
/// Takes files: straight to the disk, never whole into memory, and refused as early as it can be known. What is told before the first byte is read (no member,
/// too large, no room) costs nothing; what is decided in the end is decided by the writer.
/// </summary>
internal sealed partial class UploadService(
    Database database, EventWriter writer, FileFolder folder, FileWorkers workers, UploadPlaces places, ChatterMetrics metrics, IOptions<FilesSettings> settings, ILogger<UploadService> logger)
{
    private const int BufferSize = 65_536;

    private static readonly Refusal Empty = Refusal.InvalidField("file", "The file is empty.");
    private static readonly Refusal CutOff = new(ErrorCodes.BadFrame, "The file ended before its announced length, or took too long.");
    private static readonly Refusal DiskFull = new(ErrorCodes.Unavailable, "The server has no room for files at this moment. Tell whoever runs it.") { RetryAfter = 60 };

    private readonly Refusal _tooLarge = new(ErrorCodes.TooLarge, $"The file is too large; at most {settings.Value.MaxBytes} bytes are allowed.");

    /// <summary>Takes a file; completes when it is kept, or refused.</summary>
    public async Task<Outcome<UploadedFile>> Take(Upload upload, Guid user, CancellationToken cancel)
    {
        var outcome = await Receive(upload, user, cancel);
        metrics.FileUploaded(outcome.Refusal?.Code ?? "ok", outcome.Value?.Attachment.Size ?? 0);
        return outcome;
    }

    private async Task<Outcome<UploadedFile>> Receive(Upload upload, Guid user, CancellationToken cancel)
    {
        if (await database.Read(store => store.Snapshot(() => MayNot(store, upload, user)), cancel) is { } refusal) return refusal;
        if (!places.Enter(user).Is(out var place, out refusal)) return refusal;
        using var held = place;
        if (folder.Free - (upload.Length ?? settings.Value.MaxBytes) < settings.Value.DiskFree)
        {
            metrics.LimitHit(nameof(FilesSettings.DiskFree));
            return DiskFull;
        }
        using var file = folder.Begin(Guid.CreateVersion7());
        try
        {
            if (await Copy(upload.Body, file.Raw, cancel) is { } why) return why;
            var name = FileName.Clean(upload.Name);
            if (!(await workers.Run(() => PreparedFile.Of(file, name, upload.Type, settings.Value.MaxPixels))).Is(out var prepared, out refusal)) return refusal;
            return await Commit(upload.Room, user, file, prepared);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotWritten(logger, e);
            return DiskFull;
        }
    }

    private async Task<Outcome<UploadedFile>> Commit(Guid room, Guid user, FileFolder.Incoming file, PreparedFile prepared)
    {
        if (!(await writer.Do(new AddAttachment(room, user, prepared, settings.Value.QuotaBytes))).Is(out var row, out var refusal))
        {
            // Nobody knows whether it is in the store: the sweeper finds out.
            if (refusal.Code == ErrorCodes.Unavailable) file.Leave();
            return refusal;
        }
        file.Leave();
        folder.Keep(file.Id);
        return new UploadedFile(row.Info, row.CreatedAt + settings.Value.UnusedFor);
    }

    private Refusal? MayNot(StoreConnection store, Upload upload, Guid user) =>
        RoomAccess.MayRead(store, upload.Room, user) is { } refusal ? refusal
        : upload.Length > settings.Value.MaxBytes ? _tooLarge
        : upload.Length == 0 ? Empty
        : AttachmentRows.Used(store, user) + (upload.Length ?? 0) > settings.Value.QuotaBytes ? AddAttachment.OverQuota
        : null;

    /// <returns>Why it can't be taken, or null.</returns>
    private async Task<Refusal?> Copy(Stream body, string path, CancellationToken cancel)
    {
        using var intime = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        intime.CancelAfter(settings.Value.UploadWithin);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous);
            for (var size = 0L; ;)
            {
                var (read, refusal) = await Read(body, buffer, intime.Token);
                if (refusal is not null) return refusal;
                if (read == 0) return size == 0 ? Empty : null;
                if ((size += read) > settings.Value.MaxBytes) return _tooLarge;
                await file.WriteAsync(buffer.AsMemory(0, read), cancel);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Apart from writing: a sender who hangs up is no fault of the disk's.</summary>
    private async Task<(int Read, Refusal? Refusal)> Read(Stream body, byte[] buffer, CancellationToken cancel)
    {
        try
        {
            return (await body.ReadAsync(buffer, cancel), null);
        }
        catch (BadHttpRequestException e)
        {
            return (0, e.StatusCode == StatusCodes.Status413PayloadTooLarge ? _tooLarge : CutOff);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return (0, CutOff);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A file that was uploaded could not be written")]
        public static partial void NotWritten(ILogger logger, Exception error);
    }
}
