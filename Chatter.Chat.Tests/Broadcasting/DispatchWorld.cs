using Chatter.Chat.Broadcasting;
using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Chatter.Chat.Tests.Broadcasting;

/// <summary>
/// A dispatch loop whose thread is the test's, rooms with tails of a few events, a store that answers when it is told to, and wires that take bytes when
/// they are told to. Whatever else runs at the same time in a server (commits, joins, welcomes, pages read) is one step here, so that every order of
/// them can be drawn and drawn again.
/// </summary>
internal sealed class DispatchWorld : IDisposable
{
    /// <summary>Bytes of answers that a socket may have under way.</summary>
    public const int AnswerLimit = 65_536;

    private const int TailEvents = 4;
    private const int PageEvents = 3;

    private readonly List<Room> _rooms = [];
    private readonly Queue<(Guid Room, long After, Action<IReadOnlyList<TailEvent>?> Arrived)> _reads = new();
    private readonly Queue<(Room Room, Guid User, long Seq)> _joinings = new();
    private readonly List<Peer> _peers = [];
    private readonly DispatchLoop _loop;
    private int _pins;

    public DispatchWorld(int users, int rooms)
    {
        Users = [.. Enumerable.Range(0, users).Select(static _ => Guid.CreateVersion7())];
        _loop = new DispatchLoop(0, new SocketSettings(), 100, (_, room, after, arrived) => _reads.Enqueue((room, after, arrived)), Unpin, static e => throw e, Measurements.Nobodys, NullLogger.Instance);
        for (var i = 0; i < rooms; i++)
        {
            var tail = new RoomTail(Guid.CreateVersion7(), 0, TailEvents, 1, (_, it) => _loop.RoomChanged(it));
            Assert.True(tail.Pin());
            _rooms.Add(new Room(tail));
        }
    }

    public IReadOnlyList<Guid> Users { get; }

    public IReadOnlyList<Peer> Peers => _peers;

    public void Dispose() => _loop.Dispose();

    public void Say(int room) => Append(_rooms[room], EventKinds.Message, Guid.Empty);

    /// <summary>Committed, but what told of it was lost: only its number comes, later.</summary>
    public void SayUnheard(int room) => Append(_rooms[room], EventKinds.Message, Guid.Empty, offered: false);

    public void Announce(int room) => _rooms[room].Tail.Announce(_rooms[room].Log.Count);

    public void Trim(int room) => _rooms[room].Tail.Trim();

    public void Join(int room, int user)
    {
        var it = _rooms[room];
        if (!it.Members.TryAdd(Users[user], it.Log.Count + 1)) return;
        Append(it, EventKinds.Joined, Users[user]);
        _joinings.Enqueue((it, Users[user], it.Log.Count));
    }

    public void Leave(int room, int user)
    {
        if (_rooms[room].Members.Remove(Users[user])) Append(_rooms[room], EventKinds.Left, Users[user]);
    }

    /// <summary>The oldest join is told to those of the user's sockets that are open by now.</summary>
    public void TellJoin()
    {
        if (!_joinings.TryDequeue(out var joining)) return;
        var announcement = WireFrame.Encode(new SubscribedFrame(joining.Room.Tail.Room, Entry(joining.Room, joining.Seq - 1)));
        foreach (var peer in _peers)
        {
            if (peer.User != joining.User || peer.Gone) continue;
            var subscription = Pinned(joining.Room, joining.Seq - 1, joining.Seq, announcement);
            peer.Told.Add((joining.Room, joining.Seq));
            _loop.Do(() => _loop.Subscribe(peer.Socket, subscription));
        }
    }

    public void Open(int user)
    {
        var peer = new Peer(Users[user], _loop);
        _peers.Add(peer);
        _loop.Do(() => _loop.Add(peer.Socket));
    }

    /// <summary>What <c>welcome</c> says is read from the store.</summary>
    /// <param name="number">Which socket.</param>
    /// <param name="resume">How far behind the end the client is, as far as its rooms go.</param>
    public void Look(int number, int resume)
    {
        if (Find(number) is not { Welcome: null } peer) return;
        peer.Welcome = [];
        foreach (var room in _rooms)
            if (room.Members.TryGetValue(peer.User, out var since)) peer.Welcome.Add(room, (Math.Max(0, room.Log.Count - resume), since));
        peer.Subscriptions = [.. peer.Welcome.Select(at => Pinned(at.Key, at.Value.Seq, at.Value.Since, null))];
        foreach (var room in peer.Welcome.Keys) room.Tail.Announce(room.Log.Count);
    }

    public void Welcome(int number)
    {
        // Also of a socket that is gone meanwhile.
        if (_peers.Count == 0 || _peers[number % _peers.Count] is not { Subscriptions: { } subscriptions } peer) return;
        peer.Subscriptions = null;
        _loop.Do(() => _loop.Welcome(peer.Socket, subscriptions));
    }

    /// <summary>What nobody needs: somebody types in that room, has come, and has read on elsewhere.</summary>
    public void Whisper(int room)
    {
        var stranger = new UserRef(Guid.CreateVersion7(), "stranger");
        var id = _rooms[room].Tail.Room;
        _loop.Do(() => _loop.Tell(id, WireFrame.Encode(new TypingFrame(id, stranger)), new HashSet<Guid> { stranger.Id }));
        _loop.Do(() => _loop.TellPresence(new Dictionary<Guid, List<ChangedPresence>> { [id] = [new ChangedPresence(new UserPresence(stranger.Id, PresenceStatus.Online), new HashSet<Guid>())] }));
        foreach (var peer in _peers) _loop.Do(() => DispatchLoop.TellIfIdle(peer.Socket, WireFrame.Encode(new ReadFrame(id, 1, 0))));
    }

    /// <summary>What of them a socket's wire took.</summary>
    public IReadOnlyList<string> Whispers(int number)
    {
        var got = Peers[number].Wire.Read();
        return [.. _rooms.SelectMany(room => got.Of(room.Tail.Room.ToString())).Where(static frame => frame is "typing" or "read"), .. got.Of("presence")];
    }

    public void Answer(int number)
    {
        if (Find(number) is { } peer) peer.Socket.Post(new PongFrame { Nonce = $"{peer.Answers++}" });
    }

    public void Close(int number)
    {
        if (Find(number) is not { } peer) return;
        peer.Socket.Close(CloseCodes.GoingAway);
        peer.Ended = true;
    }

    /// <summary>The connection is over, for whatever reason.</summary>
    public void Remove(int number)
    {
        if (Find(number) is not { } peer) return;
        (peer.Gone, peer.Ended) = (true, true);
        _loop.Do(() => _loop.Remove(peer.Socket, static () => { }));
    }

    public void Wire(int number, WireStep step)
    {
        if (Find(number) is not { } peer) return;
        peer.Ended |= step == WireStep.Break;
        peer.Wire.Do(step);
    }

    /// <summary>The store answers the oldest read, or fails at it.</summary>
    public void GivePage(bool fails)
    {
        if (!_reads.TryDequeue(out var read)) return;
        var log = _rooms.Find(room => room.Tail.Room == read.Room)!.Log;
        read.Arrived(fails ? null : [.. log.Skip((int)read.After).Take(PageEvents)]);
    }

    public void Turn() => _loop.Turn();

    /// <summary>Everything that was to happen happens, then nothing is left to do.</summary>
    public void Heal()
    {
        for (var i = 0; i < _peers.Count; i++)
        {
            Look(i, 0);
            Welcome(i);
            _peers[i].Wire.Do(WireStep.Take);
        }
        while (_joinings.Count > 0) TellJoin();
        for (var i = 0; i < _rooms.Count; i++) Announce(i);
        for (var turns = 0; _loop.Waiting > 0 || _reads.Count > 0; turns++)
        {
            Assert.True(turns < 10_000, "The loop doesn't come to rest.");
            Turn();
            GivePage(fails: false);
        }
    }

    /// <summary>Every socket has what the model says: all of it where it is still open, else the beginning of it.</summary>
    public void Check()
    {
        foreach (var peer in _peers)
        {
            var got = peer.Wire.Read();
            Assert.Equal(Enumerable.Range(0, peer.Ended ? got.Of("pong").Count : peer.Answers), got.Of("pong").Select(int.Parse));
            foreach (var room in _rooms)
            {
                var expected = Expected(peer, room);
                var actual = got.Of(room.Tail.Room.ToString());
                Assert.Equal(peer.Ended ? expected.Take(actual.Count) : expected, actual);
            }
        }
    }

    /// <summary>Lets all sockets go: no tail is held by anybody.</summary>
    public void End()
    {
        for (var i = 0; i < _peers.Count; i++) Remove(i);
        Turn();
        Assert.Equal(0, _pins);
    }

    private static RoomEntry Entry(Room room, long last) =>
        new(new RoomInfo(room.Tail.Room, "room", false, 1, DateTimeOffset.UnixEpoch), Roles.Member, 1, last, last, 0);

    /// <summary>The membership that <c>welcome</c> showed, from where the client resumed, then each that was told and is newer, each to its end.</summary>
    private static List<string> Expected(Peer peer, Room room)
    {
        var expected = new List<string>();
        var since = 0L;
        if (peer.Welcome is null) return expected;
        if (peer.Welcome.TryGetValue(room, out var at))
        {
            since = at.Since;
            AddUntilLeft(at.Seq + 1);
        }
        foreach (var (_, joined) in peer.Told.Where(told => told.Room == room && told.Seq > at.Since))
        {
            since = joined;
            expected.Add("subscribed");
            AddUntilLeft(joined);
        }
        return expected;

        void AddUntilLeft(long first)
        {
            foreach (var item in room.Log.Skip((int)first - 1))
            {
                expected.Add($"{item.Seq}");
                if (item.Seq <= since || !item.Ends(peer.User)) continue;
                expected.Add("unsubscribed");
                return;
            }
        }
    }

    private static void Append(Room room, string kind, Guid user, bool offered = true)
    {
        var item = new TailEvent(new RoomEvent(room.Tail.Room, room.Log.Count + 1, Guid.CreateVersion7(), DateTimeOffset.UnixEpoch, kind) { Users = [new UserRef(user, "user")] });
        room.Log.Add(item);
        if (offered) room.Tail.Offer(item);
    }

    private Subscription Pinned(Room room, long seq, long since, byte[]? announcement)
    {
        _pins++;
        return new Subscription(room.Tail, seq, since, announcement);
    }

    private void Unpin(RoomTail tail) => _pins--;

    private Peer? Find(int number) => _peers.Count == 0 || _peers[number % _peers.Count].Gone ? null : _peers[number % _peers.Count];

    internal sealed record Room(RoomTail Tail)
    {
        public List<TailEvent> Log { get; } = [];

        /// <summary>User → the seq of his joined.</summary>
        public Dictionary<Guid, long> Members { get; } = [];
    }

    internal sealed class Peer
    {
        public Peer(Guid user, DispatchLoop loop)
        {
            User = user;
            Wire = new StubbornWire();
            Socket = new OutboundSocket(Wire, null, static () => { }, AnswerLimit) { Loop = loop };
            Socket.Identify(user, Guid.CreateVersion7());
        }

        public Guid User { get; }

        public OutboundSocket Socket { get; }

        public StubbornWire Wire { get; }

        /// <summary>Room → where it was resumed, and the membership that was shown.</summary>
        public Dictionary<Room, (long Seq, long Since)>? Welcome { get; set; }

        /// <summary>Read, but not given to the loop yet.</summary>
        public List<Subscription>? Subscriptions { get; set; }

        public List<(Room Room, long Seq)> Told { get; } = [];

        public int Answers { get; set; }

        /// <summary>It needn't get everything any more.</summary>
        public bool Ended { get; set; }

        public bool Gone { get; set; }
    }
}
