using System.Diagnostics;

namespace Chatter.Bench.Comparing;

/// <summary>
/// What was said and who has it: each socket must get every message of its rooms once, those of one speaker in a room in his order. For one thread.
/// </summary>
internal sealed class Ledger(Layout layout)
{
    // As many may be under way at a time: more than any server in working order leaves undelivered.
    private const int Most = 1 << 18;
    private const int MostTroubles = 20;

    private readonly Message[] _messages = new Message[Most];
    private readonly long[] _lastOf = new long[layout.Sockets * layout.RoomsEach * layout.SpeakersOfRoom];
    private readonly long[] _saidBy = new long[layout.Speakers * layout.RoomsEach];
    private readonly ulong[] _orderOf = new ulong[layout.Sockets * layout.RoomsEach];
    private readonly long[] _saidIn = new long[layout.Rooms];
    private readonly List<string> _troubles = [];

    /// <summary>From the send to each receipt.</summary>
    public Histogram Latency { get; } = new();

    public long Sent { get; private set; }

    public long Deliveries { get; private set; }

    /// <summary>Messages that not everybody has.</summary>
    public int UnderWay { get; private set; }

    /// <summary>Why the run is void; empty if it isn't.</summary>
    public IReadOnlyList<string> Troubles => _troubles;

    /// <summary>How many messages were said, by room.</summary>
    public IReadOnlyList<long> SaidIn => _saidIn;

    public void Trouble(string what)
    {
        if (_troubles.Count < MostTroubles) _troubles.Add(what);
    }

    /// <summary>Notes that a socket is about to send the next message.</summary>
    /// <returns>Its number.</returns>
    public long Say(int socket, int room)
    {
        var number = Sent++;
        ref var message = ref _messages[number % Most];
        if (message.Missing > 0) Trouble($"message {number - Most} is still missing somewhere");
        message = new Message(Stopwatch.GetTimestamp(), ++_saidBy[Place(socket, room)], room, layout.Voice(socket)) { Missing = layout.MembersOf(room) };
        _saidIn[room]++;
        UnderWay++;
        return number;
    }

    /// <summary>Notes that a socket got a message.</summary>
    /// <returns>Whether everybody has it now.</returns>
    public bool Receive(int socket, long number, long now)
    {
        if (number < 0 || number >= Sent || number < Sent - Most)
        {
            Trouble($"socket {socket} got message {number}, of {Sent}");
            return false;
        }
        ref var message = ref _messages[number % Most];
        if (!layout.IsIn(socket, message.Room))
        {
            Trouble($"socket {socket} got a message of room {message.Room}");
            return false;
        }
        var place = Place(socket, message.Room);
        ref var last = ref _lastOf[place * layout.SpeakersOfRoom + message.Voice];
        if (message.Nth != last + 1) Trouble($"socket {socket} got {message.Nth} after {last} of one speaker");
        last = message.Nth;
        _orderOf[place] = _orderOf[place] * 31 + (ulong)number + 1;
        Deliveries++;
        Latency.Add(now - message.At);
        if (--message.Missing > 0) return false;
        if (message.Missing == 0) UnderWay--;
        return message.Missing == 0;
    }

    /// <summary>To be called at the end.</summary>
    public void Close(bool oneOrder)
    {
        if (UnderWay > 0) Trouble($"{UnderWay} messages didn't reach everybody");
        if (!oneOrder) return;
        for (var socket = layout.Groups; socket < layout.Sockets; socket++)
        {
            if (!OrdersOf(socket).SequenceEqual(OrdersOf(layout.GroupOf(socket)))) Trouble($"socket {socket} got the messages of a room in another order than the first in it");
        }
    }

    /// <summary>By room, a digest of the order in which a socket got its messages.</summary>
    private ReadOnlySpan<ulong> OrdersOf(int socket) => _orderOf.AsSpan(socket * layout.RoomsEach, layout.RoomsEach);

    /// <summary>Where is noted what a socket has of one of its rooms.</summary>
    private int Place(int socket, int room) => socket * layout.RoomsEach + layout.NumberInGroup(room);

    private record struct Message(long At, long Nth, int Room, int Voice)
    {
        public int Missing { get; set; }
    }
}
