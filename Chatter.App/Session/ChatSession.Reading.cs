using Chatter.Chat.Client;
using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>Reading: which room is open, where in it the reader is, and paging.</summary>
public sealed partial class ChatSession
{
    private readonly Dictionary<Guid, TaskCompletionSource> _paging = [];

    /// <summary>The reader opens a room.</summary>
    public async Task Open(Guid id)
    {
        if (_open == id) return;
        Close();
        _open = id;
        _lookedUp.Clear();
        if (state.Find(id) is not { } room) return;
        room.Open();
        state.Touch();
        if (state.Search is { IsOpen: true, InRoom: true, Text.Length: > 0 }) _ = SearchAgain();
        if (room.Window.Events.Count < PageSize) await LoadOlder(id);
    }

    /// <summary>The reader goes elsewhere.</summary>
    public void Close()
    {
        if (_open is { } id) state.Find(id)?.Close();
        _open = null;
    }

    /// <summary>Where the reader is: what he sees to its end counts as read.</summary>
    public void Look(Guid id, bool atEnd, bool visible)
    {
        if (state.Find(id) is not { } room) return;
        var before = (room.Following, room.Watched, room.Unseen);
        room.Look(atEnd, visible);
        if (Mark(room) || before != (room.Following, room.Watched, room.Unseen)) state.Touch();
    }

    private bool Mark(RoomState room)
    {
        if (room.MarkRead() is not { } seq) return false;
        _client?.MarkRead(room.Id, seq);
        return true;
    }

    /// <summary>Moves the read mark back to before an event that is held.</summary>
    public void MarkUnread(Guid id, long seq)
    {
        if (state.Find(id) is not { KnowsUnread: true } room || !room.Window.Holds(seq)) return;
        room.MarkUnread(seq, state.Me);
        _client?.MarkRead(id, seq - 1, back: true);
        state.Touch();
    }

    /// <summary>The reader knows what is in a room, or in all of them, without looking.</summary>
    public void MarkAllRead(Guid? only = null)
    {
        foreach (var room in state.Rooms)
            if ((only is null || only == room.Id) && room.Unread > 0) _client?.MarkRead(room.Id, room.MarkAllRead());
        state.Touch();
    }

    /// <summary>The reader has read what is there, and wants no line above it.</summary>
    public void Dismiss(Guid id)
    {
        if (state.Find(id) is not { } room) return;
        room.Dismiss();
        Mark(room);
        state.Touch();
    }

    /// <summary>Loads the page before what is held.</summary>
    public Task LoadOlder(Guid id) => Page(id, room => room.HasOlder,
        async room =>
        {
            // Reactions and the like have no rows, and many who join are one: a page of nothing else shows the reader nothing.
            long? before;
            do
            {
                before = room.Window.EndOfFirstRow;
                var page = await Client.History(id, before: room.Window.From, limit: PageSize, cancel: _ending.Token);
                room.Window.AddOlder(page.Events, page.First, page.Last);
            }
            while (room.Window.EndOfFirstRow == before && room.HasOlder);
        });

    /// <summary>Loads the page after what is held.</summary>
    public Task LoadNewer(Guid id) => Page(id, room => !room.Window.AtEnd,
        async room =>
        {
            long? before;
            do
            {
                before = room.Window.StartOfLastRow;
                var page = await Client.History(id, after: room.Window.To, limit: PageSize, cancel: _ending.Token);
                room.Window.AddNewer(page.Events, Math.Max(room.Last, page.Last), page.Last);
            }
            while (room.Window.StartOfLastRow == before && !room.Window.AtEnd);
        });

    /// <summary>Goes to an event of the room, wherever it is.</summary>
    public async Task GoTo(Guid id, long seq)
    {
        await Load(id, room => !room.Window.Holds(seq), () => Client.History(id, around: seq, limit: PageSize, cancel: _ending.Token));
        Aim(id, seq);
    }

    /// <summary>Goes to the first event of a time or later, or to the last.</summary>
    public async Task GoTo(Guid id, DateTimeOffset time)
    {
        var page = await Load(id, static _ => true, () => Client.History(id, at: time, limit: PageSize, cancel: _ending.Token));
        var shown = page?.Events.Where(static e => !MessageFold.IsChange(e)).ToList();
        if (shown is [.., var last]) Aim(id, (shown.Find(e => e.At >= time) ?? last).Seq);
    }

    /// <summary>Holds another page instead, where that is wanted.</summary>
    private async Task<HistoryFrame?> Load(Guid id, Func<RoomState, bool> wanted, Func<Task<HistoryFrame>> read)
    {
        await Free(id);
        HistoryFrame? page = null;
        await Page(id, wanted, async room =>
        {
            page = await read();
            room.Window.Replace(page.Events, Math.Max(room.Last, page.Last), page.Last);
        });
        return page;
    }

    private void Aim(Guid id, long seq)
    {
        if (state.Find(id) is not { } room) return;
        room.Goal = seq;
        room.Look(atEnd: false, visible: true);
        state.Touch();
    }

    /// <summary>Reads what is held again, since some of what became of it was missed.</summary>
    private Task Renew(Guid id) => Page(id, room => room.Window.Stale, async room =>
    {
        for (var (after, to) = (room.Window.From - 1, room.Window.To); room.Window.Stale && after < to;)
        {
            var page = await Client.History(id, after: after, limit: Limits.EventsPerPage, cancel: _ending.Token);
            room.Window.Renew(page.Events, page.Last);
            if (page.Events.Count == 0) break;
            after = page.Events[^1].Seq;
        }
    });

    /// <summary>Back to the newest row.</summary>
    public async Task JumpToEnd(Guid id)
    {
        if (state.Find(id) is not { } room) return;
        room.JumpToEnd();
        if (room.Window.Events.Count == 0)
        {
            await Free(id);
            if (room.Window.Events.Count == 0) await LoadOlder(id);
        }
        state.Touch();
    }

    /// <summary>Waits for the page that is on its way: it was asked for from where the window was. The next call finds no other.</summary>
    private async Task Free(Guid id)
    {
        while (_paging.TryGetValue(id, out var before)) await before.Task;
    }

    private async Task Page(Guid id, Func<RoomState, bool> wanted, Func<RoomState, Task> load)
    {
        if (!Started || _paging.ContainsKey(id) || state.Find(id) is not { } room || !wanted(room)) return;
        var done = _paging[id] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            room.PageRefusal = null;
            await load(room);
        }
        catch (ChatException refused) when (refused.Refusal.Code is ErrorCodes.NotAMember or ErrorCodes.NoSuchRoom or ErrorCodes.NotAuthenticated)
        {
            // `unsubscribed` or the end of the session follows and says it better.
        }
        catch (ChatException refused)
        {
            room.PageRefusal = refused.Refusal;
            Log.PageRefused(logger, id, refused.Refusal.Code);
        }
        catch (Exception gone) when (gone is ObjectDisposedException or OperationCanceledException)
        {
            // The circuit is gone, and nobody looks any more.
            return;
        }
        finally
        {
            _paging.Remove(id);
            done.SetResult();
        }
        state.Touch();
    }

    private static partial class Log
    {
        [LoggerMessage(2, LogLevel.Warning, "A page of room {Room} was refused: {Code}")]
        public static partial void PageRefused(ILogger logger, Guid room, string code);
    }
}
