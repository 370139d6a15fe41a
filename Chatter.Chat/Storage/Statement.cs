using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Chatter.Chat.Storage;

/// <summary>
/// A prepared statement, executed without the provider's command, reader and parameter objects: they cost more than what SQLite does for an append. Only inside a transaction that holds the write lock, where there is nothing to wait or retry for.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly int[] _indexes;

    /// <exception cref="SqliteException">The statement isn't valid, or the store failed.</exception>
    public Statement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("The connection isn't open.");
        Check(raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
        // $2 is a name: SQLite numbers the parameters as it meets them.
        _indexes = [.. Enumerable.Range(1, raw.sqlite3_bind_parameter_count(_statement)).Select(i => raw.sqlite3_bind_parameter_index(_statement, $"${i}"))];
    }

    /// <returns>The number of rows changed.</returns>
    /// <exception cref="SqliteException">The store refused or failed.</exception>
    public int Execute(ReadOnlySpan<object?> values)
    {
        try
        {
            Bind(values);
            int result;
            do result = raw.sqlite3_step(_statement);
            while (result == raw.SQLITE_ROW);
            Check(result);
            return raw.sqlite3_changes(_database);
        }
        finally
        {
            // Repeats the error of the step, which was reported.
            _ = raw.sqlite3_reset(_statement);
        }
    }

    /// <summary>The first row, or the default where there is none.</summary>
    /// <param name="map">Reads the row's columns: <see cref="Int64"/>, <see cref="Bytes"/>.</param>
    /// <param name="values">The parameters' values.</param>
    /// <exception cref="SqliteException">The store refused or failed.</exception>
    public T? First<T>(Func<Statement, T> map, ReadOnlySpan<object?> values)
    {
        try
        {
            Bind(values);
            var result = raw.sqlite3_step(_statement);
            if (result == raw.SQLITE_ROW) return map(this);
            Check(result);
            return default;
        }
        finally
        {
            _ = raw.sqlite3_reset(_statement);
        }
    }

    /// <summary>A column of the row at hand.</summary>
    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>A column of the row at hand, copied.</summary>
    public byte[] Bytes(int column) => raw.sqlite3_column_blob(_statement, column).ToArray();

    /// <summary>A column of the row at hand, as text.</summary>
    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string() ?? "";

    public void Dispose() => _statement.Dispose();

    private void Bind(ReadOnlySpan<object?> values)
    {
        if (values.Length != _indexes.Length) throw new ArgumentException($"The statement has {_indexes.Length} parameters, not {values.Length}.", nameof(values));
        for (var i = 0; i < values.Length; i++) Check(Bind(_indexes[i], values[i]));
    }

    private int Bind(int index, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(_statement, index),
        long number => raw.sqlite3_bind_int64(_statement, index, number),
        int number => raw.sqlite3_bind_int64(_statement, index, number),
        bool flag => raw.sqlite3_bind_int64(_statement, index, flag ? 1 : 0),
        Guid id => Bind(index, id),
        string text => Bind(index, text),
        byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(_statement, index, 0),
        byte[] bytes => raw.sqlite3_bind_blob(_statement, index, bytes),
        _ => throw new ArgumentException($"A {value.GetType().Name} can't be stored.", nameof(value)),
    };

    private int Bind(int index, Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return raw.sqlite3_bind_blob(_statement, index, bytes);
    }

    private int Bind(int index, string text)
    {
        // An empty span has no address, which would be NULL.
        if (text.Length == 0) return raw.sqlite3_bind_text(_statement, index, text);
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            var length = Encoding.UTF8.GetBytes(text, rented);
            return raw.sqlite3_bind_text(_statement, index, rented.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_DONE)) SqliteException.ThrowExceptionForRC(result, _database);
    }
}
