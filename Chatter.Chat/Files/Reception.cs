using System.Buffers;
using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Settings;
using Chatter.Chat.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Files;

/// <summary>Bytes on their way here.</summary>
/// <param name="Body">The bytes.</param>
/// <param name="Length">How many the sender says that they are, or null.</param>
/// <param name="Most">How many they may be.</param>
internal sealed record ArrivingBytes(Stream Body, long? Length, long Most)
{
    private static readonly Refusal Empty = Refusal.InvalidField("file", "The file is empty.");

    public Refusal TooLarge => new(ErrorCodes.TooLarge, $"The file is too large; at most {Most} bytes are allowed.");

    /// <summary>What can be told of them before the first is read, or null.</summary>
    public Refusal? RefusedAtOnce => Length > Most ? TooLarge : Length == 0 ? Empty : null;

    /// <summary>What can be told of them when so many have come, or null.</summary>
    public Refusal? RefusedAt(long size, bool atEnd) => size > Most ? TooLarge : atEnd && size == 0 ? Empty : null;
}

/// <summary>
/// Takes bytes straight to the disk, never whole into memory: so many at a time, within a time, and as long as the disk has room for the messages. What becomes of
/// them then is decided by whoever asked for them, and by the writer.
/// </summary>
internal sealed partial class Reception(
    EventWriter writer, FileFolder folder, UploadPlaces places, ChatterMetrics metrics, IOptions<FilesSettings> settings, ILogger<Reception> logger)
{
    private const int BufferSize = 65_536;

    private static readonly Refusal CutOff = new(ErrorCodes.BadFrame, "The file ended before its announced length, or took too long.");
    /// <summary>So often it is looked whether the disk still has what the messages need: others write to it, too.</summary>
    private const long LookAtDiskEvery = 8_388_608;

    /// <summary>Takes bytes, and gives them to <paramref name="then"/>; what that doesn't <see cref="Keep"/> is deleted.</summary>
    public async Task<Outcome<T>> Take<T>(Guid user, ArrivingBytes bytes, Func<FileFolder.Incoming, Task<Outcome<T>>> then, CancellationToken cancel)
    {
        if (bytes.RefusedAtOnce is { } refused) return refused;
        if (!places.Enter(user, bytes.Length ?? bytes.Most).Is(out var place, out var refusal)) return refusal;
        using var held = place;
        using var file = folder.Begin(Guid.CreateVersion7());
        try
        {
            return await Copy(bytes, file.Raw, place, cancel) is { } why ? why : await then(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotWritten(logger, e);
            return UploadPlaces.DiskFull;
        }
    }

    /// <summary>Keeps what came, if the writer takes it in.</summary>
    public async Task<Outcome<T>> Keep<T>(FileFolder.Incoming file, WriteOperation<T> taking)
    {
        var taken = await writer.Do(taking);
        if (taken.Refusal is null)
        {
            file.Leave();
            folder.Keep(file.Id);
        }
        // Nobody knows whether it is in the store: the sweeper finds out.
        else if (taken.Refusal.Code == ErrorCodes.Unavailable) file.Leave();
        return taken;
    }

    /// <returns>Why it can't be taken, or null.</returns>
    private async Task<Refusal?> Copy(ArrivingBytes bytes, string path, UploadPlaces.Place place, CancellationToken cancel)
    {
        using var intime = CancellationTokenSource.CreateLinkedTokenSource(cancel, place.GivenUp);
        intime.CancelAfter(settings.Value.UploadWithin);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous);
            for (var (size, looked) = (0L, 0L); ;)
            {
                var (read, refusal) = await Read(bytes, buffer, intime.Token);
                if (place.GivenUp.IsCancellationRequested) return UploadPlaces.TooSlow;
                refusal ??= bytes.RefusedAt(size += read, atEnd: read == 0);
                if (refusal is not null || read == 0) return refusal;
                await file.WriteAsync(buffer.AsMemory(0, read), cancel);
                place.Wrote(read);
                if (size - looked < LookAtDiskEvery) continue;
                looked = size;
                if (places.IsDiskFree) continue;
                metrics.LimitHit(nameof(FilesSettings.DiskFree));
                return UploadPlaces.DiskFull;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Apart from writing: a sender who hangs up is no fault of the disk's.</summary>
    private static async Task<(int Read, Refusal? Refusal)> Read(ArrivingBytes bytes, byte[] buffer, CancellationToken cancel)
    {
        try
        {
            return (await bytes.Body.ReadAsync(buffer, cancel), null);
        }
        catch (BadHttpRequestException e)
        {
            return (0, e.StatusCode == StatusCodes.Status413PayloadTooLarge ? bytes.TooLarge : CutOff);
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
