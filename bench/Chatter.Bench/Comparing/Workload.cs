namespace Chatter.Bench.Comparing;

/// <summary>What is done with each contestant's server, and what is measured.</summary>
internal abstract class Workload(string name, string about, Layout layout)
{
    public string Name => name;

    public string About => about;

    public Layout Layout => layout;

    /// <summary>The figures of a run, as the table shows them.</summary>
    public abstract IReadOnlyList<Column> Columns { get; }

    /// <summary>Runs it once, on a server that has just been started.</summary>
    public abstract Task<Result> Run(RunningServer server);
}

/// <summary>A figure's place in the table.</summary>
/// <param name="Key">Its name in <see cref="Result.Figures"/> and in JSON.</param>
/// <param name="Head">What stands above it.</param>
/// <param name="Format">How it is written.</param>
/// <param name="Compared">Whether its ratio to the yardstick's in the same round is shown.</param>
internal sealed record Column(string Key, string Head, string Format, bool Compared = false);

/// <summary>What came of a run.</summary>
/// <param name="Figures">What was measured.</param>
/// <param name="Troubles">Why it is void; empty if it isn't.</param>
internal sealed record Result(IReadOnlyDictionary<string, double> Figures, IReadOnlyList<string> Troubles)
{
    public bool IsVoid => Troubles.Count > 0;

    public static Result Void(string why) => new(new Dictionary<string, double>(), [why]);
}
