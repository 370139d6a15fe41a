using System.Diagnostics;
using Chatter.Bench.Comparing;

namespace Chatter.Bench.Storming;

/// <summary>All who come back, on one thread, and how far they are.</summary>
internal sealed class Crowd : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Returner[] _all;
    private readonly int _rooms;
    private int _begun;
    private int _live;
    private int _complete;
    private int _heard;
    private long _since;
    private long _liveAt;
    private long _completeAt;
    private long _heardAt;

    public Crowd(PreparedData data, int port)
    {
        (Port, _rooms, Others) = (port, data.Rooms.Count, data.Tokens.Count / data.Rooms.Count - 1);
        _all = [.. data.Tokens.Select((token, i) => new Returner(data.Rooms[i % _rooms], token, i, this))];
    }

    public Poller Poller { get; } = new();

    public int Port { get; }

    /// <summary>How many share a room with somebody.</summary>
    public int Others { get; }

    /// <summary>How often somebody wasn't let in at once.</summary>
    public int Reconnects { get; set; }

    public List<string> Violations { get; } = [];

    /// <summary>From somebody's own first try to his <c>welcome</c>.</summary>
    public Histogram ToLive { get; } = new();

    /// <summary>From somebody's own first try to the last event that he had missed.</summary>
    public Histogram ToAll { get; } = new();

    public double SecondsToLive => Stopwatch.GetElapsedTime(_since, _liveAt).TotalSeconds;

    public double SecondsToAll => Stopwatch.GetElapsedTime(_since, _completeAt).TotalSeconds;

    public double SecondsToHear => Stopwatch.GetElapsedTime(_since, _heardAt).TotalSeconds;

    public int Heard => _heard;

    public void Violation(string what) => Violations.Add(what);

    /// <summary>Has everybody connect, so many at a time.</summary>
    /// <param name="atATime">How many.</param>
    /// <param name="missed">How many events of his room each has missed.</param>
    /// <param name="mark">What the first of them all is known by; those of a room follow each other.</param>
    /// <returns>Completes when all are live and have all, or too long has passed, which is a violation.</returns>
    public async Task Come(int atATime, int missed, long mark)
    {
        await Poller.Ask(() =>
        {
            (_begun, _live, _complete, _heard, Reconnects) = (0, 0, 0, 0, 0);
            ToLive.Clear();
            ToAll.Clear();
            foreach (var (i, one) in _all.Index()) one.Prepare(missed, mark + (long)(i % _rooms) * missed);
            _since = Stopwatch.GetTimestamp();
            for (var i = 0; i < atATime && i < _all.Length; i++) BeginNext();
            return true;
        });
        if (!await Until(() => _live == _all.Length && (missed == 0 || _complete == _all.Length), Patience)) Violation($"after {Patience} {_live} are live, and {_complete} have all");
    }

    /// <summary>Waits until everybody has been told that the others are there, or too long for that.</summary>
    public Task Hear(TimeSpan limit) => Until(() => _heard == _all.Length, limit);

    /// <summary>All lose their sockets.</summary>
    public Task Lose() => Poller.Ask(() =>
    {
        foreach (var one in _all) one.Lose();
        return true;
    });

    public void Dispose()
    {
        Poller.Dispose();
        foreach (var one in _all) one.Dispose();
    }

    internal void IsLive(long took, long now)
    {
        _live++;
        _liveAt = now;
        ToLive.Add(took);
        BeginNext();
    }

    internal void HasAll(long took, long now)
    {
        _complete++;
        _completeAt = now;
        ToAll.Add(took);
    }

    internal void HasHeard(long now)
    {
        _heard++;
        _heardAt = now;
    }

    private void BeginNext()
    {
        if (_begun < _all.Length) _all[_begun++].Connect(Port);
    }

    private async Task<bool> Until(Func<bool> condition, TimeSpan limit)
    {
        for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < limit; await Task.Delay(20))
            if (await Poller.Ask(condition)) return true;
        return false;
    }
}
