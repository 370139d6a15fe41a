using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Chatter.Bench.Comparing;

/// <summary>What came of all rounds of a workload: medians, with the least and the most.</summary>
internal sealed class Report(Workload workload, IReadOnlyList<string> names)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private readonly List<IReadOnlyDictionary<string, Result>> _rounds = [];

    public bool HasVoid => _rounds.Any(static round => round.Values.Any(static result => result.IsVoid));

    public void Add(IReadOnlyDictionary<string, Result> round) => _rounds.Add(round);

    public string Table()
    {
        var lines = new List<string[]> { Head() };
        foreach (var name in names) lines.Add([name, .. workload.Columns.SelectMany(column => Cells(name, column))]);
        var widths = Enumerable.Range(0, lines[0].Length).Select(i => lines.Max(line => line[i].Length)).ToArray();
        var table = new StringBuilder();
        table.AppendLine(CultureInfo.InvariantCulture, $"\n{workload.Name}: {workload.About}; medians of {_rounds.Count} (least–most)");
        foreach (var (i, line) in lines.Index())
        {
            table.Append("| ").AppendJoin(" | ", line.Select((cell, c) => c == 0 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))).AppendLine(" |");
            if (i == 0) table.Append("| ").AppendJoin(" | ", widths.Select(static (width, c) => c == 0 ? new string('-', width) : new string('-', width - 1) + ":")).AppendLine(" |");
        }
        foreach (var (name, result) in _rounds.SelectMany(static round => round).Where(static run => run.Value.IsVoid)) table.AppendLine(CultureInfo.InvariantCulture, $"VOID, {name}: {string.Join("; ", result.Troubles)}");
        return table.ToString();
    }

    public static string Json(IEnumerable<Report> reports, IReadOnlyDictionary<string, string> leftOut) => JsonSerializer.Serialize(
        new
        {
            Cores = Environment.ProcessorCount,
            LeftOut = leftOut,
            Workloads = reports.ToDictionary(static report => report.Name, static report => report.Everything()),
        },
        Web);

    private string Name => workload.Name;

    private Dictionary<string, object> Everything() => names.ToDictionary(static name => name, object (name) => new
    {
        Rounds = Valid(name).Count(),
        Troubles = _rounds.SelectMany(round => round[name].Troubles),
        Figures = workload.Columns.ToDictionary(static column => column.Key, column => Series.Of(Values(name, column))),
        Ratios = workload.Columns.Where(static column => column.Compared).ToDictionary(static column => column.Key, column => Series.Of(Ratios(name, column))),
    });

    private string[] Head() => ["", .. workload.Columns.SelectMany(column => IsCompared(column) ? [column.Head, $"× {Contestants.Yardstick}"] : new[] { column.Head })];

    private bool IsCompared(Column column) => column.Compared && names.Contains(Contestants.Yardstick);

    private IEnumerable<string> Cells(string name, Column column)
    {
        yield return Series.Of(Values(name, column))?.ToString(column.Format) ?? "–";
        if (IsCompared(column)) yield return Series.Of(Ratios(name, column))?.ToString("0.00") ?? "–";
    }

    private IEnumerable<Result> Valid(string name) => _rounds.Select(round => round[name]).Where(static result => !result.IsVoid);

    private IEnumerable<double> Values(string name, Column column) => Valid(name).Select(result => result.Figures[column.Key]);

    /// <summary>To the yardstick's in the same round, where both are valid.</summary>
    private IEnumerable<double> Ratios(string name, Column column) => _rounds
        .Where(round => !round[name].IsVoid && round.TryGetValue(Contestants.Yardstick, out var yardstick) && !yardstick.IsVoid)
        .Select(round => round[name].Figures[column.Key] / round[Contestants.Yardstick].Figures[column.Key]);
}

/// <summary>Several values of one figure.</summary>
internal sealed record Series(double Median, double Least, double Most)
{
    public static Series? Of(IEnumerable<double> values)
    {
        var sorted = values.Where(double.IsFinite).Order().ToArray();
        if (sorted.Length == 0) return null;
        var middle = sorted.Length / 2;
        return new Series(sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted[0], sorted[^1]);
    }

    public string ToString(string format) => Least == Most
        ? Median.ToString(format, CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Median.ToString(format, CultureInfo.InvariantCulture)} ({Least.ToString(format, CultureInfo.InvariantCulture)}–{Most.ToString(format, CultureInfo.InvariantCulture)})");
}
