using System.Collections.Concurrent;

namespace Chatter.Chat.Gateway;

/// <summary>
/// Who was told as typing where within the last 3 s (docs/protocol.md §4.1). One turn for all sockets of a user, or who has many could make others
/// hear of it as often.
/// </summary>
internal sealed class TypingTurns(TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<(Guid User, Guid Room), long> _taken = new();
    private long _sweptAt = time.GetTimestamp();

    /// <summary>Whether it is worth asking whether he may.</summary>
    public bool IsFree(Guid user, Guid room) => !_taken.TryGetValue((user, room), out var at) || time.GetElapsedTime(at) >= Every;

    /// <summary>Takes the turn, for a room that he was found to be in.</summary>
    /// <returns>False where another socket of his has just taken it.</returns>
    public bool Take(Guid user, Guid room)
    {
        Sweep();
        var now = time.GetTimestamp();
        if (_taken.TryAdd((user, room), now)) return true;
        return _taken.TryGetValue((user, room), out var at) && time.GetElapsedTime(at, now) >= Every && _taken.TryUpdate((user, room), now, at);
    }

    private void Sweep()
    {
        var last = Volatile.Read(ref _sweptAt);
        if (time.GetElapsedTime(last) < Every || Interlocked.CompareExchange(ref _sweptAt, time.GetTimestamp(), last) != last) return;
        foreach (var turn in _taken)
            if (time.GetElapsedTime(turn.Value) >= Every) _taken.TryRemove(turn);
    }
}
