using System.Diagnostics;
using System.Globalization;

namespace Chatter.Bench.Paging;

/// <summary>What came of one way to page.</summary>
internal sealed record PageFigures(double PagesPerSecond, double P50ms, double P99ms, double MaxMs)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{PagesPerSecond,8:N0} a second, p50 {P50ms,6:0.00} ms, p99 {P99ms,6:0.00} ms, at most {MaxMs,6:0.0} ms");
}

/// <summary>The same page, asked for again and again by all of a run's connections. For one thread.</summary>
internal sealed class PageRun(PagePlace place)
{
    private readonly Histogram _latency = new();
    private byte[]? _first;
    private long _since;

    public PagePlace Place => place;

    /// <summary>No further page is wanted.</summary>
    public bool Stops { get; set; }

    public List<string> Violations { get; } = [];

    /// <summary>Counts a page. Nobody writes meanwhile, so that each is to the letter what the first was, which is looked at closely.</summary>
    public void Take(ReadOnlySpan<byte> page, long took)
    {
        if (_first is null)
        {
            if (place.Problem(page) is { } problem) Violations.Add(problem);
            _first = page.ToArray();
        }
        else if (!page.SequenceEqual(_first))
        {
            Violations.Add($"{place.Name}: a page differs from the first");
        }
        _latency.Add(took);
    }

    public void Start()
    {
        _latency.Clear();
        _since = Stopwatch.GetTimestamp();
    }

    public PageFigures Finish()
    {
        Stops = true;
        return new PageFigures(Math.Round(_latency.Count / Stopwatch.GetElapsedTime(_since).TotalSeconds), _latency.Percentile(0.5), _latency.Percentile(0.99), _latency.Percentile(1));
    }
}
