using System.Diagnostics.CodeAnalysis;

namespace Chatter.Chat.Scheduling;

/// <summary>
/// Work that waits for a few workers, of many who must not stand in each other's way: keys take turns, each has a bounded part of the queue, and at most so many of its items
/// are in work at a time. So one key with a thousand slow items delays the others by no more than its own share.
/// </summary>
/// <typeparam name="TKey">Whose work it is.</typeparam>
/// <typeparam name="T">The work.</typeparam>
/// <param name="capacity">Items that wait in all.</param>
/// <param name="capacityPerKey">Items of one key that wait.</param>
/// <param name="inWorkPerKey">Items of one key that are in work at a time.</param>
/// <param name="isExempt">Keys that take turns like others, but have no bound of their own, as the server's own work; null: none.</param>
internal sealed class FairQueue<TKey, T>(int capacity, int capacityPerKey, int inWorkPerKey, Predicate<TKey>? isExempt = null) : IDisposable
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Share> _shares = [];

    // Keys with an item that may be taken now, in the order of their turns; the semaphore counts them.
    private readonly Queue<TKey> _turns = new();
    private readonly SemaphoreSlim _ready = new(0);
    private int _waiting;

    /// <summary>Items that wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _waiting;
        }
    }

    /// <summary>Adds an item behind the others of its key.</summary>
    /// <returns>False if there is no room for it.</returns>
    public bool TryAdd(TKey key, T item)
    {
        lock (_lock)
        {
            if (_waiting >= capacity) return false;
            if (!_shares.TryGetValue(key, out var share)) _shares.Add(key, share = new Share(isExempt?.Invoke(key) == true));
            if (share.Waiting.Count >= capacityPerKey && !share.IsExempt) return false;
            share.Waiting.Enqueue(item);
            _waiting++;
            Offer(key, share);
            return true;
        }
    }

    /// <summary>Waits for the next item. The caller gives it back with <see cref="Done"/>, whatever happens.</summary>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public async ValueTask<(TKey Key, T Item)> Take(CancellationToken cancel)
    {
        await _ready.WaitAsync(cancel);
        return Next();
    }

    /// <summary>Takes the next item, if there is one that may be taken now. The caller gives it back with <see cref="Done"/>, whatever happens.</summary>
    public bool TryTake(out TKey key, [MaybeNullWhen(false)] out T item)
    {
        if (!_ready.Wait(0))
        {
            (key, item) = (default!, default);
            return false;
        }
        (key, item) = Next();
        return true;
    }

    /// <summary>Takes all that waits, for whoever ends the work. Nobody may take from it meanwhile.</summary>
    public IReadOnlyList<T> Clear()
    {
        lock (_lock)
        {
            T[] left = [.. _shares.Values.SelectMany(static share => share.Waiting)];
            foreach (var share in _shares.Values)
            {
                share.Waiting.Clear();
                share.HasTurn = false;
            }
            _turns.Clear();
            while (_ready.Wait(0)) { }
            _waiting = 0;
            return left;
        }
    }

    /// <summary>What waits, each key's in its order.</summary>
    public IReadOnlyList<IReadOnlyList<T>> Waiting()
    {
        lock (_lock) return [.. _shares.Values.Select(static share => share.Waiting.ToArray())];
    }

    /// <summary>An item of that key is no longer in work.</summary>
    public void Done(TKey key)
    {
        lock (_lock)
        {
            var share = _shares[key];
            share.InWork--;
            if (share.InWork == 0 && share.Waiting.Count == 0) _shares.Remove(key);
            else Offer(key, share);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ready.Dispose();

    private (TKey Key, T Item) Next()
    {
        lock (_lock)
        {
            var key = _turns.Dequeue();
            var share = _shares[key];
            share.HasTurn = false;
            var item = share.Waiting.Dequeue();
            _waiting--;
            share.InWork++;
            Offer(key, share);
            return (key, item);
        }
    }

    private void Offer(TKey key, Share share)
    {
        if (share.HasTurn || share.Waiting.Count == 0 || (share.InWork >= inWorkPerKey && !share.IsExempt)) return;
        share.HasTurn = true;
        _turns.Enqueue(key);
        _ready.Release();
    }

    private sealed class Share(bool isExempt)
    {
        public bool IsExempt => isExempt;

        public Queue<T> Waiting { get; } = new();

        public int InWork { get; set; }

        public bool HasTurn { get; set; }
    }
}
