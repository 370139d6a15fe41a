using Chatter.Chat.Protocol;

namespace Chatter.Chat.Client;

/// <summary>
/// All that outlives a connection, under one lock: what was received (cursors), what is to be sent (outbox, requests, notices). The reader brings frames in,
/// the writer takes frames out, callers add; nothing here waits or calls back.
/// </summary>
internal sealed class Ledger
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly Cursors _cursors = new();
    private readonly Outbox _outbox = new(Random.Shared.NextDouble);
    private readonly Changes _changes = new(Random.Shared.NextDouble);
    private readonly Requests _requests = new(Random.Shared.NextDouble);
    private readonly Notices _notices = new();
    private readonly Signal _changed = new();
    private Func<Exception>? _ended;
    private bool _welcomed;
    private bool _pingDue;
    private UserInfo? _user;

    public Ledger(TimeProvider time) => (_time, _start) = (time, time.GetTimestamp());

    /// <summary>Set when the writer has reason to look again.</summary>
    public Signal Changed => _changed;

    public TimeSpan Now => _time.GetElapsedTime(_start);

    public UserInfo? User => Locked(() => _user);

    public string? Epoch => Locked(() => _cursors.Epoch);

    /// <summary>Whether somebody waits for an answer that only the reader can bring.</summary>
    public bool AwaitsAnswers => Locked(() => _outbox.Count > 0 || _changes.Count > 0 || _requests.Count > 0);

    /// <summary>Whether a send is on the wire, so that closing now would leave its outcome unknown.</summary>
    public bool HasSendsInFlight => Locked(() => _outbox.InFlight > 0 || _changes.InFlight > 0);

    public Outcome<OutboxEntry> Send(Guid room, string text, Guid? replyTo, string nonce, IReadOnlyList<AttachmentInfo>? attachments)
    {
        lock (_gate)
        {
            ThrowIfEnded();
            var outcome = _outbox.Add(room, text, replyTo, nonce, _time.GetUtcNow(), attachments);
            _changed.Set();
            return outcome;
        }
    }

    public bool TryWithdraw(OutboxEntry entry) => Locked(() => _outbox.TryWithdraw(entry));

    public IReadOnlyList<PendingSend> Outbox(Guid room) => Locked(() => _outbox.Of(room));

    public Outcome<Task<SentFrame>> Change(ChangeFrame change)
    {
        lock (_gate)
        {
            ThrowIfEnded();
            var outcome = _changes.Add(change);
            _changed.Set();
            return outcome;
        }
    }

    public Outcome<Task<HistoryFrame>> Request(HistoryRequest request)
    {
        lock (_gate)
        {
            ThrowIfEnded();
            var outcome = _requests.Add(request);
            _changed.Set();
            return outcome;
        }
    }

    public void CancelRequest(string nonce, CancellationToken cancel)
    {
        lock (_gate) _requests.Cancel(nonce, cancel);
    }

    public void MarkRead(Guid room, long seq, bool back)
    {
        lock (_gate) _notices.MarkRead(room, seq, back);
        _changed.Set();
    }

    public void Type(Guid room)
    {
        lock (_gate)
        {
            if (!_welcomed) return;
            _notices.Type(room, Now);
        }
        _changed.Set();
    }

    public void SetPresence(string status)
    {
        lock (_gate) _notices.SetPresence(status);
        _changed.Set();
    }

    public void Ping()
    {
        lock (_gate) _pingDue = true;
        _changed.Set();
    }

    /// <summary>Begins a connection.</summary>
    public HelloFrame Hello(string token)
    {
        lock (_gate)
        {
            var (resume, epoch) = _cursors.Hello();
            return new HelloFrame { Token = token, Resume = resume, Epoch = epoch };
        }
    }

    /// <summary>Ends a connection. Until the next <c>welcome</c> there is nothing to be written.</summary>
    public void Disconnected()
    {
        lock (_gate)
        {
            _welcomed = _pingDue = false;
            _outbox.Disconnected();
            _changes.Disconnected();
            _requests.Disconnected();
            _notices.Disconnected();
        }
    }

    /// <summary>The next frame to be written, or null, and then when to look again though nothing changes.</summary>
    public (ClientFrame? Frame, TimeSpan? Due) Next()
    {
        lock (_gate)
        {
            if (!_welcomed) return (null, null);
            if (_pingDue)
            {
                _pingDue = false;
                return (new PingFrame(), null);
            }
            var now = Now;
            // Sends come before pages: while it answers a page the server doesn't read on.
            ClientFrame? next = _notices.Next(now);
            next ??= _outbox.Next(now);
            next ??= _changes.Next(now);
            next ??= _requests.Next(now);
            return next is not null ? (next, null) : (null, Earliest(_notices.Due(), _outbox.Due(), _changes.Due(), _requests.Due()));
        }
    }

    /// <summary>A frame came in. What is to be passed on because of it is added to <paramref name="deliver"/>.</summary>
    /// <returns>False where events are missing before it.</returns>
    public bool Apply(ServerFrame frame, List<ServerFrame> deliver)
    {
        lock (_gate)
        {
            if (frame is WelcomeFrame welcome)
            {
                _user = welcome.User;
                _welcomed = true;
                _notices.Entered(welcome.Rooms);
                _changed.Set();
            }
            else if (frame is RoomsFrame rooms)
            {
                _notices.Entered(rooms.Rooms);
                _changed.Set();
            }
            return Answer(frame) || _cursors.Apply(frame, deliver);
        }
    }

    /// <summary>As <see cref="Apply"/>, but only for what answers somebody: nothing moves and nothing is passed on.</summary>
    public void ApplyAnswer(ServerFrame frame)
    {
        lock (_gate) Answer(frame);
    }

    /// <summary>Everything that waits fails, and whatever is asked from now on.</summary>
    public void End(Func<Exception> reason)
    {
        lock (_gate)
        {
            if (_ended is not null) return;
            _ended = reason;
            _outbox.Fail(reason);
            _changes.Fail(reason);
            _requests.Fail(reason);
        }
    }

    public void ThrowIfEnded()
    {
        if (_ended is { } reason) throw reason();
    }

    /// <returns>True where the frame answered a call, and is of nobody else's concern.</returns>
    private bool Answer(ServerFrame frame)
    {
        switch (frame)
        {
            case SentFrame sent:
                _outbox.Acknowledge(sent, Me);
                _changes.Acknowledge(sent);
                break;
            case RoomEvent { Nonce: not null } @event when @event.From?.Id == _user?.Id:
                _outbox.Acknowledge(@event);
                _changes.Acknowledge(@event);
                break;
            case ErrorFrame error:
                _notices.Refuse(error, Now);
                _changed.Set();
                return error.Re switch
                {
                    "history" => _requests.Refuse(error, Now),
                    "edit" or "delete" or "react" => _changes.Refuse(error, Now),
                    _ => _outbox.Refuse(error, Now),
                };
            case HistoryFrame page:
                _requests.Answer(page);
                _changed.Set();
                return true;
            case PongFrame:
                return true;
            default:
                // A type that isn't known here arrives as the base.
                return frame.GetType() == typeof(ServerFrame);
        }
        _changed.Set();
        return false;
    }

    private UserRef? Me => _user is null ? null : new UserRef(_user.Id, _user.Name);

    private static TimeSpan? Earliest(params ReadOnlySpan<TimeSpan?> times)
    {
        TimeSpan? earliest = null;
        foreach (var time in times)
        {
            if (time is not null && (earliest is null || time < earliest)) earliest = time;
        }
        return earliest;
    }

    private T Locked<T>(Func<T> get)
    {
        lock (_gate) return get();
    }
}
