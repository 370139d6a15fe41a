using System.Globalization;

namespace Chatter.Bench.Comparing;

/// <summary>Each contestant in turn, round after round, so that what else the machine does meanwhile hits all alike.</summary>
internal sealed class Comparison(IReadOnlyList<Workload> workloads, IReadOnlyList<Contestant> contestants, Func<Workload, int> rounds)
{
    private readonly Dictionary<string, string> _leftOut = [];

    /// <returns>Whether no run was void.</returns>
    public async Task<bool> Run(bool json)
    {
        var present = new List<Contestant>();
        foreach (var contestant in contestants)
        {
            Note($"preparing {contestant.Name}");
            if (await contestant.Prepare() is { } problem) Note($"{contestant.Name} is left out: {_leftOut[contestant.Name] = problem}");
            else present.Add(contestant);
        }
        var reports = new List<Report>();
        foreach (var workload in workloads)
        {
            var report = new Report(workload, [.. present.Select(static contestant => contestant.Name)]);
            for (var round = 0; round < rounds(workload); round++) report.Add(await Round(workload, present, round));
            reports.Add(report);
            if (!json) Console.WriteLine(report.Table());
        }
        if (json) Console.WriteLine(Report.Json(reports, _leftOut));
        return reports.All(static report => !report.HasVoid);
    }

    /// <summary>One round; it begins with another contestant each time.</summary>
    private static async Task<IReadOnlyDictionary<string, Result>> Round(Workload workload, List<Contestant> present, int round)
    {
        var results = new Dictionary<string, Result>();
        for (var i = 0; i < present.Count; i++)
        {
            var contestant = present[(round + i) % present.Count];
            var result = await Run(workload, contestant);
            results[contestant.Name] = result;
            Note(string.Create(CultureInfo.InvariantCulture, $"{workload.Name}, round {round + 1}: {contestant.Name}{(result.IsVoid ? " is VOID: " + string.Join("; ", result.Troubles.Take(3)) : "")}"));
        }
        return results;
    }

    private static async Task<Result> Run(Workload workload, Contestant contestant)
    {
        try
        {
            using var server = await contestant.Start(workload.Layout);
            return await workload.Run(server);
        }
        catch (Exception e)
        {
            // The others go on.
            return Result.Void(e.Message);
        }
    }

    private static void Note(string what) => Console.Error.WriteLine(what);
}
