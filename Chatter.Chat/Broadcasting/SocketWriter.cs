using Chatter.Chat.Protocol;

namespace Chatter.Chat.Broadcasting;

/// <summary>What a loop does on a visit: writes all that a socket lacks, from all its rooms, in one write; the rest when the wire has taken it.</summary>
internal sealed class SocketWriter(DispatchLoop loop, PageReader readPage)
{
    /// <summary>Bytes collected for one write.</summary>
    private const int Chunk = 65_536;

    /// <summary>The same for a socket that the wire made wait: small, so that it can be seen whether anything is taken, and a stuck socket holds little.</summary>
    private const int SlowChunk = 16_384;

    private static readonly byte[] HeartbeatPing = WireFrame.Encode(WireFrame.Ping);

    private PooledBuffer _buffer = new();
    private int _delivered;

    /// <summary>Events written since the last call.</summary>
    public int TakeDelivered()
    {
        var delivered = _delivered;
        _delivered = 0;
        return delivered;
    }

    public void Visit(OutboundSocket socket)
    {
        var state = socket.State;
        while (!state.Writing && !state.Removed)
        {
            if (state.Rest.IsEmpty && !Collect(socket)) return;
            var piece = state.Rest[..Math.Min(state.Rest.Length, state.Slow ? SlowChunk : Chunk)];
            state.Rest = state.Rest[piece.Length..];
            Write(socket, piece);
        }
    }

    /// <summary>The store answered. Command.</summary>
    private void PageArrived(RoomCursor cursor, IReadOnlyList<TailEvent>? page, int redactions)
    {
        var state = cursor.Socket.State;
        state.Reading = false;
        if (state.Index < 0) return;
        // Something in it may have been deleted since it was asked for: it is asked for again.
        state.Page = redactions == cursor.Room.Tail.Redactions ? page : null;
        state.PageOf = cursor;
        Visit(cursor.Socket);
    }

    /// <summary>The wire has taken a piece, or broke. Command, or at once where the write completed at once.</summary>
    private void Written(OutboundSocket socket, bool broken)
    {
        var state = socket.State;
        state.Writing = false;
        state.Gone?.Invoke();
        if (broken)
        {
            state.Closing = true;
            state.Rest = default;
            socket.Abort();
        }
        else if (state.HasData)
        {
            state.TookAt = Environment.TickCount64;
        }
        if (!state.Rest.IsEmpty) return;
        state.HasData = false;
        if (state.HasPage)
        {
            state.HasPage = false;
            socket.EndPage();
        }
        if (state.Owned is not { } owned) return;
        if (_buffer.HasArray)
        {
            state.ReleaseOwned();
            return;
        }
        state.Owned = null;
        owned.Reset();
        _buffer = owned;
    }

    private void Write(OutboundSocket socket, ReadOnlyMemory<byte> piece)
    {
        var state = socket.State;
        ValueTask write;
        try
        {
            write = socket.Wire.Write(piece);
        }
        catch (Exception)
        {
            // Whatever a closed connection throws (it differs by transport), it can't be written to any more.
            Written(socket, broken: true);
            return;
        }
        if (write.IsCompletedSuccessfully)
        {
            write.GetAwaiter().GetResult();
            Written(socket, broken: false);
            if (state.Rest.IsEmpty) state.Slow = false;
            return;
        }
        state.Writing = true;
        state.Slow = true;
        state.WritingSince = Environment.TickCount64;
        _ = WriteLater(socket, write);
    }

    private async Task WriteLater(OutboundSocket socket, ValueTask write)
    {
        var broken = false;
        try
        {
            await write.ConfigureAwait(false);
        }
        catch (Exception)
        {
            broken = true;
        }
        loop.Do(() =>
        {
            Written(socket, broken);
            Visit(socket);
        });
    }

    private bool Collect(OutboundSocket socket)
    {
        var state = socket.State;
        if (state.Closing)
        {
            socket.Finish();
            return false;
        }
        var limit = state.Slow ? SlowChunk : Chunk;
        var target = _buffer;
        if (socket.TakeAnswers(target))
        {
            state.Closing = true;
        }
        else if (target.Length == 0 && state.Page is null && SingleFrame(state) is { } frame)
        {
            // The commonest visit by far: one event to somebody who lacks nothing else. Its bytes are everybody's, so they are written from where they are.
            state.Rest = frame;
            state.HasData = true;
            return true;
        }
        else if (target.Length == 0 && state is { PingDue: true, Page: null, Behind.Count: 0 })
        {
            // All that idle sockets ever get; a buffer for each would be a good part of what they cost.
            state.PingDue = false;
            state.Rest = HeartbeatPing;
            return true;
        }
        else
        {
            if (state.PingDue) target.Append(HeartbeatPing);
            state.PingDue = false;
            CollectPage(state, target);
            CollectEvents(socket, target, limit);
        }
        if (target.Length == 0) return false;
        state.Owned = target;
        state.Rest = target.Written;
        _buffer = new PooledBuffer();
        return true;
    }

    private byte[]? SingleFrame(OutboundSocket.LoopState state)
    {
        if (state.Behind.Count != 1) return null;
        var cursor = state.Behind[0];
        var view = cursor.Room.Tail.View;
        if (cursor.Ended || cursor.Seq + 1 != view.Last || view.First > view.Last) return null;
        var item = view[view.Last];
        if (item.EndReason is not null) return null;
        cursor.Seq = item.Seq;
        cursor.IsBehind = false;
        state.Behind.Clear();
        _delivered++;
        return item.Frame;
    }

    private void CollectEvents(OutboundSocket socket, PooledBuffer target, int limit)
    {
        var state = socket.State;
        var before = target.Length;
        for (var i = 0; i < state.Behind.Count && target.Length < limit;)
        {
            var cursor = state.Behind[i];
            var view = cursor.Room.Tail.View;
            while (!cursor.Ended && cursor.Seq < view.Last && cursor.Seq + 1 >= view.First && target.Length < limit) Append(cursor, view[cursor.Seq + 1], target);
            if (cursor.Ended || cursor.Seq >= view.Last)
            {
                cursor.IsBehind = false;
                state.Behind.RemoveAt(i);
            }
            else
            {
                if (cursor.Seq + 1 < view.First && !state.Reading)
                {
                    state.Reading = true;
                    var redactions = cursor.Room.Tail.Redactions;
                    readPage(socket.UserId, cursor.Room.Tail.Room, cursor.Seq, page => loop.Do(() => PageArrived(cursor, page, redactions)));
                }
                i++;
            }
        }
        if (target.Length > before) state.HasData = true;
    }

    private void CollectPage(OutboundSocket.LoopState state, PooledBuffer target)
    {
        if (state.Page is not { } page || state.PageOf is not { } cursor) return;
        state.Page = null;
        state.PageOf = null;
        foreach (var item in page)
        {
            if (cursor.Ended) return;
            if (item.Seq != cursor.Seq + 1) continue;
            Append(cursor, item, target);
            state.HasData = true;
        }
    }

    private void Append(RoomCursor cursor, TailEvent item, PooledBuffer target)
    {
        target.Append(item.Frame);
        cursor.Seq = item.Seq;
        _delivered++;
        if (item.EndReason is not { } reason || item.Seq <= cursor.MemberSince || !item.Ends(cursor.Socket.UserId)) return;
        // The room's last event for this member. Where he joined again meanwhile, the new membership follows right behind.
        WireFrame.Encode(new UnsubscribedFrame(cursor.Room.Tail.Room, reason), target);
        if (loop.EndMembership(cursor) is not { } next) return;
        target.Append(next.Announcement);
        loop.Start(cursor.Socket, next);
    }
}
