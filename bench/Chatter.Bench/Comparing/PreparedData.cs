using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Chatter.Bench.Comparing;

/// <summary>A room, and the token of the only user who is in it.</summary>
internal sealed record PreparedRoom(string Id, string Token);

/// <summary>
/// A data folder with as many rooms as are wanted, each with a user of its own, so that a socket hears one room only. Registering costs a password's hash:
/// one user is registered, the others are copies of him in the database.
/// </summary>
internal sealed class PreparedData : IDisposable
{
    private readonly string _folder;

    private PreparedData(string folder, IReadOnlyList<PreparedRoom> rooms) => (_folder, Rooms) = (folder, rooms);

    public IReadOnlyList<PreparedRoom> Rooms { get; }

    public static async Task<PreparedData> Create(int rooms)
    {
        var folder = Directory.CreateTempSubdirectory("chatter-bench-").FullName;
        try
        {
            using var server = new ServerProcess(folder);
            await server.Start();
            var tokens = new List<string> { await server.Register("user0") };
            if (rooms > 1)
            {
                server.Kill();
                tokens.AddRange(await CopyUser(Path.Combine(folder, "chatter.db"), rooms - 1));
                await server.Start();
            }
            var prepared = new PreparedRoom[rooms];
            await Parallel.ForEachAsync(Enumerable.Range(0, rooms), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
                prepared[i] = new PreparedRoom(await server.CreateRoom($"room {i}", tokens[i]), tokens[i]));
            return new PreparedData(folder, prepared);
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
        foreach (var folder in Directory.EnumerateDirectories(_folder, "*", SearchOption.AllDirectories)) Directory.CreateDirectory(Path.Combine(copy, Path.GetRelativePath(_folder, folder)));
        // The program's own socket isn't one that can be copied.
        foreach (var file in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Where(static file => !file.EndsWith(".sock", StringComparison.Ordinal))) File.Copy(file, Path.Combine(copy, Path.GetRelativePath(_folder, file)));
        return copy;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

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
