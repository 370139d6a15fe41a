using Chatter.Chat.Protocol;

namespace Chatter.Chat.Client;

/// <summary>
/// A connection to a Chatter server that mends itself: it reconnects for ever, resumes where it was, drops what it gets twice, and repeats what wasn't
/// acknowledged with the same nonce, so that everything sent happens once and everything received comes once and in order.
/// All members may be called from any thread.
/// </summary>
public sealed class ChatClient : IAsyncDisposable
{
#pragma warning disable CA1065, CA1822, CS0067, IDE0060 // The surface first; what is behind it follows.
    /// <summary>A client that connects when <see cref="Start"/> is called.</summary>
    public ChatClient(ChatClientOptions options) { }

    /// <summary>Logs in with <c>POST /api/login</c> and starts.</summary>
    public static Task<ChatClient> LogIn(Uri server, string name, string password, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>How it stands with the server.</summary>
    public ConnectionState State => throw new NotImplementedException();

    /// <summary>Raised after each change of <see cref="State"/>, in order, outside of any lock.</summary>
    public event Action<ConnectionState>? StateChanged;

    /// <summary>Who one is, since the first <c>welcome</c>.</summary>
    public UserInfo? User => throw new NotImplementedException();

    /// <summary>The store's epoch, as in the last <c>welcome</c>.</summary>
    public string? Epoch => throw new NotImplementedException();

    /// <summary>Connects in the background and stays so, until disposed of or <see cref="ConnectionState.SignedOut"/>.</summary>
    public void Start() => throw new NotImplementedException();

    /// <summary>Completes when <see cref="State"/> is <see cref="ConnectionState.Online"/>.</summary>
    public Task Online(CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Closes the socket and keeps cursors and outbox.</summary>
    public Task Pause() => throw new NotImplementedException();

    /// <summary>Opens the socket again after <see cref="Pause"/> and resumes.</summary>
    public void Resume() => throw new NotImplementedException();

    /// <summary>Raised once per batch of frames read off the socket, in order.</summary>
    public event Action<IReadOnlyList<ServerFrame>>? FramesReceived;

    /// <summary>What <see cref="FramesReceived"/> tells, as a stream; a slow reader holds the socket back.</summary>
    public IAsyncEnumerable<ServerFrame> Frames(CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Sends a message; completes with the committed event.</summary>
    public Task<RoomEvent> Send(Guid room, string text, Guid? replyTo = null, string? nonce = null, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>The sends to a room that aren't acknowledged, in order.</summary>
    public IReadOnlyList<PendingSend> Outbox(Guid room) => throw new NotImplementedException();

    /// <summary>A page of a room's log.</summary>
    public Task<HistoryFrame> History(Guid room, long? after = null, long? before = null, long? around = null, int? limit = null, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Moves one's read mark.</summary>
    public void MarkRead(Guid room, long seq, bool back = false) => throw new NotImplementedException();

    /// <summary>Tells the others that one is writing.</summary>
    public void Typing(Guid room) => throw new NotImplementedException();

    /// <summary>Says whether one is there.</summary>
    public void SetPresence(string status) => throw new NotImplementedException();

    /// <summary>The rooms that one may see.</summary>
    public Task<RoomPage> Rooms(string? search = null, string? after = null, int? limit = null, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Makes a room.</summary>
    public Task<RoomInfo> CreateRoom(string name, string? topic = null, bool isPrivate = false, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Joins a room.</summary>
    public Task<JoinResult> Join(Guid room, string? invite = null, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Leaves a room.</summary>
    public Task Leave(Guid room, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Renames a room, changes its topic, or hands it over.</summary>
    public Task<RoomInfo> Update(Guid room, string? name = null, string? topic = null, Guid? owner = null, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Makes an invite.</summary>
    public Task<Invite> CreateInvite(Guid room, TimeSpan? expiresIn = null, int? uses = null, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Removes a member.</summary>
    public Task Remove(Guid room, Guid user, string? reason = null, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>A room's members.</summary>
    public Task<MemberPage> Members(Guid room, string? after = null, int? limit = null, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Ends the session on the server.</summary>
    public Task LogOut(CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Ends everything within 2 s.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
#pragma warning restore CA1065, CA1822, CS0067, IDE0060
}
