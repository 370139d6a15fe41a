using System.Text.Json;
using Chatter.App.Tests.Faults.History;

namespace Chatter.App.Tests.Faults.Workload;

/// <summary>
/// One device of somebody. It keeps what docs/protocol.md §1 asks of a client, a number for each room and the sends that aren't acknowledged, and records
/// all it does and gets. What it does is drawn (<c>Talker.Deeds.cs</c>); how long it takes is the machine's.
/// </summary>
internal sealed partial class Talker(World world, Person person, int number, Random random) : IAsyncDisposable
{
    private const int UnderWayAtOnce = 8;

    /// <summary>Who waits for something and hears nothing for so long takes the connection for dead.</summary>
    private static readonly TimeSpan SilentFor = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _cursors = [];
    private readonly List<Pending> _pending = [];
    private readonly Dictionary<string, SendAttempt> _underWay = [];
    private readonly Dictionary<string, (PageRead Read, TaskCompletionSource Done)> _pages = [];
    private readonly List<(string Room, long From, long To)> _toPage = [];
    private readonly Dictionary<string, string> _latest = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _welcome;
    private ChatSocket? _socket;
    private Connection? _connection;
    private string? _epoch;
    private (string Name, string Token)? _own;
    private int _sessions;

    public string Reader { get; } = $"{person.Name}/{number}";

    /// <summary>The pause between two deeds, at most.</summary>
    public TimeSpan Pace { get; init; } = TimeSpan.FromMilliseconds(10);

    public Connection? Connection => _connection;

    private Recorder Recorder => world.Recorder;

    /// <summary>Does this and that until it is enough.</summary>
    public async Task Talk(CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            try
            {
                await EnsureOpen(enough);
                await SendAgain();
                if (Is(() => _pending.Exists(static p => !p.UnderWay))) await Changed(TimeSpan.FromMilliseconds(50), enough);
                else await Deed(enough);
                await Task.Delay(Pace * random.NextDouble(), enough);
            }
            catch (Exception e) when (Trouble.IsOfTheConnection(e))
            {
                if (enough.IsCancellationRequested) return;
                await Drop();
                await BackOff();
            }
        }
    }

    /// <summary>Begins at these cursors, as one that saw nothing before.</summary>
    public void ResumeFrom(IEnumerable<string> rooms, long seq, string epoch)
    {
        _epoch = epoch;
        foreach (var room in rooms) _cursors[room] = seq;
    }

    /// <summary>Connects, and repeats what wasn't acknowledged until it is known what became of it.</summary>
    public Task Settle(CancellationToken cancel) => Reach(() => _pending.Count == 0 && _underWay.Count == 0, cancel);

    /// <summary>Stays connected until it has all of these rooms' events, and has paged what a <c>reset</c> left out.</summary>
    /// <param name="ends">The last seq of each room.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="areAll">Whether these are all the rooms that this user is a member of, so that it must have heard of the end of every other.</param>
    public Task CatchUp(IReadOnlyDictionary<string, long> ends, CancellationToken cancel, bool areAll = false) => Reach(
        () => _toPage.Count == 0 && _pages.Count == 0 && ends.All(end => _cursors.GetValueOrDefault(end.Key, -1) >= end.Value) && (!areAll || _cursors.Keys.All(ends.ContainsKey)), cancel);

    /// <summary>Pages a room's log from behind a seq up to another.</summary>
    /// <returns>How far it came: less where he may not read it, or the store doesn't answer.</returns>
    public async Task<(long Reached, bool IsRefused)> PageThrough(string room, long after, long to, CancellationToken cancel)
    {
        while (after < to)
        {
            var page = await Page(room, after, cancel);
            if (page.Outcome != Outcome.Ok || page.Events.Count == 0) return (after, page.Outcome == Outcome.Refused);
            after = page.Events[^1].Seq;
        }
        return (after, false);
    }

    public async Task EnsureOpen(CancellationToken cancel)
    {
        if (_socket is { IsOpen: true }) return;
        await Drop();
        await Open(lie: null, cancel);
    }

    public async ValueTask DisposeAsync() => await Drop();

    private async Task Reach(Func<bool> condition, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await EnsureOpen(cancel);
                _socket!.ReadAgain();
                await SendAgain();
                await PageWhatWasLeftOut(cancel);
                if (Is(condition)) return;
                if (!await Changed(SilentFor, cancel)) throw new LostException("The server says nothing.");
            }
            catch (Exception e) when (Trouble.IsOfTheConnection(e))
            {
                await Drop();
                if (!cancel.IsCancellationRequested) await BackOff();
            }
        }
    }

    private async Task Open(Func<Dictionary<string, long>, string?>? lie, CancellationToken cancel)
    {
        Dictionary<string, long> resume;
        lock (_lock) resume = new Dictionary<string, long>(_cursors);
        var epoch = lie is null ? _epoch : lie(resume) ?? _epoch;
        if (epoch is null) resume.Clear();
        _welcome = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _connection = Recorder.Open(Reader, person.Id, _own?.Name ?? person.Name, resume, resume.Count > 0 ? epoch : null);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(World.AnswerWithin);
        _socket = await ChatSocket.Open(world, Receive, limit.Token);
        var token = _own?.Token ?? person.Token;
        await _socket.Send(resume.Count > 0 ? new { type = "hello", token, resume, epoch } : (object)new { type = "hello", token }, limit.Token);
        await Task.WhenAny(_welcome.Task, _socket.Closed).WaitAsync(limit.Token);
        if (_welcome.Task.IsCompleted) return;
        // Perhaps its session is gone.
        _own = null;
        throw new LostException("Closed before welcome.");
    }

    /// <summary>Gives the connection up: what was under way on it may have happened or not.</summary>
    private async Task Drop()
    {
        if (_socket is { } socket) await socket.DisposeAsync();
        _socket = null;
        lock (_lock)
        {
            foreach (var pending in _pending) pending.UnderWay = false;
            foreach (var attempt in _underWay.Values)
            {
                Recorder.End(attempt, Outcome.Unknown, "lost");
                FindOut(attempt);
            }
            _underWay.Clear();
            foreach (var (read, done) in _pages.Values)
            {
                Recorder.End(read, Outcome.Unknown, "lost");
                done.TrySetResult();
            }
            _pages.Clear();
        }
    }

    private Task BackOff() => Task.Delay(random.Next(20, 150), CancellationToken.None);

    /// <summary>Waits until something came, for so long at most.</summary>
    private async Task<bool> Changed(TimeSpan limit, CancellationToken cancel)
    {
        Task changed;
        lock (_lock) changed = _changed.Task;
        var first = await Task.WhenAny(changed, _socket!.Closed, Task.Delay(limit, cancel));
        cancel.ThrowIfCancellationRequested();
        if (first != changed && !_socket.IsOpen) throw new LostException("The socket is closed.");
        return first == changed;
    }

    private bool Is(Func<bool> condition)
    {
        lock (_lock) return condition();
    }

    private void Signal()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>On the socket's receiving task, one frame after the other.</summary>
    private void Receive(JsonElement frame)
    {
        var connection = _connection!;
        lock (_lock)
        {
            switch (frame.Text("type"))
            {
                case "welcome":
                    (connection.Epoch, _epoch) = (frame.Text("epoch"), frame.Text("epoch"));
                    Enter(connection, frame.GetProperty("rooms"));
                    _welcome!.TrySetResult();
                    break;
                case "subscribed":
                    var subscribed = frame.GetProperty("entry").Entry(ReceivedKind.Subscribed);
                    Recorder.Receive(connection, subscribed);
                    _cursors[subscribed.Room] = subscribed.Last;
                    break;
                case "event":
                    var item = frame.Event();
                    var room = frame.Text("room");
                    Recorder.Receive(connection, new Received(ReceivedKind.Event, room, Recorder.Now, Event: item));
                    _cursors[room] = item.Seq;
                    if (item.Kind == "message") _latest[room] = item.Id;
                    break;
                case "reset":
                    Reset(connection, frame);
                    break;
                case "unsubscribed":
                    Recorder.Receive(connection, new Received(ReceivedKind.Unsubscribed, frame.Text("room"), Recorder.Now, Reason: frame.Text("reason")));
                    _cursors.Remove(frame.Text("room"));
                    break;
                case "sent" or "error":
                    Answered(frame);
                    break;
                case "history":
                    Paged(frame);
                    break;
            }
            Signal();
        }
    }

    private void Enter(Connection connection, JsonElement entries)
    {
        var rooms = entries.EnumerateArray().Select(static e => e.Entry(ReceivedKind.Entry)).ToList();
        foreach (var left in _cursors.Keys.Except(rooms.Select(static r => r.Room)).ToArray()) _cursors.Remove(left);
        foreach (var entry in rooms)
        {
            Recorder.Receive(connection, entry);
            _cursors[entry.Room] = connection.Resume.GetValueOrDefault(entry.Room, entry.Last);
        }
    }

    private void Reset(Connection connection, JsonElement frame)
    {
        var reset = new Received(ReceivedKind.Reset, frame.Text("room"), Recorder.Now, frame.Number("first"), frame.Number("last"), Reason: frame.Text("reason"));
        Recorder.Receive(connection, reset);
        _cursors[reset.Room] = reset.Last;
        if (reset.Reason == "behind") _toPage.Add((reset.Room, connection.Resume[reset.Room], reset.Last));
    }

    /// <summary>A send that isn't acknowledged; its place in the list is its order.</summary>
    private sealed class Pending(Said said)
    {
        public Said Said => said;

        public bool UnderWay { get; set; }

        /// <summary>Not again before then: what was just refused for a while isn't asked for at once.</summary>
        public long NotBefore { get; set; }
    }
}
