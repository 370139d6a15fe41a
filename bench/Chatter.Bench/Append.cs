using System.Diagnostics;
using System.Globalization;

namespace Chatter.Bench;

/// <summary>Durable sends a second: senders in a room of their own each keep a window of unacknowledged sends open.</summary>
internal static class Append
{
    public static async Task<Dictionary<string, object>> Run(int senders, int window, int seconds, int events)
    {
        var data = Directory.CreateTempSubdirectory("chatter-bench-").FullName;
        try
        {
            using var server = new ServerProcess(data);
            await server.Start();
            if (events > 0)
            {
                await Store.MakeLarge(server, events);
                await server.Start();
            }
            return await Run(server, senders, window, () => Task.Delay(seconds * 1_000));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    /// <param name="server">A server that runs.</param>
    /// <param name="senders">How many send.</param>
    /// <param name="window">How many sends of each are under way.</param>
    /// <param name="measured">What the time of is measured.</param>
    public static async Task<Dictionary<string, object>> Run(ServerProcess server, int senders, int window, Func<Task> measured)
    {
        using var poller = new Poller();
        var all = new Sender[senders];
        for (var i = 0; i < senders; i++)
        {
            var token = await server.Register($"sender{Guid.NewGuid():N}"[..32]);
            all[i] = new Sender(await server.CreateRoom($"room {Guid.NewGuid()}", token), token, i, poller);
            await all[i].Connect(server.Port);
        }
        var latency = new Histogram();
        foreach (var sender in all) sender.Start(window, latency);
        await Task.Delay(2_000); // Until the code is compiled for good.
        latency.Clear();
        var (cpu, own, since) = (server.CpuSeconds, Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        var before = all.Sum(static sender => sender.Acknowledged);
        await measured();
        var elapsed = Stopwatch.GetElapsedTime(since).TotalSeconds;
        var acknowledged = all.Sum(static sender => sender.Acknowledged) - before;
        var (usedCpu, usedOwn) = (server.CpuSeconds - cpu, (Environment.CpuUsage.TotalTime - own).TotalSeconds);
        await Task.WhenAll(all.Select(static sender => sender.Stop()));
        foreach (var sender in all) sender.Dispose();
        return new()
        {
            ["acknowledgedPerSecond"] = Math.Round(acknowledged / elapsed),
            ["serverMicrosecondsPerSend"] = Math.Round(usedCpu * 1e6 / acknowledged, 1),
            ["p50ms"] = latency.Percentile(0.5),
            ["p99ms"] = latency.Percentile(0.99),
            ["maxMs"] = latency.Percentile(1),
            ["serverCores"] = Math.Round(usedCpu / elapsed, 2),
            ["generatorCores"] = Math.Round(usedOwn / elapsed, 2),
            ["violations"] = all.Sum(static sender => sender.Violations),
        };
    }

    private sealed class Sender(string room, string token, int number, Poller poller) : IDisposable
    {
        private readonly BenchSocket _socket = new(poller);
        private readonly CancellationTokenSource _closing = new();
        private readonly TaskCompletionSource _welcomed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Dictionary<string, long> _sent = [];
        private Histogram? _latency;
        private Task _reading = Task.CompletedTask;
        private long _last;
        private int _number;

        public long Acknowledged { get; private set; }

        public int Violations { get; private set; }

        public async Task Connect(int port)
        {
            _socket.Connect(port, null);
            _socket.Send($$"""{"type":"hello","token":"{{token}}"}""");
            _reading = _socket.Read(Handle, _closing.Token);
            await _welcomed.Task;
        }

        /// <summary>Keeps so many sends under way, from the poller's thread: each answer brings the next send.</summary>
        public void Start(int window, Histogram latency)
        {
            _latency = latency;
            poller.Do(() =>
            {
                for (var i = 0; i < window; i++) Send();
            });
        }

        public async Task Stop()
        {
            await _closing.CancelAsync();
            try
            {
                await _reading;
            }
            catch (OperationCanceledException)
            {
                // As told.
            }
        }

        public void Dispose()
        {
            _socket.Dispose();
            _closing.Dispose();
        }

        private void Send()
        {
            if (_closing.IsCancellationRequested) return;
            var nonce = string.Create(CultureInfo.InvariantCulture, $"{number}.{_number++}");
            _sent.Add(nonce, Stopwatch.GetTimestamp());
            _socket.Send($$"""{"type":"send","room":"{{room}}","text":"Message {{nonce}} of a long conversation about tomatoes, frost and rain.","nonce":"{{nonce}}"}""");
        }

        private void Handle(ReadOnlySpan<byte> payload)
        {
            var frame = Frame.Read(payload);
            switch (frame.Type)
            {
                case "welcome":
                    _welcomed.TrySetResult();
                    break;
                case "sent":
                    if (!_sent.Remove(frame.Nonce!, out var at)) Violations++;
                    // Sends of one socket are committed in their order, and each once.
                    if (frame.Seq <= _last) Violations++;
                    _last = frame.Seq;
                    Acknowledged++;
                    _latency!.Since(at);
                    Send();
                    break;
                case "error":
                    Violations++;
                    Send();
                    break;
            }
        }
    }
}
