using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Chatter.App.Tests.Faults;

/// <summary>Several faults in one run, drawn at random: one round by default, for as long as <c>./test.sh soak MINUTES</c> says.</summary>
[Collection(FaultCollection.Name)]
public sealed class SoakTests(FaultTemplate template)
{
    [Fact]
    public async Task Whatever_breaks_one_after_the_other_the_laws_hold()
    {
        var minutes = double.Parse(Environment.GetEnvironmentVariable("CHATTER_SOAK_MINUTES") ?? "0", CultureInfo.InvariantCulture);
        var since = Stopwatch.GetTimestamp();
        var (rounds, messages, acknowledged, repeats, faults, crashes, received, worst) = (0, 0L, 0L, 0L, 0, 0, 0L, TimeSpan.Zero);
        do
        {
            var history = await FaultRun.Hold(template, Plans.Storm(minutes > 0 ? 8 : 4));
            rounds++;
            messages += history.Final.Nonces.Count;
            var done = history.Sends.Count(static s => s.Outcome == History.Outcome.Ok);
            acknowledged += done;
            repeats += history.Sends.Count - history.Sends.DistinctBy(static s => (s.Room, s.User, s.Nonce)).Count();
            faults += history.Faults.Count;
            crashes += history.Faults.Count(static f => f.IsCrash);
            received += history.Connections.Sum(static c => c.Received.Count);
            worst = history.RecoveredAfter > worst ? history.RecoveredAfter : worst;
        }
        while (Stopwatch.GetElapsedTime(since) < TimeSpan.FromMinutes(minutes));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"soak: {Stopwatch.GetElapsedTime(since).TotalMinutes:0.0} min, {rounds} rounds, {messages} messages, {acknowledged} acknowledgements, {repeats} repeats, {faults} faults, {crashes} crashes, {received} frames received, well again after {worst.TotalSeconds:0.0} s at worst: all laws hold"));
    }
}
