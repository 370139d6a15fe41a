using Chatter.Chat.Client;
using Chatter.Chat.Protocol;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Components.Authorization;

namespace Chatter.App.Session;

/// <summary>Makes the client by which a circuit talks to this host, as the user of a login session.</summary>
public delegate ChatClient ChatClientFactory(Guid sessionId);

/// <summary>
/// A circuit's connection to the chat: feeds <see cref="ChatState"/> with what the client receives, and carries out what the reader does.
/// Everything that touches the state happens on the circuit's dispatcher, which <see cref="Start"/> is given.
/// </summary>
public sealed partial class ChatSession(ChatState state, ChatClientFactory connect, AuthenticationStateProvider login, TimeProvider time, ILogger<ChatSession> logger) : IAsyncDisposable
{
    private const int MostFramesAtOnce = 500;
    private const int PageSize = RoomWindow.PageSize;

    /// <summary>People don't see more pictures a second than this in a log, and each costs a comparison of its rows.</summary>
    private static readonly TimeSpan BetweenRenders = TimeSpan.FromMilliseconds(40);

    private static readonly TimeSpan PauseAfter = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Func<Func<Task>, Task>? _dispatch;
    private ChatClient? _client;
    private ITimer? _wake;
    private ITimer? _pause;
    private Guid? _open;
    private bool _loggingOut;

    /// <summary>The session was ended elsewhere: the reader has to log in again.</summary>
    public event Action? SignedOut;

    /// <summary>What the page's scripts have asked for.</summary>
    public ScriptCalls Calls { get; } = new();

    private ChatClient Client => _client ?? throw new InvalidOperationException("The session isn't started.");

    public bool Started => _client is not null;

    /// <summary>Connects. To be called once, when the page is interactive, and never while it is prerendered.</summary>
    public async Task Start(Func<Func<Task>, Task> dispatch)
    {
        if (Started) return;
        _dispatch = dispatch;
        var user = (await login.GetAuthenticationStateAsync()).User;
        if (user.Identity is not { IsAuthenticated: true })
        {
            SignedOut?.Invoke();
            return;
        }
        _client = connect(user.SessionId());
        _client.StateChanged += OnStateChanged;
        _wake = time.CreateTimer(_ => Dispatch(state.Touch), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        state.Changed += Schedule;
        state.RoomLost += KeepUnsent;
        _ = Pump(_client);
        _client.Start();
        _started.SetResult();
    }

    /// <summary>Takes what has come in a turn together, renders once, and lets the socket wait meanwhile.</summary>
    private async Task Pump(ChatClient client)
    {
        try
        {
            var frames = client.Frames(_ending.Token).GetAsyncEnumerator(_ending.Token);
            await using (frames.ConfigureAwait(false))
            {
                var next = frames.MoveNextAsync().AsTask();
                while (await next)
                {
                    var batch = new List<ServerFrame>();
                    do
                    {
                        batch.Add(frames.Current);
                        next = frames.MoveNextAsync().AsTask();
                    }
                    while (batch.Count < MostFramesAtOnce && next.IsCompletedSuccessfully && await next);
                    await _dispatch!(() => Apply(batch));
                    await Task.Delay(BetweenRenders, time, _ending.Token);
                }
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // The circuit is gone.
        }
        catch (ObjectDisposedException gone)
        {
            // The page was left while this came: what it is rendered by is disposed of before the session is.
            Log.PageGone(logger, gone);
            await client.DisposeAsync();
        }
        catch (Exception failure)
        {
            Log.PumpFailed(logger, failure);
            await client.DisposeAsync();
            throw;
        }
    }

    private Task Apply(List<ServerFrame> batch)
    {
        state.Apply(batch);
        // What is in the log is sent, whatever became of the answer.
        foreach (var frame in batch)
            if (frame is RoomEvent { Kind: EventKinds.Message, Nonce: { } nonce } sent && sent.From?.Id == state.Me?.Id) Settle(sent.Room, nonce);
        if (batch.Exists(static frame => frame is WelcomeFrame)) WantAgain();
        if (_open is not { } open || state.Find(open) is not { } room) return Task.CompletedTask;
        Mark(room);
        if (room.Window.Stale) _ = Renew(open);
        // After a reset, or where too much came at once, the reader who follows is shown the newest. Nothing waits for that page: it comes by the socket,
        // which stands still while frames wait to be taken.
        if (room.Following && (!room.Window.AtEnd || room.Window.Events.Count == 0)) _ = JumpToEnd(open);
        return Task.CompletedTask;
    }

    private void OnStateChanged(ConnectionState now) => Dispatch(() =>
    {
        state.SetConnection(now);
        if (now == ConnectionState.SignedOut && !_loggingOut) SignedOut?.Invoke();
    });

    /// <summary>
    /// The page itself logs out, by a request that leads on from here: its socket is closed before the answer is there, and to go elsewhere then
    /// would give up the request, and with it the answer that takes the cookie back.
    /// </summary>
    public void LogOut() => _loggingOut = true;

    private void Dispatch(Action action) => _dispatch?.Invoke(() =>
    {
        if (!_ending.IsCancellationRequested) action();
        return Task.CompletedTask;
    });

    /// <summary>What is shown changes by time, too: who types, and what waits for long.</summary>
    private void Schedule()
    {
        if (_open is not { } open || state.Find(open) is not { } room) return;
        var now = time.GetUtcNow();
        var waits = room.Pending.Where(p => p.Refusal is null && p.At + LogRows.LongWait > now).Select(p => (DateTimeOffset?)(p.At + LogRows.LongWait)).Min();
        var muted = room.MutedUntil > now ? room.MutedUntil : null;
        var next = new[] { room.TypingUntil(now), waits, muted }.Min();
        _wake?.Change(next is { } at ? at - now + TimeSpan.FromMilliseconds(10) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The browser's connection is gone: after a while the server needn't write for it. The cursors stay.</summary>
    public void BrowserLost()
    {
        if (_client is not { } client) return;
        _pause?.Dispose();
        _pause = time.CreateTimer(_ => _ = client.Pause(), null, PauseAfter, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The browser is back.</summary>
    public void BrowserBack()
    {
        if (_pause is null) return;
        _pause.Dispose();
        _pause = null;
        _client?.Resume();
    }

    public async ValueTask DisposeAsync()
    {
        if (_ending.IsCancellationRequested) return;
        await _ending.CancelAsync();
        state.Changed -= Schedule;
        state.RoomLost -= KeepUnsent;
        _pause?.Dispose();
        _wake?.Dispose();
        _searching?.Dispose();
        if (_client is { } client)
        {
            client.StateChanged -= OnStateChanged;
            await client.DisposeAsync();
        }
        _ending.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A page's frames could not be shown")]
        public static partial void PumpFailed(ILogger logger, Exception failure);

        [LoggerMessage(3, LogLevel.Debug, "A page was left while frames came for it")]
        public static partial void PageGone(ILogger logger, Exception gone);
    }
}
