using System.Globalization;

namespace Chatter.Bench.Comparing;

/// <summary>What the command line of <c>compare</c> says.</summary>
internal static class CompareCommand
{
    public const string Usage = """
        compare [--workload hall4|hall64|hall50|teams|crowd|idle|all, or several with commas] [--rounds 5] [--seconds 5] [--rate 2000] [--idle 60,360]
                [--only chatter,signalr,kestrel,node,bun,c]                            Chatter beside others, on one machine, with one generator (Release)
        """;

    /// <summary>Takes its options out of those given.</summary>
    /// <returns>What to run, or null and what is wrong.</returns>
    public static (Func<bool, Task<bool>>? Run, string? Problem) Parse(Dictionary<string, string> options)
    {
        var wanted = Take("workload", "all");
        var rounds = Number(Take("rounds", "5"));
        var workloads = Workloads.All(Number(Take("seconds", "5")), Number(Take("rate", "2000")), [.. Names(Take("idle", "60,360")).Select(Number).Order()]);
        var chosen = wanted == "all" ? workloads : [.. workloads.Where(workload => Names(wanted).Contains(workload.Name))];
        if (chosen.Count == 0) return (null, $"There is no workload {wanted}.");
        var only = Take("only", "");
        var all = Contestants.All();
        var contestants = only.Length == 0 ? all : [.. all.Where(contestant => Names(only).Contains(contestant.Name))];
        if (contestants.Count == 0) return (null, $"Nobody is called {only}.");
        return (async json =>
        {
            try
            {
                // Five rounds of it take three hours, and differ little: who wants them names it.
                return await new Comparison(chosen, contestants, workload => wanted == "all" && workload is Idle ? 1 : rounds).Run(json);
            }
            finally
            {
                foreach (var contestant in contestants) contestant.Dispose();
            }
        }, null);

        string Take(string name, string otherwise) => options.Remove(name, out var value) ? value : otherwise;
    }

    private static string[] Names(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
