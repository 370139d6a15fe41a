using System.Buffers.Binary;
using Microsoft.Data.Sqlite;

namespace Chatter.Bench.Searching;

/// <summary>
/// A store with much talk in a thousand rooms: a few are busy, most are quiet. Its words are as frequent as those of a language (Zipf), the first in nearly every second message.
/// </summary>
internal sealed class SearchedStore(string path, int messages)
{
    public const int Rooms = 1_000;

    private const int WordsOfAll = 50_000;
    private const int WordsOfMessage = 10;

    private readonly Random _random = new(1);
    private readonly double[] _cumulated = Cumulate();
    private readonly Guid[] _rooms = [.. Enumerable.Range(0, Rooms).Select(static _ => Guid.CreateVersion7())];

    /// <summary>The word at a place in the order of how frequent they are, from 0.</summary>
    public static string Word(int rank)
    {
        const string consonants = "bdfgklmnprstvz";
        const string vowels = "aeiou";
        Span<char> word = stackalloc char[16];
        var length = 0;
        for (var left = rank + 70; left > 0 && length < word.Length - 1; left /= consonants.Length * vowels.Length)
        {
            word[length++] = consonants[left % consonants.Length];
            word[length++] = vowels[left / consonants.Length % vowels.Length];
        }
        return new string(word[..length]);
    }

    /// <summary>Fills it, with the server stopped. Who reads is put into all rooms, into the hundred busiest, or into one of the quietest, in this order.</summary>
    public async Task Fill(IReadOnlyList<string> readers)
    {
        await using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        await connection.OpenAsync();
        var seqs = new long[Rooms];
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        var authors = Enumerable.Range(0, 500).Select(static i => (Id: Guid.CreateVersion7(), Name: $"author{i}")).ToArray();
        for (var done = 0; done < messages;)
        {
            await using var transaction = connection.BeginTransaction();
            await using var insert = connection.CreateCommand();
            insert.Transaction = transaction;
            insert.CommandText = "insert into events (room, seq, id, at, kind, messages, sender, sender_name, text) values ($1, $2, $3, $4, 0, $2, $5, $6, $7)";
            for (var i = 1; i <= 7; i++) insert.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            for (var end = Math.Min(messages, done + 50_000); done < end; done++)
            {
                var room = (int)(Rooms * Math.Pow(_random.NextDouble(), 3));
                var (id, name) = authors[_random.Next(authors.Length)];
                Bind(insert, Bytes(_rooms[room]), ++seqs[room], Id(++at), at, Bytes(id), name, Text(done));
                await insert.ExecuteNonQueryAsync();
            }
            await transaction.CommitAsync();
        }
        await Relate(connection, seqs, at, authors, readers);
    }

    private async Task Relate(SqliteConnection connection, long[] seqs, long at, (Guid Id, string Name)[] authors, IReadOnlyList<string> readers)
    {
        await using var transaction = connection.BeginTransaction();
        foreach (var (id, name) in authors)
        {
            await Execute(
                connection, transaction,
                "insert into users (id, display_name, created_at, last_seen_at, user_name, normalized_user_name, email_confirmed, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count) "
                + "values ($1, $2, 0, 0, $2, upper($2), 0, 0, 0, 0, 0)", Bytes(id), name);
        }
        for (var room = 0; room < Rooms; room++)
        {
            await Execute(connection, transaction, "insert into rooms (id, name, name_key, topic, private, created_at) values ($1, $2, $2, '', 0, 0)", Bytes(_rooms[room]), $"talk {room}");
            await Execute(connection, transaction, "insert into room_heads (room, last_seq, last_at, messages, members) values ($1, $2, $3, $2, 0)", Bytes(_rooms[room]), seqs[room], at);
            for (var reader = 0; reader < readers.Count; reader++)
            {
                if (reader == 1 && room >= 100) continue;
                if (reader == 2 && room != Rooms - 10) continue;
                await Execute(
                    connection, transaction,
                    "insert into members (user, room, role, joined_at, joined_seq, read_seq, read_messages, own_after) select id, $1, 0, 0, 1, 0, 0, 0 from users where user_name = $2",
                    Bytes(_rooms[room]), readers[reader]);
            }
        }
        await transaction.CommitAsync();
    }

    private string Text(int number)
    {
        var words = new string[WordsOfMessage];
        for (var i = 0; i < words.Length; i++)
        {
            var found = Array.BinarySearch(_cumulated, _random.NextDouble() * _cumulated[^1]);
            words[i] = Word(found < 0 ? ~found : found);
        }
        return string.Join(' ', words) + (number % 20 == 0 ? " https://example.org/" : "");
    }

    private static double[] Cumulate()
    {
        var cumulated = new double[WordsOfAll];
        for (var i = 0; i < cumulated.Length; i++) cumulated[i] = (i == 0 ? 0 : cumulated[i - 1]) + 1.0 / (i + 1);
        return cumulated;
    }

    private byte[] Id(long at)
    {
        var id = new byte[16];
        _random.NextBytes(id);
        BinaryPrimitives.WriteInt64BigEndian(id, (at << 16) | 0x7000);
        return id;
    }

    private static byte[] Bytes(Guid id) => id.ToByteArray(bigEndian: true);

    private static void Bind(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
    }

    private static async Task Execute(SqliteConnection connection, SqliteTransaction transaction, string sql, params object[] values)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // Constants, above.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < values.Length; i++) command.Parameters.AddWithValue($"${i + 1}", values[i]);
        await command.ExecuteNonQueryAsync();
    }
}
