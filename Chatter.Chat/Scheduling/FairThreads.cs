using System.Diagnostics.CodeAnalysis;

namespace Chatter.Chat.Scheduling;

/// <summary>
/// A few threads with a bounded queue before them, for what blocks or costs processor and must not take the pool's threads from the messages. Users take turns, each with at most a
/// third of the threads and a quarter of the queue; the server's own work, of nobody (<see cref="Guid.Empty"/>), has its turns and no such bound.
/// </summary>
/// <remarks>
/// There may be a second lane, for what everybody begins with: each lane has a thread that the other can't have (where there are two threads), so that one is served however much waits in the other.
/// </remarks>
internal sealed class FairThreads<TJob>
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(5);

    private readonly object _lock = new(); // A monitor, since threads wait on it.
    private readonly Action<int, TJob> _work;
    private readonly Lane[] _lanes;
    private readonly Thread[] _threads;
    private uint _turn;
    private bool _stopping;

    /// <param name="name">What the threads are called.</param>
    /// <param name="threads">How many there are.</param>
    /// <param name="waiting">Jobs that may wait, in each lane.</param>
    /// <param name="work">Does a job, on the thread of that number. It doesn't throw.</param>
    /// <param name="hasFirstLane">Whether there is a lane for what everybody begins with.</param>
    public FairThreads(string name, int threads, int waiting, Action<int, TJob> work, bool hasFirstLane = false)
    {
        _work = work;
        _lanes = [.. Enumerable.Range(0, hasFirstLane ? 2 : 1).Select(_ => new Lane(threads, hasFirstLane ? Math.Max(1, threads - 1) : threads, waiting))];
        _threads = [.. Enumerable.Range(0, threads).Select(i => new Thread(() => Work(i)) { IsBackground = true, Name = $"{name} {i}" })];
        foreach (var thread in _threads) thread.Start();
    }

    /// <summary>Jobs that wait for a thread.</summary>
    public int Count => _lanes.Sum(static lane => lane.Jobs.Count);

    /// <summary>Has a job done.</summary>
    /// <param name="user">Whose it is.</param>
    /// <param name="job">The job.</param>
    /// <param name="isFirst">Whether it is in the lane of what everybody begins with.</param>
    /// <returns>False where too much waits already, or the threads stop.</returns>
    public bool TryAdd(Guid user, TJob job, bool isFirst = false)
    {
        lock (_lock)
        {
            if (_stopping || !(isFirst ? _lanes[^1] : _lanes[0]).Jobs.TryAdd(user, job)) return false;
            Monitor.Pulse(_lock);
            return true;
        }
    }

    /// <summary>What waits, each user's jobs in their order.</summary>
    public IEnumerable<IReadOnlyList<TJob>> Waiting() => _lanes.SelectMany(static lane => lane.Jobs.Waiting());

    /// <summary>Ends the threads, and waits until they have done what they are at, for 5 s; one that hangs ends when it comes back.</summary>
    /// <param name="left">Told what nobody will do any more.</param>
    public void Stop(Action<TJob> left)
    {
        TJob[] waiting;
        lock (_lock)
        {
            _stopping = true;
            waiting = [.. _lanes.SelectMany(static lane => lane.Jobs.Clear())];
            Monitor.PulseAll(_lock);
        }
        foreach (var job in waiting) left(job);
        var until = Environment.TickCount64 + (long)StopWithin.TotalMilliseconds;
        foreach (var thread in _threads) thread.Join((int)Math.Max(0, until - Environment.TickCount64));
    }

    private void Work(int thread)
    {
        while (TryTake(out var lane, out var user, out var job))
        {
            _work(thread, job);
            lock (_lock)
            {
                lane.InWork--;
                lane.Jobs.Done(user);
                Monitor.Pulse(_lock);
            }
        }
    }

    private bool TryTake([NotNullWhen(true)] out Lane? from, out Guid user, [MaybeNullWhen(false)] out TJob job)
    {
        lock (_lock)
        {
            while (!_stopping)
            {
                _turn++;
                for (var i = 0; i < _lanes.Length; i++)
                {
                    var lane = _lanes[(_turn + (uint)i) % (uint)_lanes.Length];
                    if (lane.InWork >= lane.Most || !lane.Jobs.TryTake(out user, out job)) continue;
                    lane.InWork++;
                    from = lane;
                    return true;
                }
                Monitor.Wait(_lock);
            }
        }
        (from, user, job) = (null, default, default);
        return false;
    }

    private sealed class Lane(int threads, int most, int waiting)
    {
        public FairQueue<Guid, TJob> Jobs { get; } = new(waiting, Math.Max(1, waiting / 4), Math.Max(1, threads / 3), static user => user == Guid.Empty);

        /// <summary>Threads that it may have at a time.</summary>
        public int Most => most;

        public int InWork { get; set; }
    }
}
