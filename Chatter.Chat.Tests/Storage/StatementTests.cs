using Chatter.Chat.Storage;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Chatter.Chat.Tests.Storage;

/// <summary>What is bound without the provider has to be in the store as the provider would have put it there.</summary>
public sealed class StatementTests : IDisposable
{
    private readonly SqliteConnection _connection = new("Data Source=:memory:");
    private readonly StoreConnection _store;

    public StatementTests()
    {
        _connection.Open();
        _store = new StoreConnection(_connection);
        _store.Execute("create table things (id blob primary key, a any, b any) strict");
    }

    public static TheoryData<object?> Values => ["", "é\0😀\"", new string('x', 65_536), 0L, long.MinValue, 7, true, Array.Empty<byte>(), (byte[])[0, 1, 255]];

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData(null)]
    [MemberData(nameof(Values))]
    public void A_value_is_stored_as_by_the_provider(object? value)
    {
        var (ours, theirs) = (Guid.NewGuid(), Guid.NewGuid());
        const string insert = "insert into things (id, a, b) values ($1, $2, typeof($2))";
        _store.Command(insert, theirs, value).ExecuteNonQuery();
        InTransaction(() => Assert.Equal(1, _store.Execute(insert, ours, value)));
        Assert.Equal(Row(theirs).A, Row(ours).A);
        Assert.Equal(Row(theirs).B, Row(ours).B);
    }

    [Fact]
    public void A_text_is_prepared_once_however_often_it_is_put_together()
    {
        void Ask(string text)
        {
            _store.First(text, static row => row.GetInt64(0), 0);
            InTransaction(() => _store.Execute(text, 0));
        }
        const string constant = "select count(*) from things where a = $1";
        Ask(constant);
        var prepared = _store.PreparedCount;
        for (var i = 0; i < 100; i++) Ask(string.Concat("select count(*) ", "from things where a = $1"[..].ToString()));
        Ask(constant);
        Assert.Equal(prepared, _store.PreparedCount);
    }

    [Fact]
    public void Parameters_go_by_their_numbers_not_by_where_they_stand()
    {
        var id = Guid.NewGuid();
        InTransaction(() =>
        {
            _store.Execute("insert into things (id, a, b) values ($1, $2, $3)", id, 1, 2);
            Assert.Equal(1, _store.Execute("update things set b = $3, a = $2 where id = $1", id, 10, 20));
            Assert.Equal(0, _store.Execute("update things set b = $3, a = $2 where id = $1", Guid.NewGuid(), 11, 21));
        });
        Assert.Equal((10L, 20L), Row(id));
    }

    [Fact]
    public void After_an_error_the_statement_can_be_used_again()
    {
        const string insert = "insert into things (id, a) values ($1, $2)";
        var id = Guid.NewGuid();
        InTransaction(() =>
        {
            _store.Execute(insert, id, 1);
            var refused = Assert.Throws<SqliteException>(() => _store.Execute(insert, id, 2));
            Assert.Equal(19, refused.SqliteErrorCode);
            Assert.Throws<ArgumentException>(() => _store.Execute(insert, id));
            Assert.Equal(1, _store.Execute(insert, Guid.NewGuid(), 3));
        });
    }

    private void InTransaction(Action work)
    {
        using var transaction = _connection.BeginTransaction();
        _store.Transaction = transaction;
        work();
        transaction.Commit();
        _store.Transaction = null;
    }

    private (object A, object B) Row(Guid id) => _store.First("select a, b from things where id = $1", static row => (row.GetValue(0), row.GetValue(1)), id);
}
