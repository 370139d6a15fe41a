namespace Chatter.App.Tests.Faults.History;

/// <summary>What has to hold between what senders were told and the log, and between acknowledgements and later reads: S1, S3, S5, S10, S12, S13, S17.</summary>
internal static class SendLaws
{
    public static void Judge(RunHistory history, IReadOnlyDictionary<string, RoomLogIndex> logs, Verdict verdict)
    {
        foreach (var send in history.Sends.Where(static s => s.Outcome == Outcome.Ok)) Acknowledged(send, logs, verdict);
        foreach (var attempts in history.Sends.GroupBy(static s => (s.Room, s.User, s.Nonce)))
        {
            Nonce([.. attempts], verdict);
            foreach (var same in attempts.GroupBy(static s => s.Text)) Refused([.. same], logs, verdict);
        }
        Order(history, logs, verdict);
        RealTime(history, verdict);
        Replies(history, logs, verdict);
    }

    private static void Acknowledged(SendAttempt send, IReadOnlyDictionary<string, RoomLogIndex> logs, Verdict verdict)
    {
        var item = logs.GetValueOrDefault(send.Room)?.At(send.Seq);
        verdict.Require(
            item is not null && (item.Id, item.From, item.Text, item.Nonce) == (send.Event, send.User, send.Text, send.Nonce), "S1",
            () => $"'{send.Text}' ({send.Nonce}) was acknowledged as {send.Room} {send.Seq} {send.Event}, where the log has {item}");
    }

    private static void Nonce(IReadOnlyList<SendAttempt> attempts, Verdict verdict)
    {
        var first = attempts.Where(static a => a.Outcome == Outcome.Ok).MinBy(static a => a.Completed);
        if (first is null) return;
        foreach (var other in attempts)
        {
            if (other.Text == first.Text)
            {
                verdict.Require(
                    other.Outcome != Outcome.Ok || (other.Seq, other.Event) == (first.Seq, first.Event), "S3",
                    () => $"nonce {first.Nonce} was acknowledged as {first.Seq} {first.Event} and as {other.Seq} {other.Event}");
            }
            else
            {
                verdict.Require(other.Outcome != Outcome.Ok, "S17", () => $"nonce {first.Nonce} was acknowledged for '{first.Text}' and for '{other.Text}'");
                if (other.Invoked > first.Completed && other.Outcome == Outcome.Refused)
                    verdict.Require(other.Code is "nonce_reused" or "rate_limited", "S17", () => $"nonce {first.Nonce} with other content was answered with {other.Code}");
            }
        }
    }

    private static void Refused(IReadOnlyList<SendAttempt> attempts, IReadOnlyDictionary<string, RoomLogIndex> logs, Verdict verdict)
    {
        if (!attempts.All(static a => a.Outcome == Outcome.Refused)) return;
        var send = attempts[0];
        verdict.Require(
            logs.GetValueOrDefault(send.Room)?.ByText.ContainsKey(send.Text) != true, "S5", () => $"'{send.Text}' is in {send.Room}, but was only ever refused: {string.Join(' ', attempts.Select(static a => a.Code))}");
    }

    private static void Order(RunHistory history, IReadOnlyDictionary<string, RoomLogIndex> logs, Verdict verdict)
    {
        var byNonce = history.Sends.ToLookup(static s => (s.Room, s.User, s.Nonce));
        foreach (var sends in history.Sends.Where(static s => s.Process >= 0 && s.Outcome == Outcome.Ok).GroupBy(static s => (s.Process, s.Room)))
        {
            var highest = 0L;
            foreach (var send in sends.OrderBy(static s => s.Invoked))
            {
                // An attempt made elsewhere at the same time may have been the one that counted.
                if (byNonce[(send.Room, send.User, send.Nonce)].All(other => other == send || other.Invoked > send.Completed))
                    verdict.Require(send.Seq > highest, "S10", () => $"'{send.Text}' became {send.Room} {send.Seq}, but one sent before it on that socket became {highest}");
                highest = Math.Max(highest, send.Seq);
            }
        }
        foreach (var attempts in byNonce)
        {
            var prev = attempts.First().Prev;
            if (prev is null || attempts.Any(a => a.Prev != prev) || !logs.TryGetValue(attempts.Key.Room, out var log)) continue;
            if (!log.ByNonce.TryGetValue((attempts.Key.User, attempts.Key.Nonce), out var item)) continue;
            verdict.Require(
                log.ByNonce.TryGetValue((attempts.Key.User, prev), out var before) && before.Seq < item.Seq, "S10",
                () => $"'{item.Text}' is {log.Room} {item.Seq}, but {prev}, which was to be before it, is {(object?)before?.Seq ?? "nowhere"}");
        }
    }

    /// <summary>What was acknowledged before a read began is in what it reads.</summary>
    private static void RealTime(RunHistory history, Verdict verdict)
    {
        var (acknowledged, own) = (new Table<string, KnownBy>(), new Table<(string Room, string User), KnownBy>());
        foreach (var done in history.Sends.Concat<Operation>(history.Memberships).Where(static o => o.Outcome == Outcome.Ok))
        {
            acknowledged[done.Room].Add(done.Completed, done.Seq);
            own[(done.Room, done.User)].Add(done.Completed, done.Seq);
        }
        foreach (var page in history.Pages.Where(static p => p.Outcome == Outcome.Ok))
        {
            Read(page.Room, page.User, page.Invoked, page.Last, "history");
            if (!page.More) Read(page.Room, page.User, page.Invoked, page.Events.Count == 0 ? Math.Max(page.After, page.Last) : page.Events[^1].Seq, "the last page of history");
        }
        foreach (var connection in history.Connections)
            foreach (var entry in connection.Received.Where(static r => r.Kind == ReceivedKind.Entry))
                Read(entry.Room, connection.User, connection.Opened, entry.Last, "welcome");

        void Read(string room, string user, long invoked, long last, string how)
        {
            var (all, mine) = (acknowledged[room].Before(invoked), own[(room, user)].Before(invoked));
            verdict.Require(last >= all, "S12", () => $"{how} of {room} ended with {last}, but {all} had been acknowledged before it began");
            verdict.Require(last >= mine, "S13", () => $"{how} of {room} ended with {last} for {user}, whose own {mine} had been acknowledged before it began");
        }
    }

    /// <summary>Who answers an event that he was given can't be told that there is no such event.</summary>
    private static void Replies(RunHistory history, IReadOnlyDictionary<string, RoomLogIndex> logs, Verdict verdict)
    {
        foreach (var send in history.Sends.Where(static s => s.Code == "no_such_event"))
            verdict.Require(logs.GetValueOrDefault(send.Room)?.ById.ContainsKey(send.ReplyTo ?? "") != true, "S13", () => $"'{send.Text}' answered {send.ReplyTo}, which is in {send.Room}, and was told that it isn't");
    }
}
