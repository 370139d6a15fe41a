using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Storage;

/// <summary>A connection with its prepared statements. Used by one thread at a time.</summary>
public sealed class StoreConnection : IDisposable
{
    // Most statements are constants, so their references identify them and a look-up doesn't hash a page of SQL. One that was put together is known by its
    // text: else each time would prepare another, and none would ever be let go.
    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SqliteCommand> _commands = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, Statement> _statements = new(ReferenceEqualityComparer.Instance);

    internal StoreConnection(SqliteConnection connection) => Connection = connection;

    internal SqliteConnection Connection { get; }

    /// <summary>Statements that are prepared.</summary>
    internal int PreparedCount => _commands.Count + _statements.Count;

    /// <summary>The transaction that commands run in, or null.</summary>
    internal SqliteTransaction? Transaction { get; set; }

    /// <summary>A prepared command with its parameters <c>$1</c>, <c>$2</c> … bound. Guids become 16 bytes, big-endian; null becomes NULL.</summary>
    /// <param name="sql">The statement, of which there are few: it is prepared once for each connection. A constant is found the quickest.</param>
    /// <param name="values">The parameters' values.</param>
    public SqliteCommand Command(string sql, params ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out var command) && !_commands.TryGetValue(sql = Known(sql), out command))
        {
            command = Connection.CreateCommand();
#pragma warning disable CA2100 // The statements are constants of this assembly.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 0; i < values.Length; i++) command.Parameters.Add(new SqliteParameter { ParameterName = $"${i + 1}" });
            _commands.Add(sql, command);
        }
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] switch { null => DBNull.Value, Guid id => Bytes(id), var value => value };
        command.Transaction = Transaction;
        return command;
    }

    /// <summary>Runs a statement.</summary>
    /// <returns>The number of rows changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<object?> values) =>
        Transaction is null ? Command(sql, values).ExecuteNonQuery() : Prepared(sql).Execute(values);

    /// <summary>The first row, or the default where there is none, read without the provider's objects. Only for the writer in its transaction.</summary>
    internal T? Look<T>(string sql, Func<Statement, T> map, params ReadOnlySpan<object?> values) => Prepared(sql).First(map, values);

    /// <summary>The first row, or the default where there is none.</summary>
    public T? First<T>(string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<object?> values)
    {
        using var reader = Command(sql, values).ExecuteReader();
        return reader.Read() ? map(reader) : default;
    }

    /// <summary>All rows.</summary>
    public List<T> All<T>(string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<object?> values)
    {
        using var reader = Command(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(map(reader));
        return rows;
    }

    /// <summary>Runs several queries that see one state of the database.</summary>
    public T Snapshot<T>(Func<T> queries) => InTransaction(deferred: true, queries);

    /// <summary>Runs several statements that happen together or not at all. Only inside <see cref="Database.Gate"/>.</summary>
    internal void Write(Action statements) => InTransaction(deferred: false, () =>
    {
        statements();
        return true;
    });

    private T InTransaction<T>(bool deferred, Func<T> work)
    {
        using var transaction = Connection.BeginTransaction(deferred);
        Transaction = transaction;
        try
        {
            var result = work();
            transaction.Commit();
            return result;
        }
        finally
        {
            Transaction = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var command in _commands.Values) command.Dispose();
        _commands.Clear();
        foreach (var statement in _statements.Values) statement.Dispose();
        _statements.Clear();
        Connection.Dispose();
    }

    private Statement Prepared(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement) && !_statements.TryGetValue(sql = Known(sql), out statement)) _statements.Add(sql, statement = new Statement(Connection, sql));
        return statement;
    }

    /// <summary>The string by which a text is known here.</summary>
    private string Known(string sql)
    {
        if (_texts.TryGetValue(sql, out var known)) return known;
        _texts.Add(sql);
        return sql;
    }

    internal static byte[] Bytes(Guid id) => id.ToByteArray(bigEndian: true);
}

/// <summary>How columns are read.</summary>
internal static class Columns
{
    public static Guid Id(this SqliteDataReader row, int column) => new(row.GetFieldValue<byte[]>(column), bigEndian: true);

    public static Guid? IdOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.Id(column);

    public static string? TextOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static DateTimeOffset? TimeOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.Time(column);

    public static DateTimeOffset Time(this SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
