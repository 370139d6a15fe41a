using Chatter.Chat.Client;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.Chat.Tests.Client;

/// <summary>
/// An outbox, a network that loses and delays, and a server that judges as docs/protocol.md §4.1 says. After a cut, frames of the old connection may still
/// reach the server in between those of the new one.
/// </summary>
internal sealed class OutboxWorld(int seed)
{
    private static readonly UserRef Me = new(Frames.Ada.Id, Frames.Ada.Name);

    private readonly Random _random = new(seed);
    private readonly Guid[] _rooms = [Guid.CreateVersion7(), Guid.CreateVersion7()];
    private readonly Outbox _outbox = new(new Random(seed).NextDouble);
    private readonly List<(OutboxEntry Entry, bool Doomed)> _added = [];
    private readonly Dictionary<Guid, List<string>> _logs = [];
    private readonly List<ServerFrame> _answers = [];
    private readonly List<Queue<SendFrame>> _oldWires = [];
    private Queue<SendFrame> _wire = [];
    private TimeSpan _now;
    private bool _healed;

    public void Step(int step)
    {
        switch (step)
        {
            case < 25: Add(); break;
            case < 50: Write(); break;
            case < 70: Serve(_wire, _answers); break;
            case < 88: Answer(); break;
            case < 91: Disconnect(); break;
            case < 95: ServeOldWire(); break;
            default: _now += TimeSpan.FromSeconds(_random.NextDouble() * 4); break;
        }
    }

    /// <summary>From now on nothing goes wrong any more.</summary>
    public void Heal()
    {
        _healed = true;
        for (var turn = 0; _outbox.Count > 0; turn++)
        {
            Assert.True(turn < 10_000, "It doesn't settle.");
            while (Write()) { }
            while (_wire.Count > 0) Serve(_wire, _answers);
            while (_answers.Count > 0) Answer();
            if (_outbox.Count > 0) _now = _outbox.Due() is { } due && due > _now ? due : _now;
        }
    }

    public void Check()
    {
        foreach (var room in _rooms)
        {
            var expected = _added.Where(send => send.Entry.Room == room && !send.Doomed).Select(static send => send.Entry.Nonce);
            Assert.Equal(expected, _logs.GetValueOrDefault(room, []));
        }
        foreach (var (entry, doomed) in _added)
        {
            Assert.True(entry.Completion.IsCompleted);
            Assert.Equal(doomed, entry.Completion.IsFaulted);
            if (!doomed) Assert.Equal(_logs[entry.Room].IndexOf(entry.Nonce) + 1, entry.Completion.Result.Seq);
        }
        Assert.Equal(0, _outbox.InFlight);
    }

    private void Add()
    {
        var room = _rooms[_random.Next(_rooms.Length)];
        var entry = _outbox.Add(room, $"text {_added.Count}", null, $"n{_added.Count}", Frames.At).Value!;
        _added.Add((entry, Doomed: _random.Next(6) == 0));
    }

    private bool Write()
    {
        if (_outbox.Next(_now) is not { } frame) return false;
        Assert.InRange(_outbox.InFlight, 1, Outbox.WidestWindow);
        _wire.Enqueue(frame);
        return true;
    }

    private void Serve(Queue<SendFrame> wire, List<ServerFrame>? answers)
    {
        if (!wire.TryDequeue(out var frame)) return;
        if (Judge(frame) is { } answer) answers?.Add(answer);
    }

    private ServerFrame? Judge(SendFrame frame)
    {
        if (!_logs.TryGetValue(frame.Room, out var log)) _logs.Add(frame.Room, log = []);
        if (Fault(10)) return Frames.Refused(frame, ErrorCodes.RateLimited, _random.NextDouble() * 2);
        var known = log.IndexOf(frame.Nonce!);
        if (known >= 0) return Frames.Sent(frame, known + 1);
        if (Fault(15)) return Frames.Refused(frame, ErrorCodes.Unavailable);
        if (_added.First(send => send.Entry.Nonce == frame.Nonce).Doomed) return Frames.Refused(frame, ErrorCodes.Forbidden);
        if (frame.Prev is not null && !log.Contains(frame.Prev)) return Frames.Refused(frame, ErrorCodes.OutOfOrder);
        log.Add(frame.Nonce!);
        // Committed, but the server doesn't know or its answer is lost.
        if (Fault(15)) return Frames.Refused(frame, ErrorCodes.Unavailable);
        if (Fault(20)) return null;
        return Fault(4) ? Frames.Message(frame.Room, log.Count, frame.Text, frame.Nonce) : Frames.Sent(frame, log.Count);
    }

    /// <summary>Answers come in any order.</summary>
    private void Answer()
    {
        if (_answers.Count == 0) return;
        var index = _random.Next(_answers.Count);
        var answer = _answers[index];
        _answers.RemoveAt(index);
        switch (answer)
        {
            case SentFrame sent: _outbox.Acknowledge(sent, Me); break;
            case RoomEvent @event: _outbox.Acknowledge(@event); break;
            case ErrorFrame error: _outbox.Refuse(error, _now); break;
        }
    }

    private void Disconnect()
    {
        _oldWires.Add(_wire);
        _wire = [];
        _answers.Clear();
        _outbox.Disconnected();
    }

    private void ServeOldWire()
    {
        if (_oldWires.Count > 0) Serve(_oldWires[_random.Next(_oldWires.Count)], answers: null);
    }

    private bool Fault(int oneIn) => !_healed && _random.Next(oneIn) == 0;
}
