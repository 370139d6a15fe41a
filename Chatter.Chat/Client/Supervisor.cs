using Chatter.Chat.Protocol;
using Microsoft.Extensions.Logging;

namespace Chatter.Chat.Client;

/// <summary>Keeps a connection up: one after the other, with the waits between them that the last one's end asks for, until signed out or disposed of.</summary>
internal sealed partial class Supervisor(ChatClientOptions options, HttpMessageInvoker invoker, Ledger ledger, Inbox inbox) : IDisposable
{
    /// <summary>A connection that was up for so long begins the back-off anew; one that breaks at once doesn't, or it would be tried twice a second for ever.</summary>
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Uri _address = AddressOf(options.Server);
    private readonly Backoff _backoff = new(Random.Shared.NextDouble);
    private readonly CancellationTokenSource _life = new();
    private TaskCompletionSource _online = NewSource();
    private TaskCompletionSource? _paused;
    private TaskCompletionSource? _attemptEnded;
    private CancellationTokenSource? _attempt;
    private Task? _run;
    private bool _signOut;

    public event Action<ConnectionState>? StateChanged;

    public ConnectionState State { get; private set; }

    /// <summary>Completes when online; fails when signed out or disposed of.</summary>
    public Task Online
    {
        get { lock (_gate) return _online.Task; }
    }

    public void Start()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_life.IsCancellationRequested, typeof(ChatClient));
            _run ??= Task.Run(Run);
        }
    }

    public Task Pause()
    {
        CancellationTokenSource? attempt;
        Task ended;
        lock (_gate)
        {
            _paused ??= NewSource();
            attempt = _attempt;
            ended = _attemptEnded?.Task ?? Task.CompletedTask;
        }
        Cancel(attempt);
        return ended;
    }

    public void Resume()
    {
        lock (_gate)
        {
            _paused?.TrySetResult();
            _paused = null;
        }
    }

    /// <summary>The session is known to be over.</summary>
    public async Task SignOut()
    {
        CancellationTokenSource? attempt;
        Task? run;
        lock (_gate)
        {
            _signOut = true;
            attempt = _attempt;
            run = _run;
        }
        Resume();
        Cancel(attempt);
        if (run is null) EndSignedOut();
        else await run;
    }

    /// <summary>Ends all, within 2 s even where a caller's own code doesn't return.</summary>
    public async Task Stop()
    {
        Task? run;
        lock (_gate) run = _run;
        await _life.CancelAsync();
        if (run is not null) await Task.WhenAny(run, Task.Delay(TimeSpan.FromSeconds(1.5)));
        lock (_gate) Fault(new ObjectDisposedException(nameof(ChatClient)));
    }

    public void Dispose() => _life.Dispose();

    private async Task Run()
    {
        var wait = TimeSpan.Zero;
        while (!_life.IsCancellationRequested)
        {
            Task? paused;
            lock (_gate) paused = _paused?.Task;
            if (paused is not null)
            {
                await Task.WhenAny(paused, Task.Delay(Timeout.Infinite, _life.Token));
                wait = TimeSpan.Zero;
                continue;
            }
            using var attempt = CancellationTokenSource.CreateLinkedTokenSource(_life.Token);
            if (!TryBegin(attempt)) continue;
            var end = IsSignOut ? ConnectionEnd.SignedOut("logged out") : await Attempt(wait, attempt.Token);
            ledger.Disconnected();
            if (State == ConnectionState.Online) Change(ConnectionState.Reconnecting);
            if (end.IsSignedOut || IsSignOut) EndSignedOut();
            lock (_gate)
            {
                _attempt = null;
                _attemptEnded?.TrySetResult();
            }
            if (State == ConnectionState.SignedOut) return;
            wait = attempt.IsCancellationRequested ? TimeSpan.Zero : end.Wait(_backoff);
        }
    }

    private bool IsSignOut
    {
        get { lock (_gate) return _signOut; }
    }

    private bool TryBegin(CancellationTokenSource attempt)
    {
        lock (_gate)
        {
            if (_paused is not null) return false;
            _attempt = attempt;
            _attemptEnded = NewSource();
            return true;
        }
    }

    private async Task<ConnectionEnd> Attempt(TimeSpan wait, CancellationToken cancel)
    {
        var welcomedAt = 0L;
        try
        {
            if (wait > TimeSpan.Zero) await Task.Delay(wait, options.Time, cancel);
            if (await options.Token(cancel) is not { } token) return ConnectionEnd.SignedOut("no token");
            using var connection = new Connection(ledger, inbox, options.Time, options.Logger);
            var end = await connection.Run(_address, invoker, token, Welcomed, cancel);
            if (welcomedAt != 0 && options.Time.GetElapsedTime(welcomedAt) >= Steady) _backoff.Reset();
            if (end.IsOurFault) Log.OurFault(options.Logger, end.Code);
            else if (!cancel.IsCancellationRequested) Log.Ended(options.Logger, end.Code, end.Reason);
            return end;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return new ConnectionEnd(CloseCodes.Normal, "left");
        }
        catch (Exception failure)
        {
            // The token provider is the caller's, and what a handler of theirs may throw isn't known; a client that stops trying helps nobody.
            Log.Failed(options.Logger, failure);
            return ConnectionEnd.Lost(failure.GetType().Name);
        }

        void Welcomed()
        {
            welcomedAt = options.Time.GetTimestamp();
            Change(ConnectionState.Online);
        }
    }

    private void EndSignedOut()
    {
        ledger.End(static () => new ChatException(SignedOutRefusal()));
        inbox.Complete();
        Change(ConnectionState.SignedOut);
    }

    private static Refusal SignedOutRefusal() => new(ErrorCodes.NotAuthenticated, "You are signed out. Log in again.");

    private void Change(ConnectionState state)
    {
        lock (_gate)
        {
            if (State == state) return;
            State = state;
            if (state == ConnectionState.Online) _online.TrySetResult();
            else if (state == ConnectionState.SignedOut) Fault(new ChatException(SignedOutRefusal()));
            else if (_online.Task.IsCompleted) _online = NewSource();
        }
        foreach (var handler in Delegate.EnumerateInvocationList(StateChanged))
        {
            try
            {
                handler(state);
            }
            catch (Exception failure)
            {
                // The fault is the listener's; the connection goes on.
                Log.ListenerFailed(options.Logger, failure);
            }
        }
    }

    private void Fault(Exception reason)
    {
        if (_online.Task.IsCompleted) _online = NewSource();
        _online.TrySetException(reason);
        _ = _online.Task.Exception;
    }

    private static void Cancel(CancellationTokenSource? attempt)
    {
        try
        {
            attempt?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself just now, which is what was wanted.
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Uri AddressOf(Uri server) =>
        new UriBuilder(server) { Scheme = server.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs, Path = server.AbsolutePath.TrimEnd('/') + "/ws", Query = "", Fragment = "" }.Uri;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The connection ended with {Code}: {Reason}.")]
        public static partial void Ended(ILogger logger, ushort code, string reason);

        [LoggerMessage(2, LogLevel.Error, "The server closed with {Code}: this client sent what it may not. Please report it.")]
        public static partial void OurFault(ILogger logger, ushort code);

        [LoggerMessage(3, LogLevel.Error, "The connection could not be made.")]
        public static partial void Failed(ILogger logger, Exception failure);

        [LoggerMessage(4, LogLevel.Error, "A listener of StateChanged failed.")]
        public static partial void ListenerFailed(ILogger logger, Exception failure);
    }
}
