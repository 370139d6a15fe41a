using System.Collections.Concurrent;
using System.Diagnostics;
using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.Logging;

namespace Chatter.Chat.Broadcasting;

/// <summary>
/// A thread that owns a share of the sockets and of the rooms' member lists of those sockets, and is the only one that writes to them.
/// Joins, leaves and closes are commands that it executes between visits; nothing else touches its arrays, so they need no locks.
/// It never blocks on one socket: a write that doesn't complete at once goes on by itself and queues the socket again when it is done.
/// </summary>
internal sealed partial class DispatchLoop : IDisposable
{
    /// <summary>How long, in milliseconds, a close may have to wait behind what the wire doesn't take.</summary>
    private const int CloseWithin = 1_000;

    private readonly int _number;
    private readonly SocketSettings _settings;
    private readonly int _commandsWaiting;
    private readonly ChatterMetrics _metrics;
    private readonly Action<RoomTail> _unpin;
    private readonly Action<Exception> _died;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly AutoResetEvent _news = new(false);
    private readonly ConcurrentQueue<Action> _commands = new();
    private readonly ConcurrentQueue<RoomTail> _dirty = new();
    private readonly ConcurrentQueue<OutboundSocket> _queued = new();
    private readonly Dictionary<Guid, LoopRoom> _rooms = [];
    private readonly List<OutboundSocket> _sockets = [];
    private readonly List<OutboundSocket> _turn = [];
    private readonly SocketWriter _writer;
    private readonly int _tick;
    private Action<OutboundSocket>? _farewell;
    private int _signalled;
    private int _behind;
    private long _nextTick;
    private long _lastTurn = Environment.TickCount64;
    private volatile bool _stopping;
    private bool _held;

    public DispatchLoop(
        int number, SocketSettings settings, int commandsWaiting, PageReader readPage, Action<RoomTail> unpin, Action<Exception> died, ChatterMetrics metrics, ILogger logger)
    {
        (_number, _settings, _commandsWaiting, _unpin, _died, _metrics, _logger) = (number, settings, commandsWaiting, unpin, died, metrics, logger);
        _writer = new SocketWriter(this, readPage);
        var shortest = Math.Min(settings.HelloWithin.TotalMilliseconds, Math.Min(settings.Heartbeat.TotalMilliseconds, settings.StuckAfter.TotalMilliseconds));
        _tick = (int)Math.Clamp(shortest / 8, 10, 1_000);
        _thread = new Thread(Run) { IsBackground = true, Name = $"dispatch {number}" };
    }

    /// <summary>What the current thread queues wakes no loop, until <see cref="WakeHeld"/>: what belongs together is then written together.</summary>
    [field: ThreadStatic]
    public static bool IsHeldHere { get; set; }

    /// <summary>How long the current turn has lasted, or the loop has slept: far beyond <c>_tick</c> it has stalled.</summary>
    public TimeSpan SinceLastTurn => TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref _lastTurn));

    public int Number => _number;

    /// <summary>What waits for it: commands, rooms with news (each once), sockets to visit (each once).</summary>
    public int Waiting => _commands.Count + _dirty.Count + _queued.Count;

    /// <summary>Sockets that lack something or haven't taken all, as of the last look at the clocks.</summary>
    public int SocketsBehind => Volatile.Read(ref _behind);

    public void Start() => _thread.Start();

    /// <summary>Ends the loop; nothing is written after it.</summary>
    public void Dispose()
    {
        if (_stopping) return;
        _stopping = true;
        Wake();
        // A loop that doesn't end may still use the event, which is then left to the process's end.
        if (!_thread.IsAlive || _thread.Join(TimeSpan.FromSeconds(5))) _news.Dispose();
    }

    /// <summary>From any thread: that room has news.</summary>
    public void RoomChanged(RoomTail tail)
    {
        _dirty.Enqueue(tail);
        Wake();
    }

    /// <summary>From any thread: that socket has something to write.</summary>
    public void Visit(OutboundSocket socket)
    {
        _queued.Enqueue(socket);
        Wake();
    }

    /// <summary>From any thread: has the loop execute a command between visits, in the order of the calls.</summary>
    public void Do(Action command)
    {
        _commands.Enqueue(command);
        Wake();
    }

    /// <summary>The same for what nobody needs: dropped where much waits already.</summary>
    public void DoUnlessBusy(Action command)
    {
        if (_commands.Count < _commandsWaiting) Do(command);
        else _metrics.LimitHit(nameof(EngineSettings.CommandsWaiting));
    }

    /// <summary>Wakes the loop if somebody who was held had something for it.</summary>
    public void WakeHeld()
    {
        if (Interlocked.Exchange(ref _held, false)) Wake();
    }

    /// <summary>From any thread: takes leave of all sockets, and of those that still come.</summary>
    /// <param name="farewell">Asks a socket to close. Called on the loop's thread.</param>
    /// <returns>Completes when those that were there are closed.</returns>
    public Task Drain(Action<OutboundSocket> farewell)
    {
        var asked = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        Do(() =>
        {
            _farewell = farewell;
            foreach (var socket in _sockets) farewell(socket);
            asked.SetResult(Task.WhenAll(_sockets.Select(static socket => socket.Closed)));
        });
        return asked.Task.Unwrap();
    }

    /// <summary>Takes a socket over. Command.</summary>
    public void Add(OutboundSocket socket)
    {
        socket.State.Index = _sockets.Count;
        _sockets.Add(socket);
        _farewell?.Invoke(socket);
    }

    /// <summary>Lets a socket go, with its cursors. Command.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="gone">Called once nothing is being written to its wire any more.</param>
    public void Remove(OutboundSocket socket, Action gone)
    {
        var state = socket.State;
        foreach (var cursor in state.Rooms.Values.ToArray()) End(cursor);
        foreach (var waiting in state.Waiting) _unpin(waiting.Tail);
        state.Waiting.Clear();
        (state.Removed, state.Closing, state.Rest) = (true, true, default);
        socket.EndPage();
        // What is being written is given back when the write is over.
        if (state.Writing)
        {
            state.Gone = gone;
        }
        else
        {
            state.ReleaseOwned();
            gone();
        }
        if (state.Index < 0) return;
        var last = _sockets[^1];
        _sockets[state.Index] = last;
        last.State.Index = state.Index;
        _sockets.RemoveAt(_sockets.Count - 1);
        state.Index = -1;
    }

    /// <summary>Tells something that nobody needs to all sockets in a room but those users', where they aren't behind. Command.</summary>
    /// <param name="room">The room's id.</param>
    /// <param name="frame">What is told.</param>
    /// <param name="except">To whom not.</param>
    /// <param name="evenIfBehind">Also to those that are behind, as long as they have room for answers.</param>
    public void Tell(Guid room, byte[] frame, IReadOnlySet<Guid> except, bool evenIfBehind = false)
    {
        if (!_rooms.TryGetValue(room, out var here)) return;
        foreach (var cursor in here.Members)
        {
            if (except.Contains(cursor.Socket.UserId)) continue;
            if (!evenIfBehind) TellIfIdle(cursor.Socket, frame);
            else if (cursor.Socket.State.Welcomed && cursor.Socket.HasRoom) cursor.Socket.Post(frame);
        }
    }

    /// <summary>Tells who came and went to those who share a room with them, one frame a socket. Command.</summary>
    public void TellPresence(IReadOnlyDictionary<Guid, List<ChangedPresence>> byRoom)
    {
        var bySocket = new Dictionary<OutboundSocket, HashSet<UserPresence>>();
        foreach (var (room, users) in byRoom)
        {
            if (!_rooms.TryGetValue(room, out var here)) continue;
            foreach (var cursor in here.Members)
            {
                if (!bySocket.TryGetValue(cursor.Socket, out var told)) bySocket.Add(cursor.Socket, told = []);
                foreach (var user in users)
                    if (user.Presence.Id != cursor.Socket.UserId && !user.HiddenFrom.Contains(cursor.Socket.UserId)) told.Add(user.Presence);
            }
        }
        foreach (var (socket, users) in bySocket)
            if (users.Count > 0) TellIfIdle(socket, WireFrame.Encode(new PresenceFrame([.. users])));
    }

    /// <summary>Tells something that nobody needs to one socket, where it isn't behind. Command.</summary>
    public static void TellIfIdle(OutboundSocket socket, byte[] frame)
    {
        var state = socket.State;
        if (state.Welcomed && !state.Writing && !state.Reading && state.Behind.Count == 0 && socket.HasRoom) socket.Post(frame);
    }

    private void Wake()
    {
        if (IsHeldHere) Volatile.Write(ref _held, true);
        else if (Interlocked.Exchange(ref _signalled, 1) == 0) _news.Set();
    }

    private void Run()
    {
        try
        {
            while (!_stopping)
            {
                _news.WaitOne(_tick);
                // A full fence: the queues are looked at only when everybody sees that the next one to queue has to wake the loop again.
                Interlocked.Exchange(ref _signalled, 0);
                var since = Stopwatch.GetTimestamp();
                Turn();
                _metrics.Turned(_writer.TakeDelivered(), since);
                Volatile.Write(ref _lastTurn, Environment.TickCount64);
            }
        }
        catch (Exception e)
        {
            Log.Died(_logger, e, _number);
            _died(e);
        }
    }

    /// <summary>Executes what was asked for and visits each socket that lacks something once. By the loop's thread alone (or, where that was never started, by a test).</summary>
    internal void Turn()
    {
        while (_commands.TryDequeue(out var command)) command();
        while (_dirty.TryDequeue(out var tail))
        {
            tail.Noticed(_number);
            if (!_rooms.TryGetValue(tail.Room, out var room)) continue;
            foreach (var cursor in room.Members)
                if (Fall(cursor)) InTurn(cursor.Socket);
        }
        while (_queued.TryDequeue(out var socket)) InTurn(socket);
        foreach (var socket in _turn)
        {
            socket.State.InTurn = false;
            _writer.Visit(socket);
        }
        _turn.Clear();
        var now = Environment.TickCount64;
        if (now < _nextTick) return;
        _nextTick = now + _tick;
        var behind = 0;
        for (var i = _sockets.Count - 1; i >= 0; i--)
        {
            if (_sockets[i].State is { Writing: true } or { Behind.Count: > 0 }) behind++;
            Check(_sockets[i], now);
        }
        Volatile.Write(ref _behind, behind);
    }

    private void InTurn(OutboundSocket socket)
    {
        if (socket.State.InTurn) return;
        socket.State.InTurn = true;
        _turn.Add(socket);
    }

    /// <summary>The clocks of a socket: stuck, and the heartbeat (docs/protocol.md §4.3, §4.4).</summary>
    private void Check(OutboundSocket socket, long now)
    {
        var state = socket.State;
        if (state.Writing && now - state.WritingSince > _settings.StuckAfter.TotalMilliseconds)
        {
            // A close frame would have to wait behind what isn't taken, so the connection is reset.
            Log.Stuck(_logger, socket.SessionId);
            socket.Abort();
            return;
        }
        if (socket.CloseCode is not null)
        {
            if (state.Writing && now - socket.CloseAskedAt > CloseWithin) socket.Abort();
            return;
        }
        if (socket.UserId == Guid.Empty && now - socket.OpenedAt > _settings.HelloWithin.TotalMilliseconds)
        {
            socket.Close(CloseCodes.NoHello, "No hello in time.");
            return;
        }
        var heartbeat = (long)_settings.Heartbeat.TotalMilliseconds;
        var alive = Math.Max(socket.HeardAt, state.TookAt);
        var quiet = now - alive;
        if (alive >= state.PingedAt) state.PingedAt = 0;
        if (state.PingedAt > 0)
        {
            if (now - state.PingedAt > heartbeat) socket.Close(CloseCodes.Unresponsive, "No sign of life within two heartbeats.");
        }
        else if (quiet >= heartbeat && !state.Writing)
        {
            state.PingedAt = now;
            state.PingDue = true;
            socket.Queue();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Critical, "Dispatch loop {Number} died")]
        public static partial void Died(ILogger logger, Exception error, int number);

        [LoggerMessage(2, LogLevel.Information, "A socket of session {Session} takes nothing off the wire: reset")]
        public static partial void Stuck(ILogger logger, Guid session);
    }
}
