using System.Globalization;

namespace Chatter.Bench.Comparing;

/// <summary>What the command line of <c>compare</c> and <c>grow</c> says.</summary>
internal static class CompareCommand
{
    public const string Usage = """
        compare [--workload all|hall4,hall64,hall50,teams,crowd,idle] [--only chatter,signalr,kestrel,node,bun,c] [--rounds 5] [--seconds 5] [--warmup 8]
                [--rate 2000] [--idle 60,360]                                          Chatter beside others; --rate of the crowd; when --idle memory is looked at
        grow    [--workload all|sockets1000,hall1000,rooms10,…] [--rounds 5] [--seconds 5] [--warmup 8]
                                                                                       Chatter alone, the same speech among ever more sockets and rooms
        """;

    private const string All = "all";

    /// <summary>Takes the options of <c>compare</c> out of those given.</summary>
    /// <returns>What to run, or null and what is wrong.</returns>
    public static (Func<bool, Task<bool>>? Run, string? Problem) Parse(Dictionary<string, string> options)
    {
        var time = TakeTime(options);
        var idleFor = Names(Take(options, "idle", "60,360")).Select(Number).Order();
        var only = Take(options, "only", All);
        var contestants = Choose(Contestants.All(), static contestant => contestant.Name, only);
        if (contestants.Count == 0) return (null, $"There are no contestants {only}.");
        return Choose(options, Workloads.All(time, Number(Take(options, "rate", "2000")), [.. idleFor]), contestants);
    }

    /// <summary>The same for <c>grow</c>.</summary>
    public static (Func<bool, Task<bool>>? Run, string? Problem) ParseGrow(Dictionary<string, string> options) => Choose(options, Workloads.Growing(TakeTime(options)), [new ChatterContestant()]);

    private static (Func<bool, Task<bool>>? Run, string? Problem) Choose(Dictionary<string, string> options, IReadOnlyList<Workload> all, IReadOnlyList<Contestant> contestants)
    {
        var wanted = Take(options, "workload", All);
        var rounds = Number(Take(options, "rounds", "5"));
        var workloads = Choose(all, static workload => workload.Name, wanted);
        if (workloads.Count == 0) return (null, $"There are no workloads {wanted}.");
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
    }

    private static Measured TakeTime(Dictionary<string, string> options) => new(Number(Take(options, "warmup", "8")), Number(Take(options, "seconds", "5")));

    private static string Take(Dictionary<string, string> options, string name, string otherwise) => options.Remove(name, out var value) ? value : otherwise;

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
