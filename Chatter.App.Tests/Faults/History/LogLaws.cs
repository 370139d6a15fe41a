namespace Chatter.App.Tests.Faults.History;

/// <summary>What has to hold of the final logs by themselves, and of what is derived from them: S3, S4, S6, S7, S13, S14, A1, F1, F3.</summary>
internal static class LogLaws
{
    public static void Judge(RunHistory history, IReadOnlyDictionary<string, RoomLogIndex> logs, Verdict verdict)
    {
        var attempts = history.Sends.ToLookup(static s => (s.Room, s.User, s.Nonce, s.Text));
        foreach (var log in logs.Values)
        {
            Order(log, verdict);
            Once(log, verdict);
            Readers(log, history.Final, verdict);
            Invoked(log, attempts, verdict);
            Derived(log, history.Final, verdict);
        }
        Memberships(history, logs, verdict);
        Parts(history.Final, logs, verdict);
    }

    private static void Order(RoomLogIndex log, Verdict verdict)
    {
        for (var i = 0; i < log.Events.Count; i++)
        {
            var item = log.Events[i];
            verdict.Require(item.Seq == i + 1, "S7", () => $"{log.Room} has {item.Seq} where {i + 1} belongs");
            verdict.Require(i == 0 || item.At >= log.Events[i - 1].At, "F3", () => $"{log.Room} {item.Seq} is of {item.At}, the one before it of {log.Events[i - 1].At}");
            verdict.Require(
                item.ReplyTo is null || log.ById.TryGetValue(item.ReplyTo, out var target) && target.Seq < item.Seq, "S13", () => $"{log.Room} {item.Seq} answers {item.ReplyTo}, which isn't before it");
        }
    }

    private static void Once(RoomLogIndex log, Verdict verdict)
    {
        var (texts, nonces, ids) = (new HashSet<string>(), new HashSet<(string?, string?)>(), new HashSet<string>());
        foreach (var item in log.Events)
        {
            verdict.Require(ids.Add(item.Id), "S3", () => $"{log.Room} has event {item.Id} twice");
            if (item.Kind != "message") continue;
            verdict.Require(texts.Add(item.Text ?? ""), "S3", () => $"{log.Room} has '{item.Text}' twice");
            verdict.Require(item.Nonce is null || nonces.Add((item.From, item.Nonce)), "S3", () => $"{log.Room} has nonce {item.Nonce} of {item.From} twice");
        }
    }

    private static void Readers(RoomLogIndex log, FinalState final, Verdict verdict)
    {
        Same("history", final.ByHistory);
        Same("resuming", final.ByResume);

        void Same(string reader, Dictionary<string, List<LogEvent>> read)
        {
            var other = read.GetValueOrDefault(log.Room) ?? [];
            verdict.Require(other.Count == log.Events.Count, "S4", () => $"{log.Room} has {log.Events.Count} events in the database and {other.Count} by {reader}");
            foreach (var (stored, told) in log.Events.Zip(other)) verdict.Require(stored == told, "S4", () => $"{log.Room}: {stored} in the database, {told} by {reader}");
        }
    }

    private static void Invoked(RoomLogIndex log, ILookup<(string, string, string, string), SendAttempt> attempts, Verdict verdict)
    {
        foreach (var item in log.Events)
        {
            if (item.Kind != "message") continue;
            verdict.Require(attempts.Contains((log.Room, item.From ?? "", item.Nonce ?? "", item.Text ?? "")), "S6", () => $"{log.Room} {item.Seq} '{item.Text}' was sent by nobody");
            verdict.Require(log.IsMember(item.From ?? "", item.Seq), "A1", () => $"{log.Room} {item.Seq} is {item.From}'s, who was no member then");
        }
    }

    private static void Memberships(RunHistory history, IReadOnlyDictionary<string, RoomLogIndex> logs, Verdict verdict)
    {
        var asked = history.Memberships.Where(static m => m.Outcome != Outcome.Refused).GroupBy(static m => (m.Room, m.User, m.Joins)).ToDictionary(static g => g.Key, static g => g.Count());
        foreach (var log in logs.Values)
        {
            foreach (var group in log.Events.Where(static e => e.Kind is "joined" or "left").GroupBy(static e => (e.Users, Joins: e.Kind == "joined")))
            {
                var times = asked.GetValueOrDefault((log.Room, group.Key.Users ?? "", group.Key.Joins));
                verdict.Require(group.Count() <= times, "S6", () => $"{log.Room}: {group.Key.Users} {(group.Key.Joins ? "joined" : "left")} {group.Count()} times, but asked for it {times} times");
            }
        }
        foreach (var join in history.Memberships.Where(static m => m is { Joins: true, Outcome: Outcome.Ok }))
        {
            var item = logs.GetValueOrDefault(join.Room)?.At(join.Seq);
            verdict.Require(item is not null && RoomLogIndex.Begins(item, join.User), "S1", () => $"{join.User} joined {join.Room} with {join.Seq}, where the log has {item}");
        }
    }

    /// <summary>What one commit wrote belongs together: an event, its nonce, the head.</summary>
    private static void Parts(FinalState final, IReadOnlyDictionary<string, RoomLogIndex> logs, Verdict verdict)
    {
        var rows = final.Nonces.ToDictionary(static n => (n.Room, n.User, n.Nonce), static n => n.Seq);
        foreach (var log in logs.Values)
        {
            foreach (var item in log.Events.Where(static e => e.Nonce is not null))
            {
                var isThere = rows.Remove((log.Room, item.From ?? "", item.Nonce!), out var seq);
                verdict.Require(isThere && seq == item.Seq, "S14", () => $"{log.Room} {item.Seq} is in the log, but its nonce {(isThere ? $"says {seq}" : "isn't there")}");
            }
        }
        foreach (var (key, seq) in rows) verdict.Breach("S14", $"nonce {key} says {seq}, but no such event is there");
        foreach (var (room, stored) in final.Rooms) verdict.Require(stored.LastSeq == logs[room].Last, "S14", () => $"{room} ends with {logs[room].Last}, but its head says {stored.LastSeq}");
    }

    private static void Derived(RoomLogIndex log, FinalState final, Verdict verdict)
    {
        var members = log.Members.Order(StringComparer.Ordinal).ToArray();
        var messages = log.Events.Count(static e => e.Kind == "message");
        if (final.Rooms.TryGetValue(log.Room, out var stored))
        {
            verdict.Require(stored.MemberIds.Order(StringComparer.Ordinal).SequenceEqual(members), "F1", () => $"{log.Room} has the members {string.Join(' ', stored.MemberIds)}, by its log {string.Join(' ', members)}");
            verdict.Require(stored.Members == members.Length, "F1", () => $"{log.Room} counts {stored.Members} members, by its log {members.Length}");
            verdict.Require(stored.Messages == messages, "F1", () => $"{log.Room} counts {stored.Messages} messages, by its log {messages}");
        }
        foreach (var entry in final.Entries.Where(e => e.Room == log.Room))
        {
            var unread = log.Events.Count(e => e.Kind == "message" && e.Seq > entry.Read && e.From != entry.User);
            verdict.Require(entry.Unread == unread, "F1", () => $"{log.Room} has {entry.Unread} unread for {entry.User}, by its log {unread} after {entry.Read}");
            verdict.Require(entry.Members == members.Length && entry.Last == log.Last, "F1", () => $"{entry} isn't what the log says: {members.Length} members, last {log.Last}");
        }
    }
}
