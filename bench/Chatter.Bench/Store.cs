using Chatter.Bench.Comparing;
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
            using var server = new ServerProcess(data);
            result["emptyMs"] = Math.Round((await server.Start()).TotalMilliseconds);
            await MakeLarge(server, events);
            result[$"with{events}EventsMs"] = Math.Round((await server.Start()).TotalMilliseconds);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
        return result;
    }

    /// <summary>Makes a room of so many events, and stops the server for that.</summary>
    public static async Task<PreparedRoom> MakeLarge(ServerProcess server, int events)
    {
        var token = await server.Register("filler");
        var room = new PreparedRoom(await server.CreateRoom("large", token), token);
        server.Kill();
        await Fill(Path.Combine(server.Data, "chatter.db"), events);
        return room;
    }

    /// <summary>Fills the one room of a database, with the program stopped.</summary>
    private static async Task Fill(string path, int events)
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
