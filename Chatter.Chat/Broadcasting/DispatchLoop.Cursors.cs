using Chatter.Chat.Protocol;

namespace Chatter.Chat.Broadcasting;

/// <summary>The loop's cursors: where they begin, and that they end with the membership.</summary>
internal sealed partial class DispatchLoop
{
    /// <summary>Memberships of one socket that may wait for its cursors: who joins and leaves faster than he reads has to come back.</summary>
    private const int MaxWaiting = 1_000;

    /// <summary>Sets the cursors of a socket whose <c>welcome</c> was posted; events may follow it from now on. Command.</summary>
    public void Welcome(OutboundSocket socket, IReadOnlyList<Subscription> subscriptions)
    {
        var state = socket.State;
        state.Welcomed = true;
        var joinedMeanwhile = state.Waiting.ToArray();
        state.Waiting.Clear();
        foreach (var subscription in subscriptions) Subscribe(socket, subscription);
        foreach (var subscription in joinedMeanwhile) Subscribe(socket, subscription);
    }

    /// <summary>Starts a cursor, unless there is one that covers it. Command.</summary>
    public void Subscribe(OutboundSocket socket, Subscription subscription)
    {
        var state = socket.State;
        if (state.Index < 0)
        {
            _unpin(subscription.Tail);
            return;
        }
        if (state.Waiting.Count >= MaxWaiting)
        {
            _unpin(subscription.Tail);
            socket.Close(CloseCodes.TryAgainLater, "Too many joins at once. Resume.");
            return;
        }
        if (!state.Welcomed)
        {
            state.Waiting.Add(subscription);
            return;
        }
        if (state.Over is { } over && over.TryGetValue(subscription.Tail.Room, out var since) && subscription.MemberSince <= since)
        {
            _unpin(subscription.Tail);
            return;
        }
        if (state.Rooms.TryGetValue(subscription.Tail.Room, out var present))
        {
            // Left and joined again while the cursor hasn't reached the `left`: it waits for its turn there. An older one is covered already.
            if (subscription.MemberSince > present.MemberSince) state.Waiting.Add(subscription);
            else _unpin(subscription.Tail);
            return;
        }
        if (subscription.Announcement is { } announcement) socket.Post(announcement);
        Start(socket, subscription);
    }

    /// <summary>Ends a cursor: no further event of its room goes to that socket by it.</summary>
    internal void End(RoomCursor cursor)
    {
        if (cursor.Ended) return;
        cursor.Ended = true;
        var room = cursor.Room;
        var last = room.Members[^1];
        room.Members[cursor.Index] = last;
        last.Index = cursor.Index;
        room.Members.RemoveAt(room.Members.Count - 1);
        if (room.Members.Count == 0)
        {
            room.Tail.Watch(_number, false);
            _rooms.Remove(room.Tail.Room);
        }
        cursor.Socket.State.Rooms.Remove(room.Tail.Room);
        _unpin(room.Tail);
    }

    /// <summary>One's own <c>left</c> or <c>removed</c> was written: ends the cursor.</summary>
    /// <returns>The membership that began since, if there is one: it is to be announced and started now.</returns>
    internal Subscription? EndMembership(RoomCursor cursor)
    {
        End(cursor);
        // Its join may still be on its way here: the `welcome` was quicker.
        if (!cursor.IsAnnounced) (cursor.Socket.State.Over ??= [])[cursor.Room.Tail.Room] = cursor.MemberSince;
        var waiting = cursor.Socket.State.Waiting;
        var index = waiting.FindIndex(s => s.Tail.Room == cursor.Room.Tail.Room);
        if (index < 0) return null;
        var next = waiting[index];
        waiting.RemoveAt(index);
        return next;
    }

    internal void Start(OutboundSocket socket, Subscription subscription)
    {
        if (!_rooms.TryGetValue(subscription.Tail.Room, out var room)) _rooms.Add(subscription.Tail.Room, room = new LoopRoom(subscription.Tail));
        var cursor = new RoomCursor(socket, room, subscription.Seq, subscription.MemberSince)
        {
            Index = room.Members.Count,
            IsAnnounced = subscription.Announcement is not null,
        };
        room.Members.Add(cursor);
        socket.State.Rooms.Add(subscription.Tail.Room, cursor);
        room.Tail.Watch(_number, true);
        Fall(cursor);
        socket.Queue();
    }

    /// <summary>Marks a cursor as behind, where it is.</summary>
    private static bool Fall(RoomCursor cursor)
    {
        if (cursor.IsBehind || cursor.Seq >= cursor.Room.Tail.View.Last) return cursor.IsBehind;
        cursor.IsBehind = true;
        cursor.Socket.State.Behind.Add(cursor);
        return true;
    }
}
