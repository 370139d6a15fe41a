using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Chatter.Chat.Tests.Support;

/// <summary>What one server's meter measures, as an exporter would see it.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, Instrument> _instruments = new();
    private readonly ConcurrentDictionary<(string Instrument, string Tag), double> _sums = new();
    private readonly ConcurrentDictionary<(string Instrument, string Tag), double> _last = new();

    public Measurements(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // There are other servers in this process.
            if (instrument.Meter.Name != ChatterMetrics.MeterName || !ReferenceEquals(instrument.Meter.Scope, meters)) return;
            _instruments[instrument.Name] = instrument;
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>For parts that are tested by themselves: measures that nobody looks at.</summary>
    public static ChatterMetrics Nobodys => new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());

    public IReadOnlyCollection<Instrument> Instruments => [.. _instruments.Values];

    /// <summary>The tags seen, as <c>instrument tag</c>.</summary>
    public IReadOnlyCollection<(string Instrument, string Tag)> Seen => [.. _sums.Keys];

    /// <summary>What was added up, or recorded, of an instrument since the beginning; with a tag, as <c>limit=Sockets</c>, of that only.</summary>
    public double Sum(string instrument, string? tag = null) => _sums.Where(sum => sum.Key.Instrument == instrument && (tag is null || sum.Key.Tag == tag)).Sum(static sum => sum.Value);

    /// <summary>How often a limit was hit.</summary>
    public double Hits(string limit) => Sum("chatter.limits.hit", "limit=" + limit);

    /// <summary>What an observable instrument says now.</summary>
    public double Now(string instrument, string tag = "")
    {
        _listener.RecordObservableInstruments();
        return _last[(instrument, tag)];
    }

    public void Dispose() => _listener.Dispose();

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = (instrument.Name, string.Join(',', tags.ToArray().Select(static tag => $"{tag.Key}={tag.Value}")));
        _sums.AddOrUpdate(key, value, (_, sum) => sum + value);
        _last[key] = value;
    }
}
