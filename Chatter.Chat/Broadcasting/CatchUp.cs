using Chatter.Chat.Storage;
using Microsoft.Extensions.Logging;

namespace Chatter.Chat.Broadcasting;

/// <summary>Reads from the store what a tail no longer holds, a page at a time and a few at a time, so that many slow sockets cost little memory.</summary>
internal sealed partial class CatchUp(Database database, ILogger<CatchUp> logger) : IDisposable
{
    /// <summary>Bytes of frames in a page.</summary>
    private const int PageBytes = 65_536;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _slots = new(8);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Fetches the page behind a cursor; the loop gets it as a command.</summary>
    public void Read(DispatchLoop loop, SocketWriter writer, RoomCursor cursor) => _ = ReadPage(loop, writer, cursor, cursor.Room.Tail.Room, cursor.Seq);

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        _slots.Dispose();
    }

    private async Task ReadPage(DispatchLoop loop, SocketWriter writer, RoomCursor cursor, Guid room, long after)
    {
        IReadOnlyList<TailEvent>? page = null;
        try
        {
            await _slots.WaitAsync(_stopping.Token);
            try
            {
                var events = await database.Read(store => EventRows.After(store, room, after, PageBytes), _stopping.Token);
                page = [.. events.Select(static e => new TailEvent(e))];
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return;
        }
        catch (Exception e)
        {
            Log.Failed(logger, e, room, after);
        }
        if (page is null or [])
        {
            // The loop asks again; not at once, since the store is in trouble.
            if (page is []) Log.Missing(logger, room, after);
            page = null;
            try
            {
                await Task.Delay(RetryAfter, _stopping.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
        loop.Do(() => writer.PageArrived(cursor, page));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The store did not give room {Room} after {Seq}; asking again")]
        public static partial void Failed(ILogger logger, Exception error, Guid room, long seq);

        [LoggerMessage(2, LogLevel.Error, "The store has nothing of room {Room} after {Seq}, although it was committed")]
        public static partial void Missing(ILogger logger, Guid room, long seq);
    }
}
