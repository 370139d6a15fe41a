namespace Chatter.App.Tests.Faults.History;

/// <summary>What has to hold of what came on the sockets and in pages: S4, S8, S9, S11, S16, A1, A2, F2, L1.</summary>
internal sealed class DeliveryLaws(RunHistory history, IReadOnlyDictionary<string, RoomLogIndex> logs, Verdict verdict)
{
    private readonly Table<(string User, string Room), KnownBy> _seen = new();
    private readonly Table<(string User, string Room), KnownBy> _marks = new();

    public void Judge()
    {
        foreach (var connection in history.Connections)
        {
            foreach (var item in connection.Received)
            {
                if (item.Kind == ReceivedKind.Event) _seen[(connection.User, item.Room)].Add(item.At, item.Event!.Seq);
                if (item.Kind == ReceivedKind.Entry) _marks[(connection.User, item.Room)].Add(item.At, item.Read);
            }
        }
        foreach (var connection in history.Connections) Follow(connection);
        foreach (var page in history.Pages.Where(static p => p.Outcome == Outcome.Ok)) Page(page);
        foreach (var join in history.Memberships.Where(static m => m is { Joins: true, Outcome: Outcome.Ok, IsNew: true })) Joined(join);
    }

    private void Follow(Connection connection)
    {
        var cursors = new Dictionary<string, Cursor>();
        foreach (var item in connection.Received)
        {
            cursors.TryGetValue(item.Room, out var cursor);
            switch (item.Kind)
            {
                case ReceivedKind.Entry:
                    cursors[item.Room] = Greeted(connection, item);
                    break;
                case ReceivedKind.Subscribed:
                    verdict.Require(cursor is null, "A2", () => $"{connection.Process} was subscribed to {item.Room} while it followed it");
                    cursors[item.Room] = new Cursor(item.Last, item.Last) { MustJoin = true };
                    break;
                case ReceivedKind.Reset when cursor is not null:
                    cursors[item.Room] = new Cursor(item.Last, item.Last);
                    break;
                case ReceivedKind.Event:
                    Event(connection, item.Room, item.Event!, cursor);
                    break;
                case ReceivedKind.Unsubscribed:
                    verdict.Require(cursor is null ? item.Reason == "unknown" && connection.Resume.ContainsKey(item.Room) : cursor.Ended, "A2", () => $"{connection.Process} was unsubscribed from {item.Room} ({item.Reason}) without its own left");
                    cursors.Remove(item.Room);
                    break;
            }
        }
        if (connection.LiveAtEnd) AtTheEnd(connection, cursors);
    }

    private Cursor Greeted(Connection connection, Received entry)
    {
        var seen = _seen[(connection.User, entry.Room)].Before(connection.Opened);
        verdict.Require(entry.Last >= seen, "S9", () => $"{connection.Process} was told that {entry.Room} ends with {entry.Last}, but {connection.User} had seen {seen} before");
        var mark = _marks[(connection.User, entry.Room)].Before(connection.Opened);
        verdict.Require(entry.Read >= mark, "F2", () => $"the read mark of {connection.User} in {entry.Room} went from {mark} to {entry.Read}");
        if (!connection.Resume.TryGetValue(entry.Room, out var from)) return new Cursor(entry.Last, entry.Last);
        return new Cursor(from, entry.Last) { MustReset = from > entry.Last || connection.ResumeEpoch != connection.Epoch };
    }

    private void Event(Connection connection, string room, LogEvent item, Cursor? cursor)
    {
        Stored(room, item, $"{connection.Process} got");
        if (cursor is null)
        {
            verdict.Breach("A1", $"{connection.Process} got {room} {item.Seq} without following it");
            return;
        }
        verdict.Require(!cursor.MustReset, "S16", () => $"{connection.Process} resumed {room} from {cursor.Seq} of another history, and was given {item.Seq} as if it went on");
        verdict.Require(!cursor.Ended, "A2", () => $"{connection.Process} got {room} {item.Seq} after its own left");
        verdict.Require(item.Seq > cursor.Seq, "S9", () => $"{connection.Process} got {room} {item.Seq} after {cursor.Seq}");
        verdict.Require(item.Seq <= cursor.Seq + 1, "S8", () => $"{connection.Process} got {room} {item.Seq} right after {cursor.Seq}");
        verdict.Require(!cursor.MustJoin || RoomLogIndex.Begins(item, connection.User), "A2", () => $"{connection.Process} got {room} {item.Seq} before its own joined");
        cursor.MustJoin = false;
        cursor.Seq = Math.Max(cursor.Seq, item.Seq);
        var ends = RoomLogIndex.Ends(item, connection.User);
        if (logs.TryGetValue(room, out var log))
            verdict.Require(ends || log.IsMember(connection.User, Math.Max(item.Seq, cursor.Greeted)), "A1", () => $"{connection.Process} got {room} {item.Seq}, when {connection.User} was no member");
        cursor.Ended = ends && item.Seq > cursor.Greeted;
    }

    private void AtTheEnd(Connection connection, Dictionary<string, Cursor> cursors)
    {
        foreach (var log in logs.Values)
        {
            cursors.TryGetValue(log.Room, out var cursor);
            verdict.Require(cursor is not { MustReset: true }, "S16", () => $"{connection.Process} resumed {log.Room} from {cursor?.Seq} of another history, and was never told");
            if (log.IsMember(connection.User, log.Last))
                verdict.Require(cursor?.Seq == log.Last, "L1", () => $"{connection.Process} of {connection.User} is at {(object?)cursor?.Seq ?? "nothing"} of {log.Room}, which ends with {log.Last}");
            else verdict.Require(cursor is null, "A2", () => $"{connection.Process} of {connection.User} still follows {log.Room} at {cursor?.Seq}");
        }
    }

    private void Page(PageRead page)
    {
        for (var i = 0; i < page.Events.Count; i++)
        {
            var item = page.Events[i];
            var expected = i == 0 ? Math.Max(page.After + 1, page.First) : page.Events[i - 1].Seq + 1;
            verdict.Require(item.Seq == expected, "S8", () => $"a page of {page.Room} after {page.After} has {item.Seq} where {expected} belongs");
            Stored(page.Room, item, "a page has");
        }
        if (logs.TryGetValue(page.Room, out var log))
            verdict.Require(log.IsMember(page.User, page.Last), "A1", () => $"{page.User} read a page of {page.Room} at {page.Last}, when he was no member");
    }

    /// <summary>Delivered is durable, and the same for all.</summary>
    private void Stored(string room, LogEvent item, string who)
    {
        var log = logs.GetValueOrDefault(room);
        var stored = log?.At(item.Seq);
        verdict.Require(log?.Has(item.Id) == true, "S11", () => $"{who} {room} {item}, which is gone");
        verdict.Require(stored is null || stored == item, "S4", () => $"{who} {room} {item}, where the log has {stored}");
    }

    /// <summary>Who joins is subscribed on all his open sockets, and gets everything from his joined on.</summary>
    private void Joined(MembershipAttempt join)
    {
        foreach (var connection in history.Connections.Where(c => c.LiveAtEnd && c.User == join.User && c.Received.Exists(r => r.Kind == ReceivedKind.Entry && r.At < join.Invoked)))
        {
            verdict.Require(
                connection.Received.Exists(r => r.Room == join.Room && r.Event?.Seq == join.Seq), "A2",
                () => $"{connection.Process} of {join.User} was open when he joined {join.Room} with {join.Seq}, and never got it");
        }
    }

    private sealed class Cursor(long seq, long greeted)
    {
        public long Seq { get; set; } = seq;

        /// <summary>The room's last event when the cursor was set: up to there it may lead through a time in which one was no member.</summary>
        public long Greeted => greeted;

        public bool MustJoin { get; set; }

        public bool MustReset { get; init; }

        public bool Ended { get; set; }
    }
}
