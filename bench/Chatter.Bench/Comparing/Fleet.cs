using System.Diagnostics;

namespace Chatter.Bench.Comparing;

/// <summary>All sockets of a run, on one thread: the generator, the same for all contestants.</summary>
internal sealed class Fleet : IDisposable
{
    // At a time, so that no server's queue of connections overflows: that costs a second each.
    private const int Opening = 100;
    private const int PingRounds = 60;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Layout _layout;
    private readonly RunningServer _server;
    private readonly Line[] _lines;
    private readonly Ledger _ledger;
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _begun;
    private int _live;
    private long _turn;
    private bool _answers;

    public Fleet(Layout layout, RunningServer server)
    {
        (_layout, _server) = (layout, server);
        _ledger = new Ledger(layout);
        _lines = [.. Enumerable.Range(0, layout.Sockets).Select(i => new Line(i, server.Dialect.Path(layout.GroupOf(i)), this))];
    }

    public Poller Poller { get; } = new();

    /// <summary>Opens all sockets.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> Open()
    {
        var since = Stopwatch.GetTimestamp();
        await Poller.Ask(() =>
        {
            for (var i = 0; i < Opening; i++) OpenNext();
            return true;
        });
        await _open.Task.WaitAsync(TimeSpan.FromMinutes(2));
        var took = Stopwatch.GetElapsedTime(since);
        if (_server.Dialect.Ping is { } ping) KeepPinging(ping);
        return took;
    }

    /// <summary>A closed loop: so many messages are under way at a time; when everybody has one, the next is said.</summary>
    public void KeepUnderWay(int window) => Poller.Do(() =>
    {
        _answers = true;
        for (var i = 0; i < window; i++) Say();
    });

    /// <summary>An open loop: a slow server doesn't slow the speakers down, so it shows in the latency.</summary>
    public void SayEvery(TimeSpan pause, int times) => _ = Poller.Every(TimeSpan.Zero, pause, times, Say);

    /// <summary>Asks the ledger something, between two messages.</summary>
    public Task<T> Ask<T>(Func<Ledger, T> question) => Poller.Ask(() => question(_ledger));

    /// <summary>Says nothing more, and waits until everybody has everything, or nothing has come for long.</summary>
    public async Task Finish()
    {
        await Poller.Ask(() => _answers = false);
        var (deliveries, since) = (-1L, Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(since) < Patience)
        {
            var (underWay, now) = await Ask(static ledger => (ledger.UnderWay, ledger.Deliveries));
            if (underWay == 0) break;
            if (now != deliveries) (deliveries, since) = (now, Stopwatch.GetTimestamp());
            await Task.Delay(20);
        }
        await Task.Delay(100); // What comes twice comes late.
        await Ask(ledger =>
        {
            ledger.Close(_server.Dialect.OneOrder);
            return true;
        });
    }

    public void Dispose()
    {
        Poller.Dispose();
        foreach (var line in _lines) line.Dispose();
    }

    internal void Upgraded(Line line)
    {
        foreach (var message in _server.Dialect.Opening(_layout.GroupOf(line.Number))) line.Send(message);
    }

    internal void Received(Line line, long message, long now)
    {
        if (_ledger.Receive(line.Number, message, now) && _answers) Say();
    }

    internal void Unmarked(Line line, ReadOnlySpan<byte> payload)
    {
        switch (_server.Dialect.Read(payload))
        {
            case Meaning.Live:
                if (++_live == _lines.Length) _open.TrySetResult();
                else OpenNext();
                break;
            case Meaning.Refusal:
                _ledger.Trouble($"socket {line.Number}: {System.Text.Encoding.UTF8.GetString(payload)}");
                break;
        }
    }

    internal void Ended(Line line, string why)
    {
        _ledger.Trouble($"socket {line.Number}: {why}");
        _open.TrySetException(new IOException($"Socket {line.Number}: {why}."));
    }

    private void OpenNext()
    {
        if (_begun == _lines.Length) return;
        _lines[_begun++].Connect(_server.Port);
    }

    private void Say()
    {
        var speaker = (int)(_turn % _layout.Speakers);
        var room = _layout.RoomOf(speaker, _turn++ / _layout.Speakers);
        _lines[speaker].Send(_server.Dialect.Message(room, _ledger.Say(speaker, room)));
    }

    // Spread over time, as those of clients are.
    private void KeepPinging(string ping)
    {
        var round = 0;
        _ = Poller.Every(TimeSpan.Zero, Dialect.PingEvery / PingRounds, int.MaxValue, () =>
        {
            for (var i = round++ % PingRounds; i < _lines.Length; i += PingRounds) _lines[i].Send(ping);
        });
    }
}
