using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Chatter.Bench.Comparing;

namespace Chatter.Bench;

/// <summary>Durable messages a second over HTTP, as scripts and bots send them: clients in a room of their own, each with a connection and one request under way.</summary>
internal static class Posting
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<Dictionary<string, object>> Run(int clients, int seconds)
    {
        using var data = await PreparedData.Create(clients);
        using var server = new ServerProcess(data.Folder);
        await server.Start();
        using var poller = new Poller();
        var latency = new Histogram();
        var all = data.Rooms.Select(room => new Client(new Room(room.Id, room.Token), poller, latency)).ToArray();
        poller.Do(() =>
        {
            foreach (var client in all) client.Connect(server.Port);
        });
        await Task.Delay(2_000); // Until the code is compiled for good.
        latency.Clear();
        var (cpu, own, since) = (server.CpuSeconds, Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        var before = all.Sum(static client => client.Acknowledged);
        await Task.Delay(seconds * 1_000);
        var elapsed = Stopwatch.GetElapsedTime(since).TotalSeconds;
        var acknowledged = all.Sum(static client => client.Acknowledged) - before;
        var (usedCpu, usedOwn) = (server.CpuSeconds - cpu, (Environment.CpuUsage.TotalTime - own).TotalSeconds);
        await Task.WhenAll(all.Select(static client => client.Stop())).WaitAsync(Patience);
        foreach (var client in all) await client.Check(server);
        var violations = all.SelectMany(static client => client.Room.Violations).ToArray();
        foreach (var violation in violations.Take(20)) Console.Error.WriteLine(violation);
        return new()
        {
            ["messagesPerSecond"] = Math.Round(acknowledged / elapsed),
            ["serverMicrosecondsPerMessage"] = Math.Round(usedCpu * 1e6 / acknowledged, 1),
            ["p50ms"] = latency.Percentile(0.5),
            ["p99ms"] = latency.Percentile(0.99),
            ["maxMs"] = latency.Percentile(1),
            ["serverCores"] = Math.Round(usedCpu / elapsed, 2),
            ["generatorCores"] = Math.Round(usedOwn / elapsed, 2),
            ["inTheLogs"] = all.Sum(static client => client.Acknowledged),
            ["violations"] = violations.Length,
        };
    }

    private sealed class Client(Room room, Poller poller, Histogram latency) : HttpConnection(poller, room.Token)
    {
        private readonly Poller _poller = poller;
        private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private string _nonce = "";
        private long _sentAt;
        private long _last = 1; // The owner's own `joined`.
        private bool _stops;

        public Room Room => room;

        public long Acknowledged { get; private set; }

        /// <summary>Completes with the answer to the request under way.</summary>
        public Task Stop()
        {
            _poller.Do(() => _stops = true);
            return _stopped.Task;
        }

        /// <summary>The room's log, read anew, has all that was acknowledged and nothing else.</summary>
        public async Task Check(ServerProcess server)
        {
            if (await room.CheckHistory(server) is var last && last != _last) room.Violation($"the log ends at {last}, and the last acknowledged is {_last}");
        }

        protected override void Opened() => Say();

        protected override void Answered(int status, ReadOnlySpan<byte> body, long now)
        {
            if (status != 201)
            {
                room.Violation($"{status} {Encoding.UTF8.GetString(body)}");
            }
            else
            {
                latency.Add(now - _sentAt);
                var frame = Frame.Read(body);
                // Nobody else speaks in the room, and the next is said when this one is answered.
                if (frame.Seq != _last + 1 || frame.Nonce != _nonce || !HasId(body)) room.Violation($"{_nonce} came after {_last} and is {Encoding.UTF8.GetString(body)}");
                room.Ack(_nonce, frame.Seq);
                _last = frame.Seq;
                Acknowledged++;
            }
            if (!_stops) Say();
            else _stopped.TrySetResult();
        }

        protected override void Ended(string why)
        {
            room.Violation(why);
            _stopped.TrySetResult();
        }

        private static bool HasId(ReadOnlySpan<byte> body)
        {
            var at = body.IndexOf("\"id\":\""u8);
            return at >= 0 && Utf8Parser.TryParse(body[(at + 6)..], out Guid _, out var length) && length == 36;
        }

        // The nonce begins with the time, as those of ChatClient do.
        private void Say()
        {
            _sentAt = Stopwatch.GetTimestamp();
            _nonce = string.Create(CultureInfo.InvariantCulture, $"{_sentAt:x16}.{_last}");
            Post($"/api/rooms/{room.Id}/messages", $$"""{"text":"Message {{_last}} of a long conversation about tomatoes, frost and rain.","nonce":"{{_nonce}}"}""");
        }
    }
}
