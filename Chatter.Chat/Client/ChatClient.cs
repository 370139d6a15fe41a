using System.Globalization;
using System.Net.Http.Headers;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Client;

/// <summary>
/// A connection to a Chatter server that mends itself: it reconnects for ever, resumes where it was, drops what it gets twice, and repeats what wasn't
/// acknowledged with the same nonce, so that everything sent happens once and everything received comes once and in order.
/// All members may be called from any thread.
/// </summary>
public sealed partial class ChatClient : IAsyncDisposable
{
    private static readonly TimeSpan HttpTimeout = TimeSpan.FromSeconds(30);

    private readonly HttpMessageHandler? _ownHandler;
    private readonly HttpMessageInvoker _invoker;
    private readonly HttpClient _http;
    private readonly HttpClient _slowHttp;
    private readonly RestClient _rest;
    private readonly RestClient _files;
    private readonly Ledger _ledger;
    private readonly Inbox _inbox;
    private readonly Supervisor _supervisor;
    private readonly CancellationTokenSource _pumping = new();
    private readonly Task _pump;
    private int _disposed;

    /// <summary>A client that connects when <see cref="Start"/> is called.</summary>
    public ChatClient(ChatClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var handler = options.Handler ?? (_ownHandler = NewHandler());
        _invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        _http = NewHttp(handler, options.Server);
        _rest = new RestClient(_http, options.Token);
        // A file takes as long as it takes.
        _slowHttp = NewHttp(handler, options.Server);
        _slowHttp.Timeout = Timeout.InfiniteTimeSpan;
        _files = new RestClient(_slowHttp, options.Token);
        _ledger = new Ledger(options.Time);
        _inbox = new Inbox(options.Logger);
        _supervisor = new Supervisor(options, _invoker, _ledger, _inbox);
        _pump = Task.Run(() => _inbox.Pump(_pumping.Token));
    }

    /// <summary>Logs in with <c>POST /api/login</c> and starts.</summary>
    /// <exception cref="ChatException"><c>bad_credentials</c>, <c>rate_limited</c>, <c>already_logged_in</c>, or <c>unavailable</c> where the server can't be reached.</exception>
    public static async Task<ChatClient> LogIn(Uri server, string name, string password, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        using var handler = NewHandler();
        using var http = NewHttp(handler, server);
        var rest = new RestClient(http, static _ => ValueTask.FromResult<string?>(null));
        var body = RestClient.Body(new Credentials(name, password, Environment.MachineName), ClientJson.Context.Credentials);
        var loggedIn = await rest.Send(HttpMethod.Post, "api/login", body, ClientJson.Context.LoggedIn, cancel);
        var client = new ChatClient(new ChatClientOptions { Server = server, Token = _ => ValueTask.FromResult<string?>(loggedIn.Token) });
        client.Start();
        return client;
    }

    /// <summary>How it stands with the server.</summary>
    public ConnectionState State => _supervisor.State;

    /// <summary>Raised after each change of <see cref="State"/>, in order, outside of any lock. It should return soon: the connection waits for it.</summary>
    public event Action<ConnectionState>? StateChanged
    {
        add => _supervisor.StateChanged += value;
        remove => _supervisor.StateChanged -= value;
    }

    /// <summary>Who one is; null before the first <c>welcome</c>.</summary>
    public UserInfo? User => _ledger.User;

    /// <summary>The store's epoch, as in the last <c>welcome</c>.</summary>
    public string? Epoch => _ledger.Epoch;

    /// <summary>Connects in the background and stays so, until disposed of or <see cref="ConnectionState.SignedOut"/>.</summary>
    public void Start() => _supervisor.Start();

    /// <summary>Completes when <see cref="State"/> is <see cref="ConnectionState.Online"/>.</summary>
    /// <exception cref="ChatException"><c>not_authenticated</c>, when it is <see cref="ConnectionState.SignedOut"/>.</exception>
    public Task Online(CancellationToken cancel = default) => _supervisor.Online.WaitAsync(cancel);

    /// <summary>Closes the socket, and keeps cursors and outbox. <see cref="State"/> is <see cref="ConnectionState.Reconnecting"/> then. Completes when it is closed.</summary>
    public Task Pause() => _supervisor.Pause();

    /// <summary>Opens the socket again after <see cref="Pause"/>, at once, and resumes.</summary>
    public void Resume() => _supervisor.Resume();

    /// <summary>
    /// Raised once per batch of frames read off the socket, in order, never twice at a time. Events come once each; a room's <c>seq</c> rises by exactly 1 from
    /// its cursor (docs/protocol.md §4.3). Left out is what answers a call: <c>history</c>, and an <c>error</c> of <see cref="Send"/> or <see cref="History"/>.
    /// While nobody listens the newest 1,024 are kept for who does first. A listener that takes its time holds the socket back.
    /// </summary>
    public event Action<IReadOnlyList<ServerFrame>>? FramesReceived
    {
        add => _inbox.Listen(value);
        remove => _inbox.Unlisten(value);
    }

    /// <summary>What <see cref="FramesReceived"/> tells, as a stream, from the moment it is read on; a slow reader holds the socket back. Ends when the client is signed out or disposed of.</summary>
    public IAsyncEnumerable<ServerFrame> Frames(CancellationToken cancel = default) => _inbox.Stream(cancel);

    /// <summary>
    /// Sends a message. Completes with the committed event, however often the connection breaks until then. Sends to one room are committed in the order of these calls.
    /// </summary>
    /// <param name="room">Where to.</param>
    /// <param name="text">1 to 8,000 UTF-16 code units, without trailing white space; with files it may be empty.</param>
    /// <param name="replyTo">The message that this one answers.</param>
    /// <param name="nonce">Names this send within the room; a fresh one where it is left out. The same again, with the same content, is the same send.</param>
    /// <param name="attachments">What <see cref="Upload"/> gave for this room, at most ten, each for one message.</param>
    /// <param name="cancel">Ends the wait. What hasn't left yet is withdrawn; what has may still be committed.</param>
    /// <exception cref="ChatException">It was refused for good, or 1,000 sends to this room are waiting already, or the client is signed out.</exception>
    public async Task<RoomEvent> Send(Guid room, string text, Guid? replyTo = null, string? nonce = null, IReadOnlyList<AttachmentInfo>? attachments = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        cancel.ThrowIfCancellationRequested();
        nonce ??= NewNonce();
        if (!Text.IsNonce(nonce)) throw new ChatException(Refusal.InvalidField("nonce", "A nonce is 1 to 64 of A–Z a–z 0–9 . _ -"));
        if (!Text.Message(text, mayBeEmpty: attachments is { Count: > 0 }).Is(out var trimmed, out var refusal) || !_ledger.Send(room, trimmed, replyTo, nonce, attachments).Is(out var entry, out refusal)) throw new ChatException(refusal);
        try
        {
            return await entry.Completion.WaitAsync(cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            _ledger.TryWithdraw(entry);
            throw;
        }
    }

    /// <summary>Uploads a file for a message to a room; it is deleted after a day unless it is sent. Not repeated by itself: where it fails, the stream is somewhere in its middle.</summary>
    /// <param name="room">Where it is to be sent.</param>
    /// <param name="content">The bytes, from where it stands.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="type">Its media type; where that isn't what the bytes are, it is a file to be saved and no picture.</param>
    /// <param name="progress">Told how many bytes have left.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="ChatException"><c>too_large</c>, <c>over_quota</c>, <c>not_a_member</c> …</exception>
    public async Task<UploadedFile> Upload(Guid room, Stream content, string name, string? type = null, IProgress<long>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var body = new StreamContent(progress is null ? content : new CountedStream(content, progress));
        if (MediaTypeHeaderValue.TryParse(type, out var media)) body.Headers.ContentType = media;
        return await _files.Send(HttpMethod.Post, RestClient.Path($"api/rooms/{room}/attachments", ("name", name)), body, ClientJson.Context.UploadedFile, cancel);
    }

    /// <summary>A file's bytes, as they come.</summary>
    /// <param name="room">Where it was sent.</param>
    /// <param name="attachment">Its id.</param>
    /// <param name="thumbnail">Whether the small picture of it is wanted.</param>
    /// <param name="cancel">Ends the wait for the first byte.</param>
    /// <exception cref="ChatException"><c>no_such_attachment</c>, whatever the reason.</exception>
    public Task<Stream> Download(Guid room, Guid attachment, bool thumbnail = false, CancellationToken cancel = default) =>
        _files.Open($"api/rooms/{room}/attachments/{attachment}{(thumbnail ? "/thumbnail" : "")}", cancel);

    /// <summary>Gives one's own message another text. Completes when that is committed, however often the connection breaks until then; changes in one room happen in the order of these calls.</summary>
    /// <param name="room">Where it is.</param>
    /// <param name="message">The message's id.</param>
    /// <param name="text">1 to 8,000 UTF-16 code units, without trailing white space.</param>
    /// <param name="cancel">Ends the wait, not the change.</param>
    /// <exception cref="ChatException">It was refused for good: <c>forbidden</c>, <c>no_such_event</c> …</exception>
    public Task<SentFrame> Edit(Guid room, Guid message, string text, CancellationToken cancel = default) =>
        Text.Message(text).Is(out var trimmed, out var refusal) ? Change(new EditFrame(room, message, trimmed) { Nonce = NewNonce() }, cancel) : throw new ChatException(refusal);

    /// <summary>Deletes a message, one's own or as the room's owner: from then on nobody gets its text. Otherwise as <see cref="Edit"/>.</summary>
    public Task<SentFrame> Delete(Guid room, Guid message, CancellationToken cancel = default) => Change(new DeleteFrame(room, message) { Nonce = NewNonce() }, cancel);

    /// <summary>Puts an emoji to a message, or takes one's own back. Otherwise as <see cref="Edit"/>.</summary>
    public Task<SentFrame> React(Guid room, Guid message, string emoji, bool on, CancellationToken cancel = default) =>
        Change(new ReactFrame(room, message, emoji, on) { Nonce = NewNonce() }, cancel);

    /// <summary>The sends to a room that aren't acknowledged yet, in order.</summary>
    public IReadOnlyList<PendingSend> Outbox(Guid room) => _ledger.Outbox(room);

    /// <summary>
    /// A page of a room's log, ascending by <c>seq</c>; at most one of <paramref name="after"/>, <paramref name="before"/>, <paramref name="around"/> and <paramref name="at"/>, none for
    /// the newest. Waits for the connection where there is none.
    /// </summary>
    public async Task<HistoryFrame> History(Guid room, long? after = null, long? before = null, long? around = null, int? limit = null, DateTimeOffset? at = null, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        var nonce = NewNonce();
        var request = new HistoryRequest(room) { After = after, Before = before, Around = around, At = at, Limit = limit, Nonce = nonce };
        if (!_ledger.Request(request).Is(out var page, out var refusal)) throw new ChatException(refusal);
        await using var cancelling = cancel.UnsafeRegister(_ => _ledger.CancelRequest(nonce, cancel), null);
        return await page;
    }

    /// <summary>One event of a room by its id, with what became of it.</summary>
    /// <exception cref="ChatException"><c>no_such_event</c>, <c>not_a_member</c> …</exception>
    public Task<EventDetails> Event(Guid room, Guid id, CancellationToken cancel = default) => _rest.Get($"api/rooms/{room}/events/{id}", ClientJson.Context.EventDetails, cancel);

    /// <summary>Messages with these words in the rooms that one is in, the newest first, by pages. What words and filters there are: docs/protocol.md §3.1.</summary>
    /// <param name="text">What to search for, as one types it.</param>
    /// <param name="room">Only there.</param>
    /// <param name="after">What the page before had as <see cref="SearchPage.Next"/>.</param>
    /// <param name="limit">Hits of a page, 1 to 50.</param>
    /// <param name="cancel">Ends the call.</param>
    public Task<SearchPage> Search(string text, Guid? room = null, string? after = null, int? limit = null, CancellationToken cancel = default) =>
        _rest.Get(
            RestClient.Path("api/search", ("q", text), ("room", room?.ToString()), ("after", after), ("limit", limit?.ToString(CultureInfo.InvariantCulture))), ClientJson.Context.SearchPage, cancel);

    /// <summary>Moves one's read mark forward, or back where <paramref name="back"/> is true. Only the newest of a room is told, as soon as there is a connection.</summary>
    public void MarkRead(Guid room, long seq, bool back = false) => _ledger.MarkRead(room, seq, back);

    /// <summary>Tells the room's other members that one is writing; call it at each key, it is told at most every 3 s, and not at all while offline.</summary>
    public void Typing(Guid room) => _ledger.Type(room);

    /// <summary>Says whether one is there: <see cref="PresenceStatus.Online"/> or <see cref="PresenceStatus.Away"/>. Said again after each reconnect.</summary>
    public void SetPresence(string status) => _ledger.SetPresence(status);

    /// <summary>Public rooms and those one is in, by pages.</summary>
    public Task<RoomPage> Rooms(string? search = null, string? after = null, int? limit = null, CancellationToken cancel = default) =>
        _rest.Get(RestClient.Path("api/rooms", ("search", search), ("after", after), ("limit", limit?.ToString(CultureInfo.InvariantCulture))), ClientJson.Context.RoomPage, cancel);

    /// <summary>Makes a room, whose owner and first member one is.</summary>
    public Task<RoomInfo> CreateRoom(string name, string? topic = null, bool isPrivate = false, CancellationToken cancel = default) =>
        _rest.Send(HttpMethod.Post, "api/rooms", RestClient.Body(new NewRoom(name, topic, isPrivate ? true : null), ClientJson.Context.NewRoom), ClientJson.Context.RoomInfo, cancel);

    /// <summary>Joins a room; a private one needs an invite's code. The open socket is told by <c>subscribed</c>.</summary>
    public Task<JoinResult> Join(Guid room, string? invite = null, CancellationToken cancel = default) =>
        _rest.Send(HttpMethod.Post, $"api/rooms/{room}/join", RestClient.Body(new JoinBody(invite), ClientJson.Context.JoinBody), ClientJson.Context.JoinResult, cancel);

    /// <summary>Leaves a room.</summary>
    public Task Leave(Guid room, CancellationToken cancel = default) => _rest.Send(HttpMethod.Post, $"api/rooms/{room}/leave", null, cancel);

    /// <summary>Renames a room, changes its topic (empty takes it away) or who writes there, or hands it over; the owner's right. What is null stays.</summary>
    public Task<RoomInfo> Update(
        Guid room, string? name = null, string? topic = null, Guid? owner = null, bool? announce = null, bool? archived = null, CancellationToken cancel = default) =>
        _rest.Send(HttpMethod.Patch, $"api/rooms/{room}", RestClient.Body(new RoomChange(name, topic, owner, announce, archived), ClientJson.Context.RoomChange), ClientJson.Context.RoomInfo, cancel);

    /// <summary>Makes an invite, for 7 days and any number of people unless said otherwise; the owner's right.</summary>
    public Task<Invite> CreateInvite(Guid room, TimeSpan? expiresIn = null, int? uses = null, CancellationToken cancel = default) =>
        _rest.Send(HttpMethod.Post, $"api/rooms/{room}/invites", RestClient.Body(new NewInvite((long?)expiresIn?.TotalSeconds, uses), ClientJson.Context.NewInvite), ClientJson.Context.Invite, cancel);

    /// <summary>Ends the session on the server; the client is <see cref="ConnectionState.SignedOut"/> then.</summary>
    public async Task LogOut(CancellationToken cancel = default)
    {
        try
        {
            await _rest.Send(HttpMethod.Post, "api/logout", null, cancel);
        }
        catch (ChatException refused) when (refused.Refusal.Code == ErrorCodes.NotAuthenticated)
        {
            // The session was over before.
        }
        await _supervisor.SignOut().WaitAsync(cancel);
    }

    /// <summary>Closes the socket and ends everything within 2 s. What waits fails with <see cref="ObjectDisposedException"/>; an unacknowledged send may yet be committed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _supervisor.Stop();
        _ledger.End(static () => new ObjectDisposedException(nameof(ChatClient)));
        await _pumping.CancelAsync();
        await Task.WhenAny(_pump, Task.Delay(TimeSpan.FromSeconds(0.3)));
        _http.Dispose();
        _slowHttp.Dispose();
        _invoker.Dispose();
        _ownHandler?.Dispose();
        _supervisor.Dispose();
        _pumping.Dispose();
    }

    private async Task<SentFrame> Change(ChangeFrame frame, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (!_ledger.Change(frame).Is(out var done, out var refusal)) throw new ChatException(refusal);
        return await done.WaitAsync(cancel);
    }

    private static string NewNonce() => Guid.CreateVersion7().ToString();

    private static SocketsHttpHandler NewHandler() => new() { UseCookies = false, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };

    private static HttpClient NewHttp(HttpMessageHandler handler, Uri server) =>
        new(handler, disposeHandler: false) { BaseAddress = new Uri(server.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/"), Timeout = HttpTimeout };
}
