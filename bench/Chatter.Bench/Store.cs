using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Chatter.Bench;

/// <summary>How long the program takes to start, on an empty and on a large database.</summary>
internal static class Store
{
    public static async Task<Dictionary<string, object>> Start(int events)
    {
        var data = Directory.CreateTempSubdirectory("chatter-bench-").FullName;
        var result = new Dictionary<string, object>();
        try
        {
            using (var server = new ServerProcess(data))
            {
                result["emptyMs"] = Math.Round((await server.Start()).TotalMilliseconds);
                var token = await server.Register("filler");
                await server.CreateRoom("large", token);
                server.Kill();
            }
            await Fill(Path.Combine(data, "chatter.db"), events);
            using (var server = new ServerProcess(data))
            {
                result[$"with{events}EventsMs"] = Math.Round((await server.Start()).TotalMilliseconds);
                await Pages(server, events, result);
            }
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
        return result;
    }

    private static async Task Pages(ServerProcess server, int events, Dictionary<string, object> result)
    {
        var token = (await server.Call(HttpMethod.Post, "/api/login", new { name = "filler", password = "a long enough pass phrase" }, null)).GetProperty("token").GetString();
        var room = (await server.Call(HttpMethod.Get, "/api/rooms", null, token)).GetProperty("rooms")[0].GetProperty("id").GetString();
        foreach (var (name, query) in new[] { ("newest", ""), ("middle", $"&around={events / 2}"), ("oldest", "&after=0") })
        {
            var times = new List<double>();
            for (var i = 0; i < 200; i++)
            {
                var since = Stopwatch.GetTimestamp();
                await server.Call(HttpMethod.Get, $"/api/rooms/{room}/events?limit=50{query}", null, token);
                times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            }
            times.Sort();
            result[$"{name}PageP99ms"] = Math.Round(times[197], 2);
        }
    }

    /// <summary>Fills the one room of a database, with the program stopped.</summary>
    public static async Task Fill(string path, int events)
    {
        await using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = """
            insert into events (room, seq, id, at, kind, messages, sender, sender_name, nonce, text, data)
            with recursive n (i) as (select 2 union all select i + 1 from n where i <= $events)
            select h.room, n.i, randomblob(16), h.last_at + n.i, 0, n.i - 1, u.id, u.user_name, null, 'Message number ' || n.i || ' of a long conversation about tomatoes.', null
            from n, room_heads h, users u;
            update room_heads set last_seq = $events + 1, messages = $events, last_at = last_at + $events;
            """;
        command.CommandTimeout = 0;
        command.Parameters.AddWithValue("$events", events);
        await command.ExecuteNonQueryAsync();
    }
}
