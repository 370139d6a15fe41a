using System.Diagnostics;
using System.Globalization;

namespace Chatter.Bench.Searching;

/// <summary>What it takes to index much talk, how long searches in it take, and how far behind the index is while people write.</summary>
internal static class Searches
{
    private const int Senders = 20;
    private const int Window = 1;

    // Kinds of searches by what they are for; the number chooses the words.
    private static readonly (string Name, Func<int, string> Query)[] Kinds =
    [
        ("frequent", static i => SearchedStore.Word(i % 10)),
        ("usual", static i => SearchedStore.Word(300 + i * 7)),
        ("rare", static i => SearchedStore.Word(30_000 + i * 31)),
        ("nowhere", static i => $"\"{SearchedStore.Word(i % 10)}xyz\""),
        ("twoFrequent", static i => $"{SearchedStore.Word(i % 10)} {SearchedStore.Word(10 + i % 10)}"),
        ("phrase", static i => $"\"{SearchedStore.Word(i % 20)} {SearchedStore.Word(i * 3 % 20)}\""),
        ("beginning", static i => SearchedStore.Word(i % 50)[..(2 + i % 2)]),
        ("without", static i => $"{SearchedStore.Word(i % 10)} -{SearchedStore.Word(20 + i % 10)}"),
        ("filters", static i => $"{SearchedStore.Word(i % 10)} from:author{i % 500} after:2025-12-31"),
        ("fromAndLink", static i => $"from:author{i % 500} has:link"),
    ];

    public static async Task<Dictionary<string, object>> Run(int messages, int times)
    {
        var data = Directory.CreateTempSubdirectory("chatter-bench-").FullName;
        try
        {
            using var server = new ServerProcess(data);
            await server.Start();
            string[] readers = ["everywhere", "somewhere", "quiet"];
            var tokens = new List<string>();
            foreach (var reader in readers) tokens.Add(await server.Register(reader));
            server.Kill();
            await new SearchedStore(Path.Combine(data, "chatter.db"), messages).Fill(readers);
            await server.Start();
            var result = new Dictionary<string, object>();
            var since = Stopwatch.GetTimestamp();
            var cpu = server.CpuSeconds;
            while (!await IsComplete(server, tokens[0])) await Task.Delay(100);
            var built = Stopwatch.GetElapsedTime(since).TotalSeconds;
            result["buildSeconds"] = Math.Round(built, 1);
            result["builtPerSecond"] = Math.Round(messages / built);
            result["buildCpuSeconds"] = Math.Round(server.CpuSeconds - cpu, 1);
            result["databaseMiB"] = new FileInfo(Path.Combine(data, "chatter.db")).Length >> 20;
            result["indexMiB"] = new FileInfo(Path.Combine(data, "search.db")).Length >> 20;
            for (var reader = 0; reader < readers.Length; reader++) await Measure(result, server, readers[reader], tokens[reader], times);
            await Follow(result, server);
            return result;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task Measure(Dictionary<string, object> result, ServerProcess server, string reader, string token, int times)
    {
        var all = new Histogram();
        foreach (var (name, query) in Kinds)
        {
            for (var i = 0; i < 10; i++) await Ask(server, token, query(i)); // Until the code is compiled and the pages are there.
            var latency = new Histogram();
            for (var i = 0; i < times; i++)
            {
                var asked = Stopwatch.GetTimestamp();
                await Ask(server, token, query(i));
                latency.Since(asked);
                all.Since(asked);
            }
            result[$"{reader}.{name}"] = Told(latency);
        }
        result[$"{reader}.all"] = Told(all);
    }

    /// <summary>How long it takes from the acknowledgement of a message until it is found, while others write.</summary>
    private static async Task Follow(Dictionary<string, object> result, ServerProcess server)
    {
        var token = await server.Register("follower");
        var room = await server.CreateRoom("followed", token);
        var lag = new Histogram();
        var filling = await Append.Run(server, Senders, Window, async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                var word = $"unique{Guid.NewGuid():N}";
                await server.Call(HttpMethod.Post, $"/api/rooms/{room}/messages", new { text = word }, token);
                var sent = Stopwatch.GetTimestamp();
                while ((await Ask(server, token, word)).Hits == 0) await Task.Delay(5);
                lag.Since(sent);
            }
        });
        result["lagMs"] = Told(lag);
        result["meanwhileSendsPerSecond"] = filling["acknowledgedPerSecond"];
        result["violations"] = filling["violations"];
    }

    private static async Task<bool> IsComplete(ServerProcess server, string token) => (await Ask(server, token, "nothing")).Complete;

    private static async Task<(int Hits, bool Complete)> Ask(ServerProcess server, string token, string query)
    {
        var page = await server.Call(HttpMethod.Get, $"/api/search?q={Uri.EscapeDataString(query)}", null, token);
        return (page.GetProperty("hits").GetArrayLength(), page.GetProperty("complete").GetBoolean());
    }

    private static string Told(Histogram latency) =>
        string.Create(CultureInfo.InvariantCulture, $"p50 {latency.Percentile(0.5):0.0} p95 {latency.Percentile(0.95):0.0} p99 {latency.Percentile(0.99):0.0}");
}
