using Chatter.Chat.Broadcasting;
using Chatter.Chat.Messages;
using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Telemetry;
using Chatter.Chat.Users;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Gateway;

/// <summary>What each frame of a client does (docs/protocol.md §4.1). Every right is checked where the frame acts, not when the socket opened.</summary>
internal sealed class FrameDispatcher(OutboundSocket socket, Session? vouched, FrameDispatcher.Services services, FloodGuard guard)
{
    /// <summary>Bytes counted for an answer that will come: more than a <c>sent</c> or an <c>error</c> has.</summary>
    private const int PromisedAnswer = 512;

    private UserRef? _user;

    /// <summary>What the dispatcher works with; the same for all sockets.</summary>
    public sealed record Services(
        SessionService Sessions, Connections Connections, Broadcaster Broadcaster, Greeting Greeting, EventWriter Writer, HistoryService History, PageBudget Pages,
        SendBuckets Buckets, TypingTurns TypingTurns, Database Database, IOptions<LimitsSettings> Limits, ChatterMetrics Metrics);

    public static ErrorFrame NotAuthenticated { get; } = new(ErrorCodes.NotAuthenticated, "Say hello with a token first.");

    public bool IsGreeted => _user is not null;

    public ValueTask Handle(ClientFrame frame, CancellationToken cancel)
    {
        if (frame is HelloFrame hello) return Hello(hello, cancel);
        if (_user is null)
        {
            Refuse(NotAuthenticated with { Re = TypeOf(frame), Room = About(frame).Room, Nonce = About(frame).Nonce });
            return ValueTask.CompletedTask;
        }
        switch (frame)
        {
            case SendFrame send:
                Send(send, _user);
                return ValueTask.CompletedTask;
            case ChangeFrame change:
                Change(change, _user);
                return ValueTask.CompletedTask;
            case MarkReadFrame read:
                Read(read);
                return ValueTask.CompletedTask;
            case HistoryRequest history:
                return History(history, cancel);
            case StartTypingFrame typing:
                return Typing(typing, _user, cancel);
            case SetPresenceFrame presence:
                services.Connections.SetAway(socket, presence.Status == PresenceStatus.Away);
                return ValueTask.CompletedTask;
            case PingFrame ping:
                socket.Post(new PongFrame { Nonce = ping.Nonce });
                return ValueTask.CompletedTask;
            default:
                throw new InvalidOperationException($"No handler for {frame.GetType().Name}.");
        }
    }

    /// <summary>Answers with an error; a malformed frame counts towards 4400, one beyond a bucket, the socket's or the user's, towards 4429.</summary>
    public void Refuse(ErrorFrame error)
    {
        socket.Post(error);
        if (error.Code == ErrorCodes.BadFrame && guard.Malformed()) socket.Close(CloseCodes.Malformed, "Ten malformed frames within a minute.");
        else if (error.Code == ErrorCodes.RateLimited && guard.Refused()) socket.Close(CloseCodes.Flood, "Too many frames.");
    }

    /// <summary>A frame's <c>type</c>.</summary>
    public static string TypeOf(ClientFrame frame) => frame switch
    {
        HelloFrame => "hello",
        SendFrame => "send",
        EditFrame => "edit",
        DeleteFrame => "delete",
        ReactFrame => "react",
        PinFrame => "pin",
        HistoryRequest => "history",
        MarkReadFrame => "read",
        StartTypingFrame => "typing",
        SetPresenceFrame => "presence",
        _ => "ping",
    };

    /// <summary>What an answer to a frame is matched by.</summary>
    public static (Guid? Room, string? Nonce) About(ClientFrame frame) => frame switch
    {
        SendFrame send => (send.Room, send.Nonce),
        ChangeFrame change => (change.Room, change.Nonce),
        HistoryRequest history => (history.Room, history.Nonce),
        MarkReadFrame read => (read.Room, null),
        StartTypingFrame typing => (typing.Room, null),
        PingFrame ping => (null, ping.Nonce),
        _ => (null, null),
    };

    private async ValueTask Hello(HelloFrame hello, CancellationToken cancel)
    {
        if (_user is not null)
        {
            Refuse(new ErrorFrame(ErrorCodes.BadFrame, "This socket has said hello already.") { Re = "hello" });
            return;
        }
        var session = vouched;
        if (hello.Token is { } token)
        {
            try
            {
                session = await services.Sessions.Authenticate(token, cancel);
            }
            catch (StoreUnavailableException)
            {
                socket.Close(CloseCodes.TryAgainLater, "The store does not answer.");
                return;
            }
            if (session is null)
            {
                socket.Close(CloseCodes.NotAuthenticated, "The token is wrong, expired or revoked. Log in again.");
                return;
            }
        }
        if (session is null)
        {
            Refuse(NotAuthenticated with { Re = "hello" });
            return;
        }
        _user = new UserRef(session.UserId, session.UserName);
        socket.Identify(session.UserId, session.Id);
        await services.Greeting.Welcome(socket, hello, cancel);
    }

    private void Send(SendFrame send, UserRef user)
    {
        if (!SendMessage.Check(send).Is(out var text, out var refusal) || (refusal = services.Buckets.Take(user.Id)) is not null)
        {
            Refuse(Translate(refusal, send));
            return;
        }
        services.Writer.Enqueue(new SendMessage(send, text, user, PromiseSent(send, send.Room, send.Nonce), services.Limits.Value.RoomsPerUser));
    }

    private void Change(ChangeFrame change, UserRef user)
    {
        if (!MessageChange.Check(change).Is(out var checkedChange, out var refusal) || (refusal = services.Buckets.Take(user.Id)) is not null)
        {
            Refuse(Translate(refusal, change));
            return;
        }
        services.Writer.Enqueue(MessageChange.Of(checkedChange, user, PromiseSent(change, change.Room, change.Nonce)));
    }

    /// <summary>Makes room for the answer to what is written with a nonce, and gives what answers.</summary>
    private Action<Outcome<Sent>> PromiseSent(ClientFrame frame, Guid room, string? nonce)
    {
        socket.Promise(PromisedAnswer);
        return outcome =>
        {
            socket.Post(outcome.Is(out var sent, out var why)
                ? new SentFrame(room, sent.Event.Seq, sent.Event.Id, sent.Event.At) { Nonce = nonce }
                : Translate(why, frame));
            socket.Keep(PromisedAnswer);
        };
    }

    private void Read(MarkReadFrame read)
    {
        if (services.Buckets.TakeRead(socket.UserId) is { } refusal)
        {
            Refuse(Translate(refusal, read));
            return;
        }
        socket.Promise(PromisedAnswer);
        MoveMark(read, socket.UserId);
    }

    /// <summary>Queues the move of a read mark, again and again until it is where it should be, and tells the user's other sockets then.</summary>
    private void MoveMark(MarkReadFrame read, Guid user) => services.Writer.Enqueue(new MarkRead(read, user, outcome =>
    {
        if (outcome.Is(out var mark, out var refusal) && !mark.IsThere)
        {
            MoveMark(read, user);
            return;
        }
        if (refusal is not null) socket.Post(Translate(refusal, read));
        else if (mark!.Moved) services.Connections.Tell(user, new ReadFrame(read.Room, mark.Seq, mark.Unread) { Mentions = mark.Mentions > 0 ? mark.Mentions : null }, socket);
        socket.Keep(PromisedAnswer);
    }));

    private async ValueTask History(HistoryRequest request, CancellationToken cancel)
    {
        await socket.PageTaken();
        if (socket.CloseCode is not null) return;
        var place = await services.Pages.Enter(socket.UserId, socket.Abort, cancel);
        HistoryFrame? page = null;
        try
        {
            var outcome = await services.History.Page(request, socket.UserId, cancel);
            if (!outcome.Is(out page, out var refusal)) socket.Post(Translate(refusal, request));
        }
        finally
        {
            if (page is null) place.Dispose();
        }
        if (page is not null) socket.Post(page, place);
    }

    private async ValueTask Typing(StartTypingFrame typing, UserRef user, CancellationToken cancel)
    {
        if (!services.TypingTurns.IsFree(user.Id, typing.Room)) return;
        Outcome<(int Count, HashSet<Guid> Except)> members;
        try
        {
            members = await services.Database.Read(
                user.Id,
                store => store.Snapshot<Outcome<(int, HashSet<Guid>)>>(() => RoomAccess.MayRead(store, typing.Room, user.Id) is { } refusal
                    ? refusal
                    : (store.First("select members from room_heads where room = $1", static row => row.GetInt32(0), typing.Room), Blocks.Around(store, user.Id).Append(user.Id).ToHashSet())),
                cancel);
        }
        catch (StoreUnavailableException)
        {
            return; // Nobody needs it, and the next one comes soon.
        }
        if (!members.Is(out var room, out var why))
        {
            Refuse(Translate(why, typing));
            return;
        }
        if (services.TypingTurns.Take(user.Id, typing.Room) && room.Count <= Limits.MaxLively) services.Broadcaster.Tell(typing.Room, new TypingFrame(typing.Room, user), room.Except);
    }

    private static ErrorFrame Translate(Refusal refusal, ClientFrame frame)
    {
        var (room, nonce) = About(frame);
        return new ErrorFrame(refusal.Code, refusal.Message) { Re = TypeOf(frame), Room = room, Nonce = nonce, RetryAfter = refusal.RetryAfter, Last = refusal.Last };
    }
}
