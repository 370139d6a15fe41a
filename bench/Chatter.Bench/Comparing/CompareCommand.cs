using System.Globalization;

namespace Chatter.Bench.Comparing;

/// <summary>What the command line of <c>compare</c> says.</summary>
internal static class CompareCommand
{
    public const string Usage = """
        compare [--workload all|hall4,hall64,hall50,teams,crowd,idle] [--only chatter,signalr,kestrel,node,bun,c] [--rounds 5] [--seconds 5] [--warmup 8]
                [--rate 2000] [--idle 60,360]                                          Chatter beside others; --rate of the crowd; when --idle memory is looked at
        """;

    private const string All = "all";

    /// <summary>Takes its options out of those given.</summary>
    /// <returns>What to run, or null and what is wrong.</returns>
    public static (Func<bool, Task<bool>>? Run, string? Problem) Parse(Dictionary<string, string> options)
    {
        var (wanted, only) = (Take("workload", All), Take("only", All));
        var rounds = Number(Take("rounds", "5"));
        var time = new Measured(Number(Take("warmup", "8")), Number(Take("seconds", "5")));
        var workloads = Choose(Workloads.All(time, Number(Take("rate", "2000")), [.. Names(Take("idle", "60,360")).Select(Number).Order()]), static workload => workload.Name, wanted);
        var contestants = Choose(Contestants.All(), static contestant => contestant.Name, only);
        if (workloads.Count == 0) return (null, $"There are no workloads {wanted}.");
        if (contestants.Count == 0) return (null, $"There are no contestants {only}.");
        return (async json =>
        {
            try
            {
                // Five rounds of it take three hours, and differ little: who wants them names it.
                return await new Comparison(workloads, contestants, workload => wanted == All && workload is Idle ? 1 : rounds).Run(json);
            }
            finally
            {
                foreach (var contestant in contestants) contestant.Dispose();
            }
        }, null);

        string Take(string name, string otherwise) => options.Remove(name, out var value) ? value : otherwise;
    }

    /// <returns>Those that are named, or none if one isn't there.</returns>
    private static IReadOnlyList<T> Choose<T>(IReadOnlyList<T> all, Func<T, string> name, string wanted)
    {
        if (wanted == All) return all;
        var names = Names(wanted);
        return names.All(one => all.Any(item => name(item) == one)) ? [.. all.Where(item => names.Contains(name(item)))] : [];
    }

    private static string[] Names(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
