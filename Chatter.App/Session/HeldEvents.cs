using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>
/// Events that have rows, as they are now. A page says what had become of its messages when it was read, and may come after what was told since; so that
/// nothing is counted twice and nothing is missed, each is held with the seq up to which it is folded, and what was told lately is remembered.
/// </summary>
internal sealed class HeldEvents
{
    /// <summary>More changes than are told while a page is on its way.</summary>
    private const int MostChanges = 1_000;

    private readonly List<RoomEvent> _events = [];
    private readonly List<long> _folded = [];
    private readonly Queue<(RoomEvent Change, Guid? Me)> _changes = [];

    public IReadOnlyList<RoomEvent> Events => _events;

    public int Count => _events.Count;

    public RoomEvent? Find(Guid id) => _events.FindLast(e => e.Id == id);

    public void Clear()
    {
        Remove(0, Count);
        ForgetChanges();
    }

    /// <summary>What was told no longer goes on from what is held.</summary>
    public void ForgetChanges() => _changes.Clear();

    /// <summary>Folds what was told live into the message that it is about, and into those that come by pages.</summary>
    public void Change(RoomEvent change, Guid? me)
    {
        _changes.Enqueue((change, me));
        if (_changes.Count > MostChanges) _changes.Dequeue();
        var index = _events.FindLastIndex(e => e.Id == change.Target);
        if (index >= 0) Fold(index, change, me);
    }

    /// <summary>Adds those of a page that have rows.</summary>
    /// <param name="index">Before which event.</param>
    /// <param name="page">Ascending.</param>
    /// <param name="folded">Up to which event the page tells what became of its messages.</param>
    public void Insert(int index, IReadOnlyList<RoomEvent> page, long folded)
    {
        foreach (var happened in page)
        {
            if (MessageFold.IsChange(happened)) continue;
            _events.Insert(index, happened);
            _folded.Insert(index, Math.Max(folded, happened.Seq));
            FoldLately(index++);
        }
    }

    /// <summary>Takes an event of a page instead of the one that is held, if it is.</summary>
    public void Renew(RoomEvent now, long folded)
    {
        var index = _events.FindIndex(e => e.Seq == now.Seq);
        if (index < 0) return;
        (_events[index], _folded[index]) = (now, Math.Max(folded, now.Seq));
        FoldLately(index);
    }

    /// <summary>Whether the reader saved a message: his own matter, of which the log knows nothing.</summary>
    public void Save(Guid id, bool on)
    {
        var index = _events.FindLastIndex(e => e.Id == id);
        if (index >= 0) _events[index] = _events[index] with { Saved = on ? true : null };
    }

    /// <summary>Gives somebody another name in all that is held.</summary>
    public void Rename(UserRef user)
    {
        for (var i = 0; i < _events.Count; i++) _events[i] = _events[i].Renamed(user);
    }

    public void Remove(int index, int count)
    {
        _events.RemoveRange(index, count);
        _folded.RemoveRange(index, count);
    }

    private void FoldLately(int index)
    {
        foreach (var (change, me) in _changes)
            if (change.Target == _events[index].Id) Fold(index, change, me);
    }

    private void Fold(int index, RoomEvent change, Guid? me)
    {
        if (change.Seq <= _folded[index]) return;
        _events[index] = MessageFold.Apply(_events[index], change, me);
        _folded[index] = change.Seq;
    }
}
