using System.Buffers;
using System.IO.Pipelines;
using Chatter.Chat.Broadcasting;
using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Telemetry;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Chatter.Chat.Gateway;

/// <summary>
/// The life of one socket on the receiving side: reads frames, hands them on, and sees to an orderly end. What goes out is
/// <see cref="OutboundSocket"/>'s and its loop's.
/// </summary>
internal sealed partial class SocketConnection : IDisposable
{
    /// <summary>How long the other side may take to answer a close frame, or to take what is before it.</summary>
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(2);

    private readonly OutboundSocket _socket;
    private readonly FrameDispatcher _dispatcher;
    private readonly FloodGuard _guard;
    private readonly PipeReader _input;
    private readonly WebSocketReader _reader;
    private readonly Connections _connections;
    private readonly ChatterMetrics _metrics;
    private readonly ILogger _logger;

    public SocketConnection(OutboundSocket socket, PipeReader input, Session? vouched, FrameDispatcher.Services services, LimitsSettings limits, TimeProvider time, ILogger logger)
    {
        _socket = socket;
        _metrics = services.Metrics;
        _guard = new FloodGuard(limits, time, _metrics);
        _dispatcher = new FrameDispatcher(socket, vouched, services, _guard);
        _input = input;
        _reader = new WebSocketReader(Limits.MaxFrame);
        _connections = services.Connections;
        _logger = logger;
    }

    /// <summary>Serves the socket until it is closed by either side.</summary>
    public async Task Run(CancellationToken aborted)
    {
        _socket.Loop.Do(() => _socket.Loop.Add(_socket));
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        // Once, and not with each read, which would leave something at the token every time.
        await using var givingUp = giveUp.Token.UnsafeRegister(static input => ((PipeReader)input!).CancelPendingRead(), _input);
        var reading = Read(giveUp.Token);
        try
        {
            await Task.WhenAny(reading, _socket.Closed);
            // Whoever closed first, the other side gets a moment: an abort right behind a close frame would lose it.
            giveUp.CancelAfter(CloseWithin);
            await reading;
            await _socket.Closed.WaitAsync(CloseWithin, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            _socket.Abort();
        }
        finally
        {
            _metrics.SocketClosed(_socket.CloseCode ?? CloseCodes.Abnormal);
            _connections.Remove(_socket);
            var removed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _socket.Loop.Do(() => _socket.Loop.Remove(_socket, () => removed.TrySetResult()));
            // The stream belongs to the request: the loop must have let go of it before the request ends, and the last write must be over, if only since the
            // connection was aborted. TLS takes a second one as a fault.
            await removed.Task.WaitAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
        }
    }

    public void Dispose() => _reader.Dispose();

    /// <summary>Bytes came in. A socket that sends too many of them is read slowly, so that what it sends in vain (pings, fragments) costs little, too.</summary>
    private ValueTask Heard(long bytes, CancellationToken cancel)
    {
        if (bytes == 0) return ValueTask.CompletedTask;
        _socket.HeardAt = Environment.TickCount64;
        var wait = _guard.Receive((int)bytes);
        return wait == 0 ? ValueTask.CompletedTask : new ValueTask(Task.Delay(TimeSpan.FromSeconds(wait), cancel));
    }

    private async Task Read(CancellationToken cancel)
    {
        try
        {
            if (await ReadAll(cancel)) await Discard(cancel);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException or ConnectionAbortedException)
        {
            // The connection broke, or its time to close was over. Behind a close frame that is out it ends by itself; a reset would take that back.
            if (!_socket.Closed.IsCompleted) _socket.Abort();
        }
        catch (Exception e)
        {
            Log.Failed(_logger, e);
            _socket.Close(CloseCodes.InternalError, "The server failed.");
        }
    }

    /// <summary>Reads until either side closes. One method with a loop, since each asynchronous one in it would be kept by every socket that waits.</summary>
    /// <returns>Whether what still comes in is to be discarded.</returns>
    private async ValueTask<bool> ReadAll(CancellationToken cancel)
    {
        for (var kept = 0L; ;)
        {
            var read = await _input.ReadAsync(CancellationToken.None);
            cancel.ThrowIfCancellationRequested();
            var buffer = read.Buffer;
            await Heard(buffer.Length - kept, cancel);
            while (_reader.TryRead(ref buffer, out var incoming))
            {
                var next = await Take(incoming, cancel);
                if (next == Next.Read) await _socket.RoomForAnswers();
                else return Leave(buffer, next == Next.Discard);
            }
            if (read.IsCompleted)
            {
                // Behind a close frame that is an end as it should be.
                if (_socket.CloseCode is null && !_socket.IsLeaving) _socket.Abort();
                return Leave(buffer, false);
            }
            kept = buffer.Length;
            _input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private bool Leave(in ReadOnlySequence<byte> buffer, bool discard)
    {
        _input.AdvanceTo(buffer.End);
        return discard;
    }

    /// <summary>Reads and discards until the other side ends: closing a connection with unread bytes resets it, and a close frame on its way would be lost.</summary>
    private async Task Discard(CancellationToken cancel)
    {
        while (true)
        {
            var read = await _input.ReadAsync(CancellationToken.None);
            cancel.ThrowIfCancellationRequested();
            _input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return;
        }
    }

    private async ValueTask<Next> Take(Incoming incoming, CancellationToken cancel)
    {
        if (incoming.Violation == 0) _socket.FrameCame();
        // Closing: what still comes in is discarded until the other side has closed, too (RFC 6455 §1.4).
        if (_socket.CloseCode is not null || _socket.IsLeaving)
            return incoming.Violation != 0 ? Next.Discard : incoming.Opcode == WireFrame.Close ? Next.Stop : Next.Read;
        switch (incoming)
        {
            case { Violation: not 0 }:
                _socket.Close(incoming.Violation, Explain(incoming.Violation));
                return Next.Discard;
            case { Opcode: WireFrame.Close }:
                _socket.Close(CloseFrame.Answer(incoming.Payload.Span));
                return Next.Stop;
            case { Opcode: WireFrame.Ping }:
                CountControl();
                _socket.PostControl(WireFrame.Pong, incoming.Payload.Span);
                return Next.Read;
            case { Opcode: WireFrame.Pong }:
                CountControl();
                return Next.Read;
            case { Opcode: WireFrame.Binary }:
                _socket.Close(CloseCodes.UnsupportedData, "This socket takes text frames with JSON.");
                return Next.Read;
            default:
                ValueTask handling;
                lock (_socket.Accepting)
                {
                    if (_socket.IsLeaving) return Next.Read;
                    handling = Handle(incoming.Payload, cancel);
                }
                await handling;
                return Next.Read;
        }
    }

    private void CountControl()
    {
        if (_guard.Take() > 0 && _guard.Refused()) _socket.Close(CloseCodes.Flood, "Too many frames.");
    }

    private async ValueTask Handle(ReadOnlyMemory<byte> payload, CancellationToken cancel)
    {
        var (frame, error) = FrameParser.Parse(payload);
        _metrics.FrameReceived(frame is null ? "refused" : FrameDispatcher.TypeOf(frame));
        var wait = _guard.Take();
        if (wait > 0)
        {
            _dispatcher.Refuse(Refused(frame, error, wait));
        }
        else if (error is not null)
        {
            // Before `hello` there is one answer to whatever it is, but for what isn't even a frame.
            if (error.Code != ErrorCodes.BadFrame && !_dispatcher.IsGreeted && error.Re != "hello")
                error = FrameDispatcher.NotAuthenticated with { Re = error.Re, Room = error.Room, Nonce = error.Nonce };
            _dispatcher.Refuse(error);
        }
        else
        {
            await _dispatcher.Handle(frame!, cancel);
        }
    }

    private static ErrorFrame Refused(ClientFrame? frame, ErrorFrame? error, double wait)
    {
        var (room, nonce) = frame is null ? (error?.Room, error?.Nonce) : FrameDispatcher.About(frame);
        return new ErrorFrame(ErrorCodes.RateLimited, "This socket sends too many frames. Slow down.")
        {
            Re = frame is null ? error?.Re : FrameDispatcher.TypeOf(frame),
            Room = room,
            Nonce = nonce,
            RetryAfter = wait,
        };
    }

    private static string Explain(ushort violation) => violation switch
    {
        CloseCodes.TooBig => "The message is over 65536 bytes.",
        CloseCodes.InvalidPayload => "The text is not UTF-8.",
        _ => "The frame is against RFC 6455.",
    };

    /// <summary>What follows a frame.</summary>
    private enum Next
    {
        Read,

        /// <summary>The other side has closed.</summary>
        Stop,

        /// <summary>What comes behind it isn't read any more.</summary>
        Discard,
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A socket failed")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
