using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Chatter.Bench.Comparing;

/// <summary>A room, and the token of who owns it.</summary>
internal sealed record PreparedRoom(string Id, string Token);

/// <summary>
/// A data folder with as many rooms as are wanted. Each has users of its own, so that a socket hears one room only, unless more are wanted for each user. Registering costs a password's hash:
/// one user is registered, the others are copies of him in the database.
/// </summary>
internal sealed class PreparedData : IDisposable
{
    private PreparedData(string folder, IReadOnlyList<PreparedRoom> rooms, IReadOnlyList<string> tokens) => (Folder, Rooms, Tokens) = (folder, rooms, tokens);

    /// <summary>For who needs it once; <see cref="Copy"/> for all others.</summary>
    public string Folder { get; }

    public IReadOnlyList<PreparedRoom> Rooms { get; }

    /// <summary>By user: number n is in room n modulo the number of rooms, unless each is in several.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <param name="rooms">How many rooms.</param>
    /// <param name="members">How many users in each.</param>
    /// <param name="roomsEach">In how many of them each user is. If more than one, each room has one user, and room n is that of user n modulo the number of users.</param>
    public static async Task<PreparedData> Create(int rooms, int members = 1, int roomsEach = 1)
    {
        var folder = Directory.CreateTempSubdirectory("chatter-bench-").FullName;
        try
        {
            using var server = new ServerProcess(folder);
            await server.Start();
            var tokens = new List<string> { await server.Register("user0") };
            var users = rooms / roomsEach * members;
            if (users > 1)
            {
                server.Kill();
                tokens.AddRange(await CopyUser(Path.Combine(folder, "chatter.db"), users - 1));
                await server.Start();
            }
            var prepared = new PreparedRoom[rooms];
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = 8 };
            await Parallel.ForEachAsync(Enumerable.Range(0, rooms), parallel, async (i, _) => prepared[i] = new PreparedRoom(await server.CreateRoom($"room {i}", tokens[i % users]), tokens[i % users]));
            await Parallel.ForEachAsync(Enumerable.Range(rooms, rooms * (members - 1)), parallel, async (i, _) => await server.Call(HttpMethod.Post, $"/api/rooms/{prepared[i % rooms].Id}/join", null, tokens[i]));
            return new PreparedData(folder, prepared, tokens);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Copies the data folder, so that each round begins with the same.</summary>
    /// <returns>The copy, which is the caller's to delete.</returns>
    public string Copy()
    {
        var copy = Directory.CreateTempSubdirectory("chatter-bench-").FullName;
        foreach (var folder in Directory.EnumerateDirectories(Folder, "*", SearchOption.AllDirectories)) Directory.CreateDirectory(Path.Combine(copy, Path.GetRelativePath(Folder, folder)));
        // The program's own socket isn't one that can be copied.
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Where(static file => !file.EndsWith(".sock", StringComparison.Ordinal))) File.Copy(file, Path.Combine(copy, Path.GetRelativePath(Folder, file)));
        return copy;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static async Task<IEnumerable<string>> CopyUser(string database, int copies)
    {
        await using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var users = await Copying(connection, "users");
        var sessions = await Copying(connection, "sessions");
        var tokens = new List<string>();
        for (var i = 1; i <= copies; i++)
        {
            var token = "cs_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
            var user = Guid.CreateVersion7().ToByteArray(bigEndian: true);
            var name = string.Create(CultureInfo.InvariantCulture, $"user{i}");
            await Insert(users, ("id", user), ("user_name", name), ("normalized_user_name", name.ToUpperInvariant()), ("display_name", name));
            await Insert(sessions, ("id", Guid.CreateVersion7().ToByteArray(bigEndian: true)), ("user_id", user), ("token_hash", SHA256.HashData(Encoding.ASCII.GetBytes(token))));
            tokens.Add(token);
        }
        await transaction.CommitAsync();
        await users.DisposeAsync();
        await sessions.DisposeAsync();
        return tokens;
    }

    /// <summary>An insert whose parameters are named like the table's columns, with the values of its first row.</summary>
    private static async Task<SqliteCommand> Copying(SqliteConnection connection, string table)
    {
        var insert = connection.CreateCommand();
        await using var select = connection.CreateCommand();
        select.CommandText = $"select * from {table} limit 1";
        await using var row = await select.ExecuteReaderAsync();
        await row.ReadAsync();
        var columns = Enumerable.Range(0, row.FieldCount).Select(row.GetName).ToArray();
        insert.CommandText = $"insert into {table} ({string.Join(", ", columns)}) values ({string.Join(", ", columns.Select(static c => "$" + c))})";
        foreach (var (i, column) in columns.Index()) insert.Parameters.AddWithValue("$" + column, row.GetValue(i));
        return insert;
    }

    private static async Task Insert(SqliteCommand command, params (string Column, object Value)[] values)
    {
        foreach (var (column, value) in values) command.Parameters["$" + column].Value = value;
        await command.ExecuteNonQueryAsync();
    }
}
