using System.Net.Http.Json;
using System.Text.Json;
using Chatter.App.Tests.Faults.History;
using Microsoft.Data.Sqlite;

namespace Chatter.App.Tests.Faults.Workload;

/// <summary>Reads everything when all is over: by history, by resuming from 0, and from the database itself.</summary>
internal static class FinalReading
{
    private static readonly string[] Kinds = ["message", "edited", "deleted", "reacted", "joined", "left", "removed", "renamed", "topic", "owner"];

    /// <summary>The last seq of each of these rooms, and who is in it, from the database.</summary>
    public static FinalState Stored(string database, IEnumerable<string> rooms)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ConnectionString);
        connection.Open();
        using var snapshot = connection.BeginTransaction(deferred: true);
        var final = new FinalState();
        foreach (var room in rooms)
        {
            var id = Guid.Parse(room).ToByteArray(bigEndian: true);
            final.Stored[room] = Rows(connection, snapshot, "select seq, id, at, kind, sender, text, nonce, data from events where room = $room order by seq", id, static row => Event(row));
            var members = Rows(connection, snapshot, "select user from members where room = $room", id, static row => Id(row, 0)!);
            final.Rooms[room] = Rows(connection, snapshot, "select last_seq, messages, members from room_heads where room = $room", id, row => new StoredRoom(row.GetInt64(0), row.GetInt64(1), row.GetInt32(2), members))
                // A room that was lost has an empty log: it is for the laws to say what that means for what was acknowledged.
                .SingleOrDefault(new StoredRoom(0, 0, 0, members));
            final.Nonces.AddRange(Rows(connection, snapshot, "select sender, nonce, seq from nonces where room = $room", id, row => new NonceRow(room, Id(row, 0)!, row.GetString(1), row.GetInt64(2))));
        }
        return final;
    }

    /// <summary>Adds what fresh clients read to what is stored.</summary>
    public static async Task ByClients(World world, FinalState final, string epoch, int resumeLimit, CancellationToken cancel)
    {
        var ends = final.Stored.ToDictionary(static room => room.Key, static room => room.Value.Count == 0 ? 0 : room.Value[^1].Seq);
        await using var pager = new Talker(world, world.Keeper, 98, new Random(0));
        await pager.EnsureOpen(cancel);
        foreach (var room in world.Rooms) await pager.PageThrough(room, 0, ends[room], cancel);

        // From 0 where that isn't too far behind; what lies before is another page's.
        await using var resumer = new Talker(world, world.Keeper, 99, new Random(0));
        foreach (var room in world.Rooms) resumer.ResumeFrom([room], Math.Max(0, ends[room] - resumeLimit), epoch);
        await resumer.CatchUp(ends, cancel);

        foreach (var room in world.Rooms)
        {
            final.ByHistory[room] = Paged(world, pager.Reader, room);
            var resumed = world.Recorder.History.Connections.Where(c => c.Reader == resumer.Reader).SelectMany(static c => c.Received).Where(r => r.Event is not null && r.Room == room).Select(static r => r.Event!);
            final.ByResume[room] = [.. final.ByHistory[room].TakeWhile(e => e.Seq <= ends[room] - resumeLimit), .. resumed.DistinctBy(static e => e.Seq)];
        }
        foreach (var person in world.People) await Entries(world, person, final, cancel);
    }

    private static List<LogEvent> Paged(World world, string reader, string room) =>
        [.. world.Recorder.History.Pages.Where(p => p.Reader == reader && p.Room == room).SelectMany(static p => p.Events)];

    private static async Task Entries(World world, Person person, FinalState final, CancellationToken cancel)
    {
        using var answer = await world.Call(HttpMethod.Get, "/api/me", person, null, cancel);
        answer.EnsureSuccessStatusCode();
        foreach (var entry in (await answer.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("rooms").EnumerateArray())
        {
            var room = entry.GetProperty("room");
            if (final.Stored.ContainsKey(room.Text("id")))
                final.Entries.Add(new FinalEntry(person.Id, room.Text("id"), entry.Number("last"), entry.Number("read"), entry.Number("unread"), room.GetProperty("members").GetInt32()));
        }
    }

    private static List<T> Rows<T>(SqliteConnection connection, SqliteTransaction snapshot, string sql, byte[] room, Func<SqliteDataReader, T> map)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants, above.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = snapshot;
        command.Parameters.AddWithValue("$room", room);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(map(reader));
        return rows;
    }

    private static LogEvent Event(SqliteDataReader row)
    {
        using var data = row.IsDBNull(7) ? null : JsonDocument.Parse(row.GetString(7));
        var users = data is not null && data.RootElement.TryGetProperty("users", out var all) ? string.Join(',', all.EnumerateArray().Select(static u => u.Text("id"))) : null;
        return new LogEvent(
            row.GetInt64(0), Id(row, 1)!, row.GetInt64(2), Kinds[row.GetInt32(3)], Id(row, 4), row.IsDBNull(5) ? null : row.GetString(5), row.IsDBNull(6) ? null : row.GetString(6),
            data?.RootElement.TextOrNull("replyTo"), users);
    }

    private static string? Id(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : new Guid(row.GetFieldValue<byte[]>(column), bigEndian: true).ToString();
}
