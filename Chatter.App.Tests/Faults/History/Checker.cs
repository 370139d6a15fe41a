namespace Chatter.App.Tests.Faults.History;

/// <summary>
/// Decides by the laws of docs/reliability.md whether a history is what the protocol promises. As seq gives the order of all versions, no search for one is
/// needed: everything is found by sorting and looking up, in time that grows with the history as sorting does.
/// </summary>
internal static class Checker
{
    private static readonly TimeSpan RecoversWithin = TimeSpan.FromSeconds(10);

    public static Verdict Check(RunHistory history)
    {
        var verdict = new Verdict();
        var logs = history.Final.Stored.ToDictionary(static room => room.Key, static room => new RoomLogIndex(room.Key, room.Value));
        LogLaws.Judge(history, logs, verdict);
        SendLaws.Judge(history, logs, verdict);
        new DeliveryLaws(history, logs, verdict).Judge();
        new ReaderLaws(history, logs, verdict).Judge();
        ServerLaws.Judge(history, verdict);
        Recovered(history, verdict);
        Enough(history, verdict);
        return verdict;
    }

    private static void Recovered(RunHistory history, Verdict verdict)
    {
        verdict.Require(history.RecoveredAfter <= RecoversWithin, "L1", () => $"all was well only {history.RecoveredAfter.TotalSeconds:0.0} s after the last fault");
        foreach (var attempts in history.Sends.GroupBy(static s => (s.Room, s.User, s.Nonce, s.Text)))
            verdict.Require(attempts.Any(static a => a.Outcome != Outcome.Unknown), "L1", () => $"nobody knows what became of '{attempts.Key.Text}'");
    }

    /// <summary>A run in which little happened proves nothing, and counts as failed.</summary>
    private static void Enough(RunHistory history, Verdict verdict)
    {
        var wanted = history.Evidence;
        Counted(history.Sends.Where(static s => s.Outcome == Outcome.Ok).DistinctBy(static s => (s.Room, s.Seq)).Count(), wanted.Acknowledged, "acknowledged sends");
        Counted(history.Sends.GroupBy(static s => (s.Room, s.User, s.Nonce, s.Text)).Sum(static g => g.Count() - 1), wanted.Repeats, "repeated nonces");
        var crashes = history.Faults.Where(static f => f.IsCrash).Select(static f => f.At).Order().ToArray();
        var resumes = history.Connections.Count(c => c is { Epoch: not null, Resume.Count: > 0 } && crashes.Length > 0 && c.Opened > crashes[0]);
        Counted(resumes, wanted.ResumesAfterCrash, "resumes after a crash");
        Counted(history.Revocations.Count, wanted.Revocations, "logouts");
        var begun = history.Sends.Select(static s => s.Invoked).Order().ToArray();
        var ended = history.Sends.Select(static s => s.Completed).Order().ToArray();
        foreach (var fault in wanted.Faults)
            verdict.Require(history.Faults.Exists(f => f.Name == fault && UpTo(begun, f.At) > UpTo(ended, f.At)), "E1", () => $"no send was under way at any {fault}");

        void Counted(int was, int least, string what) => verdict.Require(was >= least, "E1", () => $"{was} {what}, fewer than the {least} that would say something");
    }

    /// <summary>How many of these moments are not after that one.</summary>
    private static int UpTo(long[] moments, long moment)
    {
        var (low, high) = (0, moments.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (moments[middle] <= moment) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
