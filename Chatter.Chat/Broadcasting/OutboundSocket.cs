using Chatter.Chat.Protocol;

namespace Chatter.Chat.Broadcasting;

/// <summary>
/// The sending half of a socket. Anybody may post answers and ask for its close; only its <see cref="DispatchLoop"/> writes to the wire.
/// What is written goes out in this order: the rest of a half-sent write, control frames, answers, events; after a close frame nothing.
/// </summary>
internal sealed class OutboundSocket(IWire wire, IWire? direct, Action abort, int answerLimit)
{
    /// <summary>Bytes of control frames that may wait.</summary>
    private const int MaxControl = 4_096;

    private readonly Lock _lock = new();
    private readonly PooledBuffer _control = new();
    private readonly PooledBuffer _answers = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _room;
    private PageBudget.Share? _page;
    private TaskCompletionSource? _pageTaken;
    private ushort? _closeCode;
    private string _closeReason = "";
    private int _promised;
    private int _queued;
    private bool _leaving;
    private volatile bool _frameCame;

    /// <summary>Whose socket this is, once <c>hello</c> said so.</summary>
    public Guid UserId { get; private set; }

    public Guid SessionId { get; private set; }

    /// <summary>The loop that writes it.</summary>
    public required DispatchLoop Loop { get; init; }

    /// <summary>Where its bytes go; decided with the first of them.</summary>
    public IWire Wire => State.Wire ??= _frameCame && direct is not null ? direct : wire;

    /// <summary>Completes when the close frame is written, or the socket was given up.</summary>
    public Task Closed => _closed.Task;

    /// <summary>The code of the close frame that is to be, or was, sent.</summary>
    public ushort? CloseCode => _closeCode;

    /// <summary>When it was opened, in <see cref="Environment.TickCount64"/>.</summary>
    public long OpenedAt { get; } = Environment.TickCount64;

    /// <summary>When the close was asked for, in <see cref="Environment.TickCount64"/>.</summary>
    public long CloseAskedAt { get; private set; }

    /// <summary>When bytes last came in, in <see cref="Environment.TickCount64"/>. Set by the reader.</summary>
    public long HeardAt { get; set; } = Environment.TickCount64;

    /// <summary>The part that only the loop touches.</summary>
    public LoopState State { get; } = new();

    /// <summary>
    /// A frame came in, so the client has the answer to its handshake, which the server may have been writing until then: from now on the direct way,
    /// where there is one, is free for a socket that hasn't been written to.
    /// </summary>
    public void FrameCame() => _frameCame = true;

    /// <summary>Told when <c>hello</c> has named the user.</summary>
    public Action? Greeted { get; init; }

    /// <summary>The server stops: what comes in from now on is discarded, what came in before is still answered.</summary>
    public bool IsLeaving => Volatile.Read(ref _leaving);

    public void Identify(Guid user, Guid session)
    {
        (UserId, SessionId) = (user, session);
        Greeted?.Invoke();
    }

    /// <summary>Held while a frame is accepted: what isn't in the writer's queue when <see cref="Leave"/> returns never will be.</summary>
    public Lock Accepting => _lock;

    public void Leave()
    {
        lock (_lock) Volatile.Write(ref _leaving, true);
    }

    /// <summary>Puts a frame behind the other answers. After <see cref="Close"/> it is dropped.</summary>
    public void Post(ServerFrame frame)
    {
        lock (_lock)
        {
            if (_closeCode is not null) return;
            WireFrame.Encode(frame, _answers);
        }
        Queue();
    }

    /// <summary>Puts a page behind the other answers, and gives its place back when the wire has taken it.</summary>
    public void Post(ServerFrame frame, PageBudget.Share page)
    {
        lock (_lock)
        {
            if (_closeCode is null)
            {
                _page = page;
                WireFrame.Encode(frame, _answers);
            }
        }
        if (_page == page) Queue();
        else page.Dispose();
    }

    /// <summary>Completes when no page is on its way to this socket, or it closes: until then it gets no further one.</summary>
    public Task PageTaken()
    {
        lock (_lock)
        {
            if (_page is null || _closeCode is not null) return Task.CompletedTask;
            return (_pageTaken ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>For the loop: what was handed over is written, or never will be.</summary>
    public void EndPage()
    {
        PageBudget.Share? page;
        lock (_lock)
        {
            page = _page;
            _page = null;
            ReleasePageReader();
        }
        page?.Dispose();
    }

    /// <summary>Puts a ready frame behind the other answers.</summary>
    public void Post(ReadOnlySpan<byte> frame)
    {
        lock (_lock)
        {
            if (_closeCode is not null) return;
            _answers.Append(frame);
        }
        Queue();
    }

    /// <summary>
    /// Sends a pong or ping before everything that isn't half-sent. Beyond what a client may reasonably have under way, a later pong stands for the
    /// earlier ones (RFC 6455 §5.5.3), so that who pings without reading costs nothing.
    /// </summary>
    public void PostControl(byte opcode, ReadOnlySpan<byte> payload)
    {
        lock (_lock)
        {
            if (_closeCode is not null) return;
            if (_control.Length > MaxControl) _control.Reset();
            WireFrame.Frame(opcode, payload, _control);
        }
        Queue();
    }

    /// <summary>Asks for a close frame behind the answers posted so far. Only the first call counts.</summary>
    public void Close(ushort code, string reason = "")
    {
        lock (_lock)
        {
            if (_closeCode is not null) return;
            _closeCode = code;
            _closeReason = reason;
            CloseAskedAt = Environment.TickCount64;
            _room?.TrySetResult();
            ReleasePageReader();
        }
        Queue();
    }

    /// <summary>Gives the connection up without a close frame: nothing gets through to it any more.</summary>
    public void Abort()
    {
        lock (_lock)
        {
            _closeCode ??= CloseCodes.Abnormal;
            _room?.TrySetResult();
            ReleasePageReader();
        }
        _closed.TrySetResult();
        abort();
    }

    /// <summary>Counts an answer that will come, so that a client that sends without reading is held back before its answers exist.</summary>
    public void Promise(int bytes) => Interlocked.Add(ref _promised, bytes);

    /// <summary>The promised answer was posted.</summary>
    public void Keep(int bytes)
    {
        Interlocked.Add(ref _promised, -bytes);
        lock (_lock) ReleaseReader();
    }

    /// <summary>Completes when there is room for further answers, or the socket closes; until then its reader doesn't read (docs/protocol.md §4.3).</summary>
    public ValueTask RoomForAnswers()
    {
        lock (_lock)
        {
            if (HasRoom || _closeCode is not null) return ValueTask.CompletedTask;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_room.Task);
        }
    }

    /// <summary>For the loop: moves what is to be written before events into its buffer.</summary>
    /// <returns>True where a close frame is the last of it.</returns>
    public bool TakeAnswers(PooledBuffer target)
    {
        Volatile.Write(ref _queued, 0);
        lock (_lock)
        {
            var before = target.Length;
            Move(_control, target);
            State.HasData = _answers.Length > 0 || before > 0;
            State.HasPage |= _page is not null;
            Move(_answers, target);
            ReleaseReader();
            if (_closeCode is not { } code) return false;
            if (code == CloseCodes.Abnormal)
            {
                target.Reset();
                return true;
            }
            Span<byte> payload = stackalloc byte[125];
            payload[0] = (byte)(code >> 8);
            payload[1] = (byte)code;
            // As much of the reason as fits, in whole characters.
            System.Text.Unicode.Utf8.FromUtf16(_closeReason, payload[2..], out _, out var reason);
            WireFrame.Frame(WireFrame.Close, code is CloseCodes.NoStatus ? [] : payload[..(2 + reason)], target);
            return true;
        }
    }

    /// <summary>For the loop: the close frame is on its way, or never will be.</summary>
    public void Finish() => _closed.TrySetResult();

    /// <summary>Has the loop visit this socket.</summary>
    public void Queue()
    {
        if (Interlocked.Exchange(ref _queued, 1) == 0) Loop.Visit(this);
    }

    /// <summary>Whether there is room for further answers.</summary>
    public bool HasRoom => _answers.Length + Volatile.Read(ref _promised) < answerLimit;

    private void ReleasePageReader()
    {
        _pageTaken?.TrySetResult();
        _pageTaken = null;
    }

    private void ReleaseReader()
    {
        if (_room is null || !HasRoom) return;
        _room.TrySetResult();
        _room = null;
    }

    private static void Move(PooledBuffer from, PooledBuffer to)
    {
        if (from.Length == 0) return;
        to.Append(from.Written.Span);
        from.Release();
    }

    /// <summary>What the loop knows of a socket.</summary>
    internal sealed class LoopState
    {
        /// <summary>Its rooms, by id.</summary>
        public Dictionary<Guid, RoomCursor> Rooms { get; } = [];

        /// <summary>Rooms in which it may lack something; none before <c>welcome</c>.</summary>
        public List<RoomCursor> Behind { get; } = [];

        /// <summary>Rooms joined before <c>welcome</c> was written, or again while the cursor stood before one's own <c>left</c>.</summary>
        public List<Subscription> Waiting { get; } = [];

        /// <summary>Memberships that <c>welcome</c> showed and that are over, by room: the seq of their <c>joined</c>. Null where there are none.</summary>
        public Dictionary<Guid, long>? Over { get; set; }

        /// <summary>The pooled bytes being written, or null.</summary>
        public PooledBuffer? Owned { get; set; }

        /// <summary>The socket is gone; what is still on its way to the loop finds nothing to do.</summary>
        public bool Removed { get; set; }

        /// <summary>Waits for the last write to a socket that is gone.</summary>
        public Action? Gone { get; set; }

        public void ReleaseOwned()
        {
            Owned?.Release();
            Owned = null;
        }

        /// <summary>What of them the wire hasn't taken yet.</summary>
        public ReadOnlyMemory<byte> Rest { get; set; }

        /// <summary>Where its bytes go, once there were any.</summary>
        public IWire? Wire { get; set; }

        /// <summary>A write is under way.</summary>
        public bool Writing { get; set; }

        /// <summary>The wire made it wait lately, so it gets smaller pieces.</summary>
        public bool Slow { get; set; }

        /// <summary>The close frame is in <see cref="Rest"/>, or was written.</summary>
        public bool Closing { get; set; }

        /// <summary><c>welcome</c> is written.</summary>
        public bool Welcomed { get; set; }

        /// <summary>A page that the store gave for <see cref="PageOf"/>, to be written next.</summary>
        public IReadOnlyList<TailEvent>? Page { get; set; }

        /// <summary>Whose page it is.</summary>
        public RoomCursor? PageOf { get; set; }

        /// <summary>Since when the write under way waits, in <see cref="Environment.TickCount64"/>.</summary>
        public long WritingSince { get; set; }

        /// <summary>A page is being read from the store for it.</summary>
        public bool Reading { get; set; }

        /// <summary>What is being written is more than control frames.</summary>
        public bool HasData { get; set; }

        /// <summary>A page is among it.</summary>
        public bool HasPage { get; set; }

        /// <summary>When the wire last took bytes that are no ping, in <see cref="Environment.TickCount64"/>.</summary>
        public long TookAt { get; set; } = Environment.TickCount64;

        /// <summary>When a heartbeat ping was sent that nothing was heard since, or 0.</summary>
        public long PingedAt { get; set; }

        /// <summary>That ping is to be sent.</summary>
        public bool PingDue { get; set; }

        /// <summary>Its place in the loop's list, or -1.</summary>
        public int Index { get; set; } = -1;

        /// <summary>It is in the list of this turn.</summary>
        public bool InTurn { get; set; }
    }
}

/// <summary>Where a socket stands in a room's log: (room, seq), never a reference into the tail.</summary>
internal sealed class RoomCursor(OutboundSocket socket, LoopRoom room, long seq, long memberSince)
{
    public OutboundSocket Socket => socket;

    public LoopRoom Room => room;

    /// <summary>The last event written.</summary>
    public long Seq { get; set; } = seq;

    /// <summary>The <c>joined</c> of the membership that this cursor serves: one's own <c>left</c> after it ends it.</summary>
    public long MemberSince { get; set; } = memberSince;

    /// <summary>It is among the socket's <see cref="OutboundSocket.LoopState.Behind"/>.</summary>
    public bool IsBehind { get; set; }

    /// <summary>Its place in the room's list.</summary>
    public int Index { get; set; }

    /// <summary>It began with a <c>subscribed</c>, not with the <c>welcome</c>.</summary>
    public bool IsAnnounced { get; init; }

    /// <summary>The socket is no longer subscribed by it.</summary>
    public bool Ended { get; set; }
}

/// <summary>A room that a socket is to be subscribed to from behind <paramref name="Seq"/>, once <paramref name="Announcement"/> (its <c>subscribed</c>) is written. Holds a pin of the tail.</summary>
internal sealed record Subscription(RoomTail Tail, long Seq, long MemberSince, byte[]? Announcement = null);

/// <summary>A loop's sockets in a room.</summary>
internal sealed class LoopRoom(RoomTail tail)
{
    public RoomTail Tail => tail;

    public List<RoomCursor> Members { get; } = [];
}
