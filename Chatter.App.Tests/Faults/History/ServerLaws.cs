using System.Diagnostics;

namespace Chatter.App.Tests.Faults.History;

/// <summary>What the server owes everybody beside the logs: that a session which was ended is over (A3), that one can't starve the others (L2), and that it gives back what it took (L3).</summary>
internal static class ServerLaws
{
    private static readonly TimeSpan RevokedWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnsweredWithin = TimeSpan.FromSeconds(2);

    /// <summary>Answers to others during a flood, below which nothing can be said.</summary>
    private const int FewestAnswers = 20;

    // Connections to the store that are opened when they are first needed, threads that the pool keeps for a while, the collector's leisure, and the
    // length that a write-ahead log may keep.
    private const int MoreDescriptors = 48;
    private const int MoreThreads = 48;
    private const long MoreMemory = 268_435_456;
    private const long LongestLog = 67_108_864;

    public static void Judge(RunHistory history, Verdict verdict)
    {
        var ended = history.Revocations.GroupBy(static r => r.Session).ToDictionary(static r => r.Key, static r => r.Min(static one => one.At));
        foreach (var connection in history.Connections)
            if (ended.TryGetValue(connection.Session, out var at)) Revoked(history, connection, at, verdict);
        foreach (var flood in history.Floods) Fair(history, flood, verdict);
        if (history is { Before: { } before, After: { } after }) GivenBack(before, after, verdict);
    }

    private static void Revoked(RunHistory history, Connection connection, long at, Verdict verdict)
    {
        verdict.Require(connection.Opened < at || connection.Epoch is null, "A3", () => $"{connection.Session} was ended and welcomed again");
        var last = connection.Received.Count == 0 ? 0 : connection.Received[^1].At;
        var limit = at + Ticks(RevokedWithin + history.KeptBack);
        verdict.Require(last <= limit, "A3", () => $"{connection.Session} got something {Stopwatch.GetElapsedTime(at, last).TotalSeconds:0.0} s after it was ended");
    }

    private static void Fair(RunHistory history, Flood flood, Verdict verdict)
    {
        var waits = history.Sends.Where(s => s.User != flood.User && s.Invoked >= flood.From && s.Invoked <= flood.To && s.Outcome != Outcome.Unknown)
            .Select(static s => Stopwatch.GetElapsedTime(s.Invoked, s.Completed)).Order().ToArray();
        verdict.Require(waits.Length >= FewestAnswers, "E1", () => $"{waits.Length} answers to others while {flood.User} flooded, fewer than the {FewestAnswers} that would say something");
        if (waits.Length == 0) return;
        var wait = waits[(int)((waits.Length - 1) * 0.99)];
        verdict.Require(wait <= AnsweredWithin, "L2", () => $"while {flood.User} flooded, one in a hundred of the others waited {wait.TotalSeconds:0.0} s and more");
    }

    /// <summary>Whether what was taken is back at its level (L3).</summary>
    public static bool IsGivenBack(Resources before, Resources after)
    {
        var verdict = new Verdict();
        GivenBack(before, after, verdict);
        return verdict.Holds;
    }

    private static void GivenBack(Resources before, Resources after, Verdict verdict)
    {
        verdict.Require(after.Descriptors <= before.Descriptors + MoreDescriptors, "L3", () => $"{after.Descriptors} descriptors are open when all have gone, {before.Descriptors} before they came");
        verdict.Require(after.Threads <= before.Threads + MoreThreads, "L3", () => $"{after.Threads} threads when all have gone, {before.Threads} before they came");
        verdict.Require(after.Memory <= before.Memory + MoreMemory, "L3", () => $"{after.Memory >> 20} MiB when all have gone, {before.Memory >> 20} before they came");
        verdict.Require(after.Log <= LongestLog, "L3", () => $"the write-ahead log has {after.Log >> 20} MiB when all have gone");
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
