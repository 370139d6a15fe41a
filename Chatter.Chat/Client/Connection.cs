using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Chatter.Chat.Protocol;
using Microsoft.Extensions.Logging;

namespace Chatter.Chat.Client;

/// <summary>
/// One socket, from its upgrade to its end: a reader, a writer, and a watch that listens for signs of life. Whichever of them ends first ends the connection
/// and says why.
/// </summary>
internal sealed partial class Connection(Ledger ledger, Inbox inbox, TimeProvider time, ILogger logger) : IDisposable
{
    private const string SubProtocol = "chatter.v1.json";
    private const int LargestBatch = 256;

    private static readonly TimeSpan WelcomeWithin = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(0.5);

    /// <summary>How long answers may be held up by listeners that are behind; a listener may itself be waiting for one.</summary>
    private static readonly TimeSpan HoldAnswers = TimeSpan.FromSeconds(1);

    private readonly ClientWebSocket _socket = new();
    private readonly TaskCompletionSource<WelcomeFrame> _welcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _heardAt = ledger.Now.Ticks;
    private volatile bool _heldBack;
    private volatile Goodbye? _goodbye;

    /// <summary>Runs the connection to its end. Cancelling closes it properly.</summary>
    /// <param name="address">The <c>ws(s)</c> address.</param>
    /// <param name="invoker">Makes the upgrade.</param>
    /// <param name="token">For <c>hello</c>.</param>
    /// <param name="welcomed">Called once, when the server has accepted.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<ConnectionEnd> Run(Uri address, HttpMessageInvoker invoker, string token, Action welcomed, CancellationToken cancel)
    {
        if (await Open(address, invoker, token, cancel) is { } refused) return refused;
        using var reading = new CancellationTokenSource();
        using var working = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var reader = Guarded(Read(welcomed, reading.Token));
        var first = await Task.WhenAny(reader, Guarded(Write(working.Token)), Guarded(Watch(working.Token)));
        var end = await first;
        await working.CancelAsync();
        if (first != reader && end.Code == CloseCodes.Normal) await Close(reader);
        await reading.CancelAsync();
        _socket.Abort();
        await reader;
        return _goodbye?.Apply(end, ledger.Now) ?? end;
    }

    public void Dispose() => _socket.Dispose();

    private async Task<ConnectionEnd?> Open(Uri address, HttpMessageInvoker invoker, string token, CancellationToken cancel)
    {
        _socket.Options.AddSubProtocol(SubProtocol);
        _socket.Options.CollectHttpResponseDetails = true;
        // Protocol pings wouldn't tell anything here: their pongs can't be seen. The watch sends the protocol's own.
        _socket.Options.KeepAliveInterval = TimeSpan.Zero;
        using var late = new CancellationTokenSource(WelcomeWithin, time);
        using var opening = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            await _socket.ConnectAsync(address, invoker, opening.Token);
            await Send(ledger.Hello(token), opening.Token);
            return null;
        }
        catch (Exception failure) when (failure is WebSocketException or HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            if (cancel.IsCancellationRequested) return new ConnectionEnd(CloseCodes.Normal, "left");
            if (_socket.HttpStatusCode == HttpStatusCode.Unauthorized) return ConnectionEnd.SignedOut("the upgrade was answered with 401");
            return ConnectionEnd.Lost($"no connection ({failure.GetType().Name}, HTTP {(int)_socket.HttpStatusCode})") with { AtLeast = RetryAfter.Of(_socket.HttpResponseHeaders) };
        }
    }

    private async Task<ConnectionEnd> Read(Action welcomed, CancellationToken cancel)
    {
        using var buffer = new ReceiveBuffer();
        var batch = new List<ServerFrame>();
        Task<ValueWebSocketReceiveResult>? receiving = null;
        try
        {
            while (true)
            {
                receiving = _socket.ReceiveAsync(buffer.Free(), cancel).AsTask();
                if (batch.Count >= LargestBatch || (batch.Count > 0 && !receiving.IsCompleted))
                {
                    inbox.Post(batch);
                    batch = [];
                    if (!await HasRoom(cancel)) return await Skip(receiving, buffer, cancel);
                }
                var received = await receiving;
                if (received.MessageType == WebSocketMessageType.Close) return await Closed();
                if (Take(received, buffer) is not { } frame) continue;
                if (frame is not WelcomeFrame && !_welcome.Task.IsCompleted) return ConnectionEnd.Lost("no welcome first");
                if (!ledger.Apply(frame, batch))
                {
                    Log.Gap(logger);
                    return ConnectionEnd.Lost("events are missing");
                }
                if (frame is WelcomeFrame welcome && _welcome.TrySetResult(welcome)) welcomed();
                if (frame is GoodbyeFrame goodbye) Leave(goodbye);
            }
        }
        finally
        {
            // The cursors have moved past these.
            inbox.Post(batch);
            // The buffer goes back to the pool, so nothing may write to it any more.
            _socket.Abort();
            if (receiving is not null) await receiving.ContinueWith(static done => done.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>
    /// The listeners are behind and somebody waits for an answer: perhaps those very listeners, who would then wait for ever. So answers are read on and
    /// everything else is dropped, with the cursors staying where they are, until there is room; the next connection resumes from there.
    /// </summary>
    private async Task<ConnectionEnd> Skip(Task<ValueWebSocketReceiveResult> receiving, ReceiveBuffer buffer, CancellationToken cancel)
    {
        Log.Behind(logger);
        var room = inbox.Room();
        while (await Task.WhenAny(room, receiving) == receiving)
        {
            var received = await receiving;
            if (received.MessageType == WebSocketMessageType.Close) return await Closed();
            if (Take(received, buffer) is { } frame) ledger.ApplyAnswer(frame);
            receiving = _socket.ReceiveAsync(buffer.Free(), cancel).AsTask();
        }
        _socket.Abort();
        await receiving.ContinueWith(static done => done.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return ConnectionEnd.Lost("listeners caught up") with { ReconnectAfter = TimeSpan.Zero };
    }

    private async ValueTask<bool> HasRoom(CancellationToken cancel)
    {
        var room = inbox.Room();
        if (room.IsCompleted) return true;
        // Not reading, the socket can't be told from a silent one.
        _heldBack = true;
        try
        {
            while (await Task.WhenAny(room, Task.Delay(HoldAnswers, time, cancel)) != room)
            {
                cancel.ThrowIfCancellationRequested();
                if (ledger.AwaitsAnswers) return false;
            }
            return true;
        }
        finally
        {
            Volatile.Write(ref _heardAt, ledger.Now.Ticks);
            _heldBack = false;
        }
    }

    private ServerFrame? Take(ValueWebSocketReceiveResult received, ReceiveBuffer buffer)
    {
        Volatile.Write(ref _heardAt, ledger.Now.Ticks);
        buffer.Advance(received.Count);
        if (buffer.IsTooLarge) throw new InvalidDataException("A message is too large.");
        if (!received.EndOfMessage) return null;
        try
        {
            return JsonSerializer.Deserialize(buffer.Message, ProtocolJson.Context.ServerFrame);
        }
        catch (JsonException failure)
        {
            // Passed over as an unknown type is. Had it been an event, the next one shows the gap.
            Log.Unreadable(logger, failure.Path);
            return null;
        }
        finally
        {
            buffer.Clear();
        }
    }

    private async Task<ConnectionEnd> Write(CancellationToken cancel)
    {
        await _welcome.Task.WaitAsync(cancel);
        using var timer = time.CreateTimer(static signal => ((Signal)signal!).Set(), ledger.Changed, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        while (true)
        {
            // After a goodbye nothing new goes out; what is out already may still be answered.
            var goodbye = _goodbye;
            if (goodbye is not null && (!ledger.HasSendsInFlight || ledger.Now >= goodbye.Deadline)) return new ConnectionEnd(CloseCodes.Normal, "goodbye");
            var (frame, due) = goodbye is null ? ledger.Next() : (null, goodbye.Deadline);
            if (frame is not null)
            {
                await Send(frame, cancel);
                continue;
            }
            if (due is { } at) timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, (at - ledger.Now).TotalMilliseconds))), Timeout.InfiniteTimeSpan);
            await ledger.Changed.Wait(cancel);
        }
    }

    private async Task<ConnectionEnd> Watch(CancellationToken cancel)
    {
        try
        {
            await _welcome.Task.WaitAsync(WelcomeWithin, time, cancel);
        }
        catch (TimeoutException)
        {
            return ConnectionEnd.Lost("no welcome in time");
        }
        var heartbeat = new Heartbeat(TimeSpan.FromSeconds(Math.Clamp((await _welcome.Task).Heartbeat, 0.05, 3_600)));
        while (true)
        {
            var now = ledger.Now;
            var (ping, lost, next) = heartbeat.Check(now, _heldBack ? now : TimeSpan.FromTicks(Volatile.Read(ref _heardAt)));
            if (lost) return ConnectionEnd.Lost("silence");
            if (ping) ledger.Ping();
            await Task.Delay(next - now + TimeSpan.FromMilliseconds(1), time, cancel);
        }
    }

    private void Leave(GoodbyeFrame frame)
    {
        _goodbye = new Goodbye(frame, ledger.Now);
        ledger.Changed.Set();
    }

    private async Task Send(ClientFrame frame, CancellationToken cancel) =>
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame, ProtocolJson.Context.ClientFrame), WebSocketMessageType.Text, endOfMessage: true, cancel);

    private async Task<ConnectionEnd> Closed()
    {
        await SayClose();
        return new ConnectionEnd((ushort)(_socket.CloseStatus ?? (WebSocketCloseStatus)CloseCodes.NoStatus), "closed by the server");
    }

    private async Task Close(Task reader)
    {
        await SayClose();
        await Task.WhenAny(reader, Task.Delay(CloseWithin, time));
    }

    private async Task SayClose()
    {
        using var late = new CancellationTokenSource(CloseWithin, time);
        try
        {
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, late.Token);
        }
        catch (Exception failure) when (failure is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The close frame is a courtesy; the socket is aborted next.
            Log.NotClosed(logger, failure.GetType().Name);
        }
    }

    /// <summary>Turns the ways in which a broken socket shows itself into an end.</summary>
    private static async Task<ConnectionEnd> Guarded(Task<ConnectionEnd> work)
    {
        try
        {
            return await work;
        }
        catch (OperationCanceledException)
        {
            return new ConnectionEnd(CloseCodes.Normal, "left");
        }
        catch (Exception failure) when (failure is WebSocketException or IOException or InvalidDataException or ObjectDisposedException or InvalidOperationException)
        {
            return ConnectionEnd.Lost(failure.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Events are missing between the cursor and what came; the connection is dropped and resumed.")]
        public static partial void Gap(ILogger logger);

        [LoggerMessage(2, LogLevel.Warning, "A frame could not be read at {Path}, and was passed over.")]
        public static partial void Unreadable(ILogger logger, string? path);

        [LoggerMessage(4, LogLevel.Information, "Listeners are behind while answers are awaited; events are left to the next connection.")]
        public static partial void Behind(ILogger logger);

        [LoggerMessage(3, LogLevel.Debug, "The socket was not closed properly: {Failure}.")]
        public static partial void NotClosed(ILogger logger, string failure);
    }
}
