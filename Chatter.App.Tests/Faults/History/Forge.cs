namespace Chatter.App.Tests.Faults.History;

/// <summary>Histories by hand: a server that does everything right, of one room. What it recorded can then be spoilt.</summary>
internal sealed class Forge
{
    public const string Room = "garden";

    private readonly List<LogEvent> _log = [];
    private readonly List<(Connection Connection, long From)> _open = [];
    private readonly HashSet<string> _members = [];
    private readonly Dictionary<string, long> _marks = [];
    private long _now;
    private int _process;

    public RunHistory History { get; } = new();

    public IReadOnlyList<LogEvent> Log => _log;

    /// <summary>Two people, each with a device that stayed and one that crashed and resumed, and a repeated nonce: nothing to complain of.</summary>
    public static Forge Good()
    {
        var forge = new Forge();
        forge.Join("ada");
        forge.Join("ben");
        var ada = forge.Connect("ada");
        var ben = forge.Connect("ben");
        forge.Say(ada, "one", "n1");
        forge.Say(ben, "two", "n2", replyTo: forge.Log[^1].Id);
        forge.Say(ada, "three", "n3", prev: "n1");
        forge.Crash(inFlight: true);
        forge.Cut(ben);
        forge.Say(ada, "four", "n4");
        var again = forge.Connect("ben", resume: true);
        forge.Repeat(again, "n2");
        forge.Page("ada", 0);
        forge.Leave("ben");
        forge.Say(ada, "five", "n5");
        forge.Join("ben");
        forge.Say(again, "six", "n6");
        return forge;
    }

    public void Join(string user)
    {
        var attempt = new MembershipAttempt { Process = -1, User = user, Room = Room, Invoked = ++_now, Joins = true, IsNew = true, Outcome = Outcome.Ok };
        foreach (var (connection, _) in _open.Where(o => o.Connection.User == user).ToArray()) connection.Received.Add(new Received(ReceivedKind.Subscribed, Room, ++_now, Last: _log.Count));
        _members.Add(user);
        _marks[user] = _log.Count;
        attempt.Seq = Append("joined", users: user).Seq;
        attempt.Completed = ++_now;
        History.Memberships.Add(attempt);
    }

    public void Leave(string user)
    {
        History.Memberships.Add(new MembershipAttempt { Process = -1, User = user, Room = Room, Invoked = ++_now, Joins = false, Outcome = Outcome.Ok });
        Append("left", users: user);
        _members.Remove(user);
        foreach (var (connection, _) in _open.Where(o => o.Connection.User == user)) connection.Received.Add(new Received(ReceivedKind.Unsubscribed, Room, ++_now, Reason: "left"));
        History.Memberships[^1].Completed = ++_now;
    }

    /// <summary>A device of that user; one that resumes goes on where his last one was cut.</summary>
    public Connection Connect(string user, bool resume = false, long? from = null, string epoch = "e")
    {
        var cursor = from ?? History.Connections.Where(c => c.User == user).SelectMany(static c => c.Received).Max(static r => r.Event?.Seq ?? r.Last as long?) ?? 0;
        var connection = new Connection
        {
            Process = ++_process,
            Reader = $"{user}'s",
            User = user,
            Session = $"{user}'s session",
            Opened = ++_now,
            Epoch = "e",
            Resume = resume ? new() { [Room] = cursor } : [],
            ResumeEpoch = resume ? epoch : null,
        };
        connection.Received.Add(new Received(ReceivedKind.Entry, Room, ++_now, Last: _log.Count, Read: _marks[user]));
        if (resume && epoch == "e" && cursor <= _log.Count)
            foreach (var item in _log.Skip((int)cursor)) connection.Received.Add(new Received(ReceivedKind.Event, Room, ++_now, Event: item));
        else if (resume) connection.Received.Add(new Received(ReceivedKind.Reset, Room, ++_now, Last: _log.Count, Reason: epoch == "e" ? "ahead" : "epoch"));
        _open.Add((connection, cursor));
        History.Connections.Add(connection);
        return connection;
    }

    public void Cut(Connection connection) => _open.RemoveAll(o => o.Connection == connection);

    public SendAttempt Say(Connection connection, string text, string nonce, string? prev = null, string? replyTo = null)
    {
        var send = Attempt(connection, text, nonce, prev, replyTo);
        var item = Append("message", connection.User, text, nonce, replyTo);
        _marks[connection.User] = item.Seq;
        return Answer(send, item);
    }

    public SendAttempt Repeat(Connection connection, string nonce)
    {
        var item = _log.Single(e => e.Nonce == nonce);
        return Answer(Attempt(connection, item.Text!, nonce, null, item.ReplyTo), item);
    }

    public SendAttempt Refused(Connection connection, string text, string nonce, string code)
    {
        var send = Attempt(connection, text, nonce, null, null);
        (send.Completed, send.Outcome, send.Code) = (++_now, Outcome.Refused, code);
        return send;
    }

    public PageRead Page(string user, long after)
    {
        var page = new PageRead { Process = -1, Reader = $"{user}'s", User = user, Room = Room, After = after, Invoked = ++_now, Outcome = Outcome.Ok, First = 1, Last = _log.Count, Events = [.. _log.Skip((int)after)] };
        page.Completed = ++_now;
        History.Pages.Add(page);
        return page;
    }

    public void Crash(bool inFlight)
    {
        if (inFlight) History.Sends[^1].Completed = ++_now + 1;
        History.Faults.Add(new FaultHit("kill", _now++, IsCrash: true));
    }

    /// <summary>Reads everything once more and closes the book.</summary>
    public RunHistory Finish()
    {
        foreach (var (connection, _) in _open) connection.LiveAtEnd = true;
        History.Final = new FinalState
        {
            ByHistory = new() { [Room] = [.. _log] },
            ByResume = new() { [Room] = [.. _log] },
            Stored = new() { [Room] = [.. _log] },
            Rooms = new() { [Room] = new StoredRoom(_log.Count, _log.Count(static e => e.Kind == "message"), _members.Count, [.. _members]) },
            Nonces = [.. _log.Where(static e => e.Nonce is not null).Select(static e => new NonceRow(Room, e.From!, e.Nonce!, e.Seq))],
            Entries = [.. _members.Select(user => new FinalEntry(user, Room, _log.Count, _marks[user], _log.Count(e => e.Kind == "message" && e.Seq > _marks[user] && e.From != user), _members.Count))],
        };
        (History.Before, History.After) = (new Resources(100, 30, 100_000_000, 0), new Resources(110, 40, 120_000_000, 1_000_000));
        History.Evidence = new Evidence(5, 1, 1, ["kill"]);
        return History;
    }

    private SendAttempt Attempt(Connection connection, string text, string nonce, string? prev, string? replyTo)
    {
        var send = new SendAttempt { Process = connection.Process, User = connection.User, Room = Room, Invoked = ++_now, Nonce = nonce, Text = text, Prev = prev, ReplyTo = replyTo };
        History.Sends.Add(send);
        return send;
    }

    private SendAttempt Answer(SendAttempt send, LogEvent item)
    {
        (send.Completed, send.Outcome, send.Seq, send.Event) = (++_now, Outcome.Ok, item.Seq, item.Id);
        return send;
    }

    private LogEvent Append(string kind, string? from = null, string? text = null, string? nonce = null, string? replyTo = null, string? users = null)
    {
        var item = new LogEvent(_log.Count + 1, $"id{_log.Count + 1}", 1_000 + _log.Count, kind, from, text, nonce, replyTo, users);
        _log.Add(item);
        foreach (var (connection, _) in _open.Where(o => _members.Contains(o.Connection.User))) connection.Received.Add(new Received(ReceivedKind.Event, Room, ++_now, Event: item));
        return item;
    }
}
