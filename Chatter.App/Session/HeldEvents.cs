using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>
/// Events that have rows, as they are now. A page says what had become of its messages when it was read, and may come after what was told since; so that
/// nothing is counted twice and nothing is missed, each is held with the seq up to which it is folded, and what was told lately is remembered.
/// People who join or leave one after the other are one event here: else a room that hundreds entered would be a window full of them, and one row.
/// </summary>
internal sealed class HeldEvents
{
    /// <summary>More changes than are told while a page is on its way.</summary>
    private const int MostChanges = 1_000;

    /// <summary>What these changes may have of texts, in characters: edits are as long as messages.</summary>
    private const int MostChangedText = 500_000;

    /// <summary>So many people make one row; with more of them, rows of this many fill any view.</summary>
    private const int MostTogether = 100;

    private static readonly TimeSpan TogetherWithin = TimeSpan.FromHours(1);

    private readonly List<RoomEvent> _events = [];
    private readonly List<Reach> _reaches = [];
    private readonly Queue<(RoomEvent Change, Guid? Me)> _changes = [];
    private long _changedText;

    public IReadOnlyList<RoomEvent> Events => _events;

    public int Count => _events.Count;

    /// <summary>The last seq that the event at an index stands for.</summary>
    public long LastOf(int index) => _reaches[index].Last;

    /// <summary>Whether an event has a row of its own: messages, and what a notice tells. Of a kind that isn't known here nothing can be said.</summary>
    public static bool HasRow(RoomEvent happened) => happened.Kind == EventKinds.Message || Notices.Tell(happened.Kind);

    public RoomEvent? Find(Guid id) => _events.FindLast(e => e.Id == id);

    public void Clear()
    {
        Remove(0, Count);
        ForgetChanges();
    }

    /// <summary>What was told no longer goes on from what is held.</summary>
    public void ForgetChanges()
    {
        _changes.Clear();
        _changedText = 0;
    }

    /// <summary>Folds what was told live into the message that it is about, and into those that come by pages.</summary>
    public void Change(RoomEvent change, Guid? me)
    {
        _changes.Enqueue((change, me));
        _changedText += change.Text?.Length ?? 0;
        while (_changes.Count > MostChanges || _changedText > MostChangedText) _changedText -= _changes.Dequeue().Change.Text?.Length ?? 0;
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
            if (!HasRow(happened)) continue;
            _events.Insert(index, happened);
            _reaches.Insert(index, new Reach(Math.Max(folded, happened.Seq), happened.Seq, happened.At));
            if (!Join(index)) FoldLately(index++);
        }
        Join(index);
    }

    /// <summary>Takes an event of a page instead of the one that is held, if it is.</summary>
    public void Renew(RoomEvent now, long folded)
    {
        if (IsMove(now))
        {
            // Nothing becomes of it, but its people may have other names.
            foreach (var user in now.Users ?? []) Rename(user);
            return;
        }
        var index = _events.FindIndex(e => e.Seq == now.Seq);
        if (index < 0) return;
        _events[index] = now;
        FoldedTo(index, Math.Max(folded, now.Seq));
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
        _reaches.RemoveRange(index, count);
    }

    /// <summary>Makes the event at an index one with that before it, if both tell of people who joined, or who left.</summary>
    private bool Join(int index)
    {
        if (index <= 0 || index >= Count) return false;
        var (first, next) = (_events[index - 1], _events[index]);
        if (!IsMove(first) || first.Kind != next.Kind || _reaches[index].Until - first.At >= TogetherWithin) return false;
        List<UserRef> people = [.. (first.Users ?? []).Concat(next.Users ?? []).DistinctBy(static user => user.Id)];
        if (people.Count > MostTogether) return false;
        _events[index - 1] = first with { Users = people };
        _reaches[index - 1] = _reaches[index];
        Remove(index, 1);
        return true;
    }

    private static bool IsMove(RoomEvent happened) => happened.Kind is EventKinds.Joined or EventKinds.Left;

    private void FoldLately(int index)
    {
        foreach (var (change, me) in _changes)
            if (change.Target == _events[index].Id) Fold(index, change, me);
    }

    private void Fold(int index, RoomEvent change, Guid? me)
    {
        if (change.Seq <= _reaches[index].Folded) return;
        _events[index] = MessageFold.Apply(_events[index], change, me);
        FoldedTo(index, change.Seq);
    }

    private void FoldedTo(int index, long seq) => _reaches[index] = _reaches[index] with { Folded = seq };

    /// <summary>What is held besides an event.</summary>
    /// <param name="Folded">The seq up to which what became of it is folded into it.</param>
    /// <param name="Last">The last seq that it stands for.</param>
    /// <param name="Until">When that was.</param>
    private readonly record struct Reach(long Folded, long Last, DateTimeOffset Until);
}
