using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Chatter.App.Tests.Startup;
using Chatter.Chat.Client;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.App.Tests.Scenarios;

/// <summary>The program is killed without warning under load, and started again on the same data. Nobody may notice more than a pause.</summary>
public sealed class KillTests
{
    private const string Password = "frost on the tomatoes";
    private const int Kills = 3;
    private const int Talkers = 4;

    private static readonly (string, string)[] NoLimits =
    [
        ("Chatter__Limits__SendsPerSecond", "100000"), ("Chatter__Limits__SendBurst", "100000"),
        ("Chatter__Limits__ReadMarksPerSecond", "100000"), ("Chatter__Limits__ReadMarkBurst", "100000"), ("Chatter__Limits__FramesPerSecond", "100000"), ("Chatter__Limits__FrameBurst", "100000"),
    ];

    /// <summary>S1, S2, S3, S4, S7, S8, S11 under P1.</summary>
    [Fact]
    public async Task P1_what_was_acknowledged_or_seen_before_a_kill_is_in_the_log_once_and_everybody_gets_it_once_and_in_order()
    {
        var cancel = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("chatter-kill-");
        string[] arguments = ["--urls", $"http://127.0.0.1:{Condition.FreePort()}"];
        var server = await ServerProcess.Start(folder.FullName, arguments, NoLimits);
        var talkers = new List<Talker>();
        try
        {
            var address = server.Address;
            using var http = new HttpClient { BaseAddress = address };
            var room = Guid.Empty;
            for (var i = 0; i < Talkers; i++)
            {
                using var registered = await http.PostAsJsonAsync("/api/register", new { name = $"talker{i}", password = Password }, cancel);
                registered.EnsureSuccessStatusCode();
                var client = await ChatClient.LogIn(address, $"talker{i}", Password, cancel);
                await client.Online(cancel);
                if (i == 0) room = (await client.CreateRoom("garden", cancel: cancel)).Id;
                else await client.Join(room, cancel: cancel);
                talkers.Add(new Talker(client, room, i));
            }

            using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var talking = talkers.Select(talker => talker.Talk(enough.Token)).ToArray();
            for (var i = 0; i < Kills; i++)
            {
                // Not before something is at stake: acknowledged sends since the last start, and others under way.
                var acknowledged = talkers.Sum(static t => t.Acknowledged.Count);
                await Condition.Until(() => talkers.Sum(static t => t.Acknowledged.Count) > acknowledged + 200 && talkers.Any(t => t.Client.Outbox(room).Count > 0), cancel);
                await server.DisposeAsync();
                server = await ServerProcess.Start(folder.FullName, arguments, NoLimits);
            }
            await enough.CancelAsync();
            await Task.WhenAll(talking).WaitAsync(TimeSpan.FromSeconds(60), cancel);

            var log = await History(talkers[0].Client, room, cancel);
            await Condition.Until(() => talkers.All(t => t.Last == log[^1].Seq), cancel);
            Assert.Equal(Enumerable.Range(1, log.Count).Select(static i => (long)i), log.Select(static e => e.Seq));
            var messages = log.Where(static e => e.Kind == EventKinds.Message).ToDictionary(static e => e.Text!);
            foreach (var talker in talkers)
            {
                Assert.Empty(talker.Violations);
                foreach (var (text, seq) in talker.Acknowledged) Assert.Equal(seq, messages[text].Seq);
                foreach (var (seq, id) in talker.Seen) Assert.Equal(id, log[(int)seq - 1].Id);
                Assert.Equal(log.Count - talker.From, talker.Seen.Count);
            }
            Assert.Equal(talkers.Sum(static t => t.Sent), messages.Count);
        }
        finally
        {
            foreach (var talker in talkers) await talker.Client.DisposeAsync();
            await server.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    private static async Task<List<RoomEvent>> History(ChatClient client, Guid room, CancellationToken cancel)
    {
        var log = new List<RoomEvent>();
        while (true)
        {
            var page = await client.History(room, after: log.Count == 0 ? 0 : log[^1].Seq, limit: 200, cancel: cancel);
            log.AddRange(page.Events);
            if (!page.More) return log;
        }
    }

    /// <summary>Sends one message after the other, a few under way at a time, and keeps what it was told.</summary>
    private sealed class Talker
    {
        private const int UnderWay = 8;

        private readonly Guid _room;
        private readonly int _number;
        private int _sent;

        public Talker(ChatClient client, Guid room, int number)
        {
            (Client, _room, _number) = (client, room, number);
            client.FramesReceived += Receive;
        }

        public ChatClient Client { get; }

        public int Sent => _sent;

        public long Last { get; private set; }

        /// <summary>Events before the first that it was sent live.</summary>
        public long From { get; private set; } = -1;

        public ConcurrentDictionary<string, long> Acknowledged { get; } = new();

        public Dictionary<long, Guid> Seen { get; } = [];

        public ConcurrentQueue<string> Violations { get; } = new();

        public Task Talk(CancellationToken enough) => Task.WhenAll(Enumerable.Range(0, UnderWay).Select(async _ =>
        {
            while (!enough.IsCancellationRequested)
            {
                var text = $"{_number}: message {Interlocked.Increment(ref _sent)}";
                var sent = await Client.Send(_room, text, cancel: CancellationToken.None);
                if (!Acknowledged.TryAdd(text, sent.Seq)) Violations.Enqueue($"{text} was acknowledged twice");
            }
        }));

        private void Receive(IReadOnlyList<ServerFrame> frames)
        {
            foreach (var frame in frames)
            {
                if (frame is ResetFrame reset) Violations.Enqueue($"reset: {JsonSerializer.Serialize(reset)}");
                if (frame is not RoomEvent item || item.Room != _room) continue;
                if (From < 0) From = item.Seq - 1;
                else if (item.Seq != Last + 1) Violations.Enqueue($"{item.Seq} came after {Last}");
                Last = item.Seq;
                Seen[item.Seq] = item.Id;
            }
        }
    }
}
