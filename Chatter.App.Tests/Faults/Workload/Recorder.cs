using System.Diagnostics;
using Chatter.App.Tests.Faults.History;

namespace Chatter.App.Tests.Faults.Workload;

/// <summary>Keeps the history of a run, from many threads.</summary>
internal sealed class Recorder
{
    private readonly Lock _lock = new();
    private int _processes;
    private int _acknowledged;
    private int _underWay;
    private long _lastAnswer;

    /// <summary>To be read when nothing is recorded any more.</summary>
    public RunHistory History { get; } = new();

    public static long Now => Stopwatch.GetTimestamp();

    /// <summary>Sends acknowledged so far, repeats included.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Sends that nobody has answered yet.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    public Connection Open(string reader, string user, string session, IReadOnlyDictionary<string, long> resume, string? epoch)
    {
        lock (_lock)
        {
            var connection = new Connection { Process = _processes++, Reader = reader, User = user, Session = session, Opened = Now, Resume = new Dictionary<string, long>(resume), ResumeEpoch = epoch };
            History.Connections.Add(connection);
            return connection;
        }
    }

    public void Add(Operation operation)
    {
        lock (_lock)
        {
            operation.Invoked = Now;
            switch (operation)
            {
                case SendAttempt send:
                    _underWay++;
                    History.Sends.Add(send);
                    break;
                case MembershipAttempt membership:
                    History.Memberships.Add(membership);
                    break;
                case PageRead page:
                    History.Pages.Add(page);
                    break;
            }
        }
    }

    /// <summary>An operation is over: answered, or given up.</summary>
    public void End(Operation operation, Outcome outcome, string? code = null)
    {
        lock (_lock)
        {
            (operation.Completed, operation.Outcome, operation.Code) = (Now, outcome, code);
            if (operation is not SendAttempt) return;
            _underWay--;
            if (outcome != Outcome.Ok) return;
            _acknowledged++;
            _lastAnswer = operation.Completed;
        }
    }

    public void Receive(Connection connection, Received item)
    {
        lock (_lock) connection.Received.Add(item);
    }

    public void Revoked(string session)
    {
        lock (_lock) History.Revocations.Add(new Revocation(session, Now));
    }

    public void Flooded(string user, long from)
    {
        lock (_lock) History.Floods.Add(new Flood(user, from, Now));
    }

    public void Hit(string fault, bool isCrash = false)
    {
        lock (_lock) History.Faults.Add(new FaultHit(fault, Now, isCrash));
    }

    /// <summary>Records the fault only if a send is under way at that moment, so that something is at stake.</summary>
    /// <returns>Whether one was.</returns>
    public bool HitIfBusy(string fault, bool isCrash)
    {
        lock (_lock)
        {
            if (_underWay == 0) return false;
            Hit(fault, isCrash);
            return true;
        }
    }

    /// <summary>The process died by itself: after the last thing that it answered, with the first send after that under way, of which it may have died.</summary>
    public void HitJustNow(string fault)
    {
        lock (_lock)
        {
            var unanswered = History.Sends.Where(send => send.Completed > _lastAnswer).Select(static send => send.Invoked).DefaultIfEmpty(_lastAnswer).Min();
            History.Faults.Add(new FaultHit(fault, Math.Max(_lastAnswer, unanswered) + 1, IsCrash: true));
        }
    }
}
