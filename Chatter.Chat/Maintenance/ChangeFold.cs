using Chatter.Chat.Protocol;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Maintenance;

/// <summary>What a room's log makes of its messages by edits, deletions and reactions, and whether the tables that pages read say the same.</summary>
/// <param name="store">A connection that reads.</param>
/// <param name="room">The room.</param>
/// <param name="hasPins">Whether pins are noted: older stores know of none.</param>
/// <param name="report">Gets what is wrong.</param>
internal sealed class ChangeFold(StoreConnection store, Guid room, bool hasPins, Action<string, long?, string> report)
{
    private readonly Dictionary<long, Change> _changes = [];
    private readonly List<long> _redacted = [];

    /// <summary>Takes an event: the log is walked from its beginning.</summary>
    public void Add(EventColumns row, string kind, EventData data)
    {
        if (kind == EventKinds.Message && data.Redacted == true) _redacted.Add(row.Seq);
        if (kind is not (EventKinds.Edited or EventKinds.Deleted or EventKinds.Reacted or EventKinds.Pinned)) return;
        var target = store.First("select seq from events where id = $1 and room = $2 and kind = 0", static e => (long?)e.GetInt64(0), data.Target, room);
        if (target is not { } message || message >= row.Seq)
        {
            report(Laws.Changes, row.Seq, "it is about no message before it.");
            return;
        }
        if (!_changes.TryGetValue(message, out var change)) _changes.Add(message, change = new Change());
        if (change.Deleted is not null) report(Laws.Changes, row.Seq, "it changes a message that was deleted before.");
        switch (kind)
        {
            case EventKinds.Edited:
                change.Edited = row.Seq;
                break;
            case EventKinds.Deleted:
                change.Deleted = row.Seq;
                change.Reactions.Clear();
                change.Pinned = null;
                break;
            case EventKinds.Pinned:
                change.Pinned = data.On == true ? row.Seq : null;
                break;
            default:
                if (data.On == true) change.Reactions.Add((data.Emoji!, row.Sender!.Value));
                else change.Reactions.Remove((data.Emoji!, row.Sender!.Value));
                break;
        }
    }

    /// <summary>Compares, in the snapshot in which the log's end was read.</summary>
    public void Check()
    {
        var noted = store.All(
            "select message, edited, deleted from message_changes where room = $1",
            static row => (Message: row.GetInt64(0), Edited: row.IsDBNull(1) ? (long?)null : row.GetInt64(1), Deleted: row.IsDBNull(2) ? (long?)null : row.GetInt64(2)), room).ToDictionary(static c => c.Message);
        foreach (var (message, change) in _changes)
        {
            var (edited, deleted) = noted.Remove(message, out var row) ? (row.Edited, row.Deleted) : (null, null);
            if (edited != change.Edited) report(Laws.Changes, message, "its newest edit isn't the one that pages show.");
            if (deleted != change.Deleted) report(Laws.Changes, message, "whether it is deleted isn't what is noted.");
        }
        foreach (var message in noted.Keys) report(Laws.Changes, message, "changes of it are noted that its log doesn't have.");
        foreach (var message in _redacted)
            if (!_changes.TryGetValue(message, out var change) || change.Deleted is null) report(Laws.Changes, message, "its text is gone, though nobody deleted it.");
        foreach (var message in store.All(
            "select c.message from message_changes c join events e on e.room = c.room and e.seq = c.message where c.room = $1 and c.deleted is not null and e.text is not null", static row => row.GetInt64(0), room))
            report(Laws.Changes, message, "it is deleted, but its text is still there.");
        CheckReactions();
        if (hasPins) CheckPins();
    }

    private void CheckPins()
    {
        var shown = store.All("select message, pinned from message_changes where room = $1 and pinned is not null", static row => (row.GetInt64(0), row.GetInt64(1)), room).ToHashSet();
        foreach (var (message, change) in _changes)
            if (change.Pinned is { } pinned && !shown.Remove((message, pinned))) report(Laws.Changes, message, "it is pinned by the log, but isn't shown so.");
        foreach (var (message, _) in shown) report(Laws.Changes, message, "it is shown as pinned, but isn't by the log.");
    }

    private void CheckReactions()
    {
        var shown = store.All("select message, emoji, user from reactions where room = $1", static row => (row.GetInt64(0), row.GetString(1), row.Id(2)), room).ToHashSet();
        foreach (var (message, change) in _changes)
        {
            foreach (var (emoji, user) in change.Reactions)
                if (!shown.Remove((message, emoji, user))) report(Laws.Changes, message, $"user {user} reacts to it, but isn't shown.");
        }
        foreach (var (message, _, user) in shown) report(Laws.Changes, message, $"user {user} is shown to react to it, but doesn't by the log.");
    }

    private sealed class Change
    {
        public long? Edited { get; set; }

        public long? Deleted { get; set; }

        public long? Pinned { get; set; }

        public HashSet<(string Emoji, Guid User)> Reactions { get; } = [];
    }
}
