using System.Collections.Frozen;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Telemetry;

/// <summary>
/// All that Chatter measures: the meter <see cref="MeterName"/>, named after OpenTelemetry's conventions, told in docs/operations.md. Parts say what
/// happened; what they only have to be asked for is registered with one of the Observe methods and costs nothing until somebody collects it.
/// </summary>
public sealed class ChatterMetrics
{
    /// <summary>The meter's name, for whoever exports it.</summary>
    public const string MeterName = "Chatter";

    private const string Other = "other";

    // Without advice the buckets are meant for milliseconds, and these are seconds.
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private static readonly InstrumentAdvice<long> Sizes = new() { HistogramBucketBoundaries = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000] };

    // A client may close with any code from 3000 on: what isn't in the protocol is one value.
    private static readonly FrozenDictionary<ushort, string> Codes = new[]
    {
        CloseCodes.Normal, CloseCodes.GoingAway, CloseCodes.ProtocolError, CloseCodes.UnsupportedData, CloseCodes.NoStatus, CloseCodes.Abnormal, CloseCodes.InvalidPayload,
        CloseCodes.TooBig, CloseCodes.InternalError, CloseCodes.Restart, CloseCodes.TryAgainLater, CloseCodes.Malformed, CloseCodes.NotAuthenticated, CloseCodes.NoHello,
        CloseCodes.Replaced, CloseCodes.Unresponsive, CloseCodes.Flood,
    }.ToFrozenDictionary(static code => code, static code => code.ToString(CultureInfo.InvariantCulture));

    private readonly Meter _meter;
    private readonly Counter<long> _socketsRefused;
    private readonly Counter<long> _socketsOpened;
    private readonly Counter<long> _socketsClosed;
    private readonly Counter<long> _requestsRefused;
    private readonly Counter<long> _frames;
    private readonly Counter<long> _appended;
    private readonly Counter<long> _operations;
    private readonly Histogram<double> _operationDuration;
    private readonly Histogram<long> _batchSize;
    private readonly Histogram<double> _commitDuration;
    private readonly Counter<long> _delivered;
    private readonly Histogram<long> _deliveredInTurn;
    private readonly Histogram<double> _turnDuration;
    private readonly Counter<long> _catchUpReads;
    private readonly Histogram<double> _checkpointDuration;
    private readonly Histogram<double> _drainDuration;
    private readonly Histogram<double> _searchDuration;
    private readonly Counter<long> _limitHits;
    private readonly Counter<long> _uploads;
    private readonly Counter<long> _uploadedBytes;
    private readonly Counter<long> _pushes;

    /// <summary>Creates the meter; the factory disposes of it.</summary>
    public ChatterMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _socketsRefused = _meter.CreateCounter<long>("chatter.socket.refused", "{socket}", "Sockets refused before the upgrade, by reason.");
        _socketsOpened = _meter.CreateCounter<long>("chatter.socket.opened", "{socket}", "Sockets opened, by way: raw (without the HTTP server) or http.");
        _requestsRefused = _meter.CreateCounter<long>("chatter.request.refused", "{request}", "Requests refused before any endpoint, by reason.");
        _socketsClosed = _meter.CreateCounter<long>("chatter.socket.closed", "{socket}", "Sockets that ended, by close code (1006: without a close frame).");
        _frames = _meter.CreateCounter<long>("chatter.frame.received", "{frame}", "Messages of clients, by type.");
        _appended = _meter.CreateCounter<long>("chatter.event.appended", "{event}", "Events committed, by kind.");
        _delivered = _meter.CreateCounter<long>("chatter.event.delivered", "{event}", "Events written to sockets.");
        _operations = _meter.CreateCounter<long>("chatter.append.operations", "{operation}", "Appends and other writes of the event writer that were answered, by outcome: ok or an error code.");
        _operationDuration = _meter.CreateHistogram("chatter.append.operation.duration", "s", "Time that one operation kept the event writer, without the commit, by kind.", null, Durations);
        _batchSize = _meter.CreateHistogram("chatter.append.batch.size", "{operation}", "Operations in one commit.", null, Sizes);
        _commitDuration = _meter.CreateHistogram("chatter.append.commit.duration", "s", "Time from the begin to the end of a batch's transaction.", null, Durations);
        _deliveredInTurn = _meter.CreateHistogram("chatter.dispatch.turn.deliveries", "{event}", "Events that one turn of a dispatch loop wrote, of turns that wrote any.", null, Sizes);
        _turnDuration = _meter.CreateHistogram("chatter.dispatch.turn.duration", "s", "Time that a turn of a dispatch loop took.", null, Durations);
        _catchUpReads = _meter.CreateCounter<long>("chatter.catchup.reads", "{read}", "Pages read from the store for sockets that are behind, by outcome.");
        _checkpointDuration = _meter.CreateHistogram("chatter.store.checkpoint.duration", "s", "Time that a checkpoint of the write-ahead log took.", null, Durations);
        _drainDuration = _meter.CreateHistogram("chatter.drain.duration", "s", "Time from the request to stop until all sockets were told to go.", null, Durations);
        _searchDuration = _meter.CreateHistogram("chatter.search.duration", "s", "Time that a search took, without waiting for its thread.", null, Durations);
        _uploads = _meter.CreateCounter<long>("chatter.file.uploads", "{file}", "Files that people uploaded, by outcome: ok or an error code.");
        _uploadedBytes = _meter.CreateCounter<long>("chatter.file.size", "By", "Bytes of the files that were kept.");
        _pushes = _meter.CreateCounter<long>("chatter.push.answers", "{push}", "Pushes that were tried, by what became of them.");
        _limitHits = _meter.CreateCounter<long>("chatter.limits.hit", "{hit}", "How often a limit kept somebody from something, by the setting's name.");
    }

    /// <summary>A socket was refused before its upgrade.</summary>
    internal void SocketRefused(string reason) => _socketsRefused.Add(1, Tag("reason", reason));

    /// <summary>An operation had its turn in the event writer.</summary>
    internal void OperationExecuted(string kind, TimeSpan took)
    {
        if (_operationDuration.Enabled) _operationDuration.Record(took.TotalSeconds, Tag("kind", kind));
    }

    /// <summary>A request other than an upgrade was refused before any endpoint saw it.</summary>
    internal void RequestRefused(string reason) => _requestsRefused.Add(1, Tag("reason", reason));

    /// <summary>A socket was opened: without the HTTP server, or through it.</summary>
    internal void SocketOpened(bool raw) => _socketsOpened.Add(1, Tag("way", raw ? "raw" : "http"));

    /// <summary>A socket has ended.</summary>
    internal void SocketClosed(ushort code) => _socketsClosed.Add(1, Tag("code", Codes.GetValueOrDefault(code, Other)));

    /// <summary>A message came in.</summary>
    /// <param name="type">A type of the protocol, or what stands for all that aren't.</param>
    internal void FrameReceived(string type) => _frames.Add(1, Tag("type", type));

    /// <summary>An event was committed.</summary>
    internal void EventAppended(string kind) => _appended.Add(1, Tag("kind", kind));

    /// <summary>An operation of the writer was answered.</summary>
    /// <param name="outcome"><c>ok</c>, or an error code.</param>
    internal void OperationAnswered(string outcome) => _operations.Add(1, Tag("outcome", outcome));

    /// <summary>A batch was committed.</summary>
    internal void BatchCommitted(int operations, long since)
    {
        _batchSize.Record(operations);
        _commitDuration.Record(Stopwatch.GetElapsedTime(since).TotalSeconds);
    }

    /// <summary>A loop has turned. Once a turn, not once a delivery.</summary>
    internal void Turned(int delivered, long since)
    {
        _turnDuration.Record(Stopwatch.GetElapsedTime(since).TotalSeconds);
        if (delivered == 0) return;
        _delivered.Add(delivered);
        _deliveredInTurn.Record(delivered);
    }

    /// <summary>A page was read for a socket that is behind, or wasn't.</summary>
    internal void CaughtUp(bool read) => _catchUpReads.Add(1, Tag("outcome", read ? "ok" : "failed"));

    /// <summary>The write-ahead log was copied into the database.</summary>
    internal void Checkpointed(long since) => _checkpointDuration.Record(Stopwatch.GetElapsedTime(since).TotalSeconds);

    /// <summary>A stopping server has told its sockets to go.</summary>
    internal void Drained(long since) => _drainDuration.Record(Stopwatch.GetElapsedTime(since).TotalSeconds);

    /// <summary>A file came, and was kept or refused.</summary>
    /// <param name="outcome"><c>ok</c>, or an error code.</param>
    /// <param name="size">Its bytes, where it was kept.</param>
    internal void FileUploaded(string outcome, long size)
    {
        _uploads.Add(1, Tag("outcome", outcome));
        if (size > 0) _uploadedBytes.Add(size);
    }

    /// <summary>A push was tried.</summary>
    /// <param name="outcome">What became of it.</param>
    internal void PushAnswered(string outcome) => _pushes.Add(1, Tag("outcome", outcome));

    /// <summary>A limit kept somebody from something.</summary>
    /// <param name="limit">The setting's name, without its section.</param>
    public void LimitHit(string limit) => _limitHits.Add(1, Tag("limit", limit));

    internal void ObserveSockets(Func<long> withoutHello, Func<long> greeted) => _meter.CreateObservableUpDownCounter(
        "chatter.socket.count", () => new Measurement<long>[] { new(withoutHello(), Tag("state", "without_hello")), new(greeted(), Tag("state", "greeted")) },
        "{socket}", "Open sockets, by state.");

    internal void ObserveConnections(Func<long> read) => Observe("chatter.connection.count", "{connection}", "Network connections, sockets among them.", read);

    internal void ObserveRequests(Func<long> read) => Observe("chatter.request.count", "{request}", "Requests to /api in work.", read);

    internal void ObserveHellos(Func<long> inWork) => Observe("chatter.hello.count", "{hello}", "Greetings in work.", inWork);

    internal void ObserveAppends(Func<long> count, Func<long> bytes)
    {
        Observe("chatter.append.queue.length", "{operation}", "Appends that wait for their batch.", count);
        Observe("chatter.append.queue.size", "By", "Bytes that these hold.", bytes);
    }

    internal void ObserveStore(Func<bool> isHealthy) => _meter.CreateObservableGauge(
        "chatter.store.healthy", () => isHealthy() ? 1L : 0L, "1", "1 where the last transaction went through and none hangs, else 0.");

    internal void ObserveReads(Func<long> read) => Observe("chatter.store.reader.queue.length", "{read}", "Reads that wait for one of the threads that read the store.", read);

    internal void ObserveWal(Func<long> read) => Observe("chatter.store.wal.size", "By", "Size of the write-ahead log's file.", read);

    internal void ObserveSearches(Func<long> read) => Observe("chatter.search.queue.length", "{search}", "Searches that wait for a thread.", read);

    internal void ObserveSearchIndex(Func<bool> isHealthy, Func<long> behind, Func<double> age)
    {
        _meter.CreateObservableGauge("chatter.search.index.healthy", () => isHealthy() ? 1L : 0L, "1", "1 where the search index takes in what is written, else 0.");
        Observe("chatter.search.index.behind", "{event}", "Events that the search index lacked when all rooms were last looked at.", behind);
        _meter.CreateObservableGauge("chatter.search.index.age", age, "s", "How long the oldest event that isn't in the search index has been waiting.");
    }

    /// <summary>Somebody has searched.</summary>
    internal void Searched(long since) => _searchDuration.Record(Stopwatch.GetElapsedTime(since).TotalSeconds);

    internal void ObserveHashes(Func<long> read) => Observe("chatter.hash.queue.length", "{hash}", "Logins and registrations that wait for a password hash.", read);

    internal void ObserveFiles(Func<long> read) => Observe("chatter.file.queue.length", "{file}", "Files that wait for one of the threads that clean them and make thumbnails.", read);

    internal void ObservePushes(Func<long> read) => Observe("chatter.push.queue.length", "{push}", "Messages that are to be looked at for pushing, and pushes that wait or are to be tried again.", read);

    internal void ObserveJoins(Func<long> read) => Observe("chatter.join.queue.length", "{join}", "Joins that wait to be told to the user's open sockets.", read);

    internal void ObserveTails(Func<long> count, Func<long> bytes)
    {
        Observe("chatter.tail.count", "{room}", "Rooms that somebody follows, whose newest events are in memory.", count);
        Observe("chatter.tail.size", "By", "Bytes of these events.", bytes);
    }

    internal void ObserveDispatch(Func<long> queued, Func<long> behind, Func<double> sinceTurn)
    {
        Observe("chatter.dispatch.queue.length", "{command}", "Commands that wait at all dispatch loops.", queued);
        Observe("chatter.socket.behind", "{socket}", "Sockets that lack events or haven't taken all that was written to them, as of the last look, once a second.", behind);
        _meter.CreateObservableGauge("chatter.dispatch.turn.age", sinceTurn, "s", "Time since the end of the last turn of the loop for which it is longest.");
    }

    internal void ObservePages(Func<long> pages, Func<long> waiting)
    {
        Observe("chatter.page.count", "{page}", "Pages that are made or on their way.", pages);
        Observe("chatter.page.queue.length", "{page}", "Pages that wait for their place.", waiting);
    }

    internal void ObserveCatchUps(Func<long> read) => Observe("chatter.catchup.queue.length", "{read}", "Sockets that wait for their page from the store.", read);

    private void Observe(string name, string unit, string description, Func<long> read) => _meter.CreateObservableUpDownCounter(name, read, unit, description);

    private static KeyValuePair<string, object?> Tag(string key, string value) => new(key, value);
}
