using Chatter.Chat.Storage;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Chatter.Chat.Tests.Storage;

/// <summary>D5: what a crash leaves of a write-ahead log is read; what was damaged since is known, though SQLite would drop it without a word.</summary>
public sealed class LogScanTests : IDisposable
{
    private const int Header = 32;
    private const int Frame = 24 + 4_096;
    private const int Commits = 12;

    private readonly string _folder = Directory.CreateTempSubdirectory("chatter-log-").FullName;

    private string Log => Path.Combine(_folder, "killed.db-wal");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_log_as_a_killed_process_leaves_it_is_sound_and_read_to_its_end()
    {
        Leave(commits: Commits);

        var scan = LogScan.Of(Log);

        Assert.Null(scan.Damage);
        Assert.Equal((new FileInfo(Log).Length - Header) / Frame, scan.Frames);
        Assert.Equal(4_096, scan.PageSize);
        Assert.Equal(Commits, Rows());
    }

    [Fact]
    public void No_log_and_an_empty_log_are_sound()
    {
        Assert.Null(LogScan.Of(Log).Damage);
        File.WriteAllBytes(Log, []);
        Assert.Null(LogScan.Of(Log).Damage);
        File.WriteAllBytes(Log, new byte[Header + Frame]);
        Assert.Null(LogScan.Of(Log).Damage);
    }

    [Fact]
    public void A_log_torn_at_any_place_of_its_last_transaction_is_sound()
    {
        var ends = Leave(commits: Commits);
        var whole = File.ReadAllBytes(Log);
        for (var length = ends[^2]; length < whole.Length; length += 97)
        {
            File.WriteAllBytes(Log, whole[..(int)length]);
            Assert.Null(LogScan.Of(Log).Damage);
        }
        // Pages reach the disk in any order.
        var torn = whole.ToArray();
        Array.Clear(torn, (int)ends[^2], Frame);
        File.WriteAllBytes(Log, torn);
        Assert.Null(LogScan.Of(Log).Damage);
        Assert.Equal(Commits - 1, Rows());
    }

    [Fact]
    public void A_flipped_bit_anywhere_before_the_last_two_transactions_is_damage_that_SQLite_keeps_silent_about()
    {
        var ends = Leave(commits: Commits);
        var whole = File.ReadAllBytes(Log);
        var random = new Random(1);
        foreach (var at in Enumerable.Range(0, 24 + Header).Concat(Enumerable.Range(0, 400).Select(_ => random.Next(Header, (int)ends[^3]))))
        {
            var damaged = whole.ToArray();
            damaged[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(Log, damaged);
            // The header's count of checkpoints and the file format are covered by its checksum as everything else.
            Assert.True(LogScan.Of(Log).Damage is not null, $"A flipped bit in byte {at} went unseen.");
        }
        Assert.True(Rows() < Commits);
    }

    [Fact]
    public void Frames_of_an_earlier_use_of_the_file_end_the_log()
    {
        Leave(commits: 3, before: 40);
        var length = new FileInfo(Log).Length;

        var scan = LogScan.Of(Log);

        Assert.Null(scan.Damage);
        Assert.InRange(scan.Frames, 3, (length - Header) / Frame - 20);
        Assert.Equal(43, Rows());
        StoreFlip(Header + Frame / 2);
        Assert.NotNull(LogScan.Of(Log).Damage);
    }

    [Fact]
    public void What_was_written_and_rolled_back_is_no_damage()
    {
        Leave(commits: 5, after: static connection =>
        {
            Execute(connection, "pragma cache_size = 10; begin; with recursive n (i) as (select 1 union all select i + 1 from n where i < 400) insert into t select randomblob(3000) from n; rollback");
            Execute(connection, "insert into t values (randomblob(100))");
        });

        Assert.True(new FileInfo(Log).Length > 200 * Frame);
        Assert.Null(LogScan.Of(Log).Damage);
        Assert.Equal(6, Rows());
    }

    /// <summary>D3: each commit that failed began where the last good one ends, and wrote over a part of what the one before it had left there.</summary>
    [Fact]
    public void What_failed_commits_left_behind_the_last_one_is_no_damage()
    {
        Leave(commits: Commits);
        byte[] log = [];
        foreach (var rows in new[] { 40, 20, 9, 1 })
        {
            var failed = LogWithOneMore(rows);
            if (log.Length == 0) log = failed;
            else failed.CopyTo(log, 0);
        }
        File.WriteAllBytes(Log, log);

        Assert.Null(LogScan.Of(Log).Damage);
        Assert.Equal(Commits + 1, Rows());
        StoreFlip(Header + Frame / 2);
        Assert.NotNull(LogScan.Of(Log).Damage);
    }

    /// <summary>The log that was left with one more commit, which the log that was left doesn't get.</summary>
    private byte[] LogWithOneMore(int rows)
    {
        var path = Path.Combine(_folder, $"with{rows}.db");
        File.Copy(Path.Combine(_folder, "killed.db"), path);
        File.Copy(Log, path + "-wal");
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Execute(connection, "pragma wal_autocheckpoint = 0");
        Execute(connection, $"with recursive n (i) as (select 1 union all select i + 1 from n where i < {rows}) insert into t select randomblob(6000) from n");
        return File.ReadAllBytes(path + "-wal");
    }

    private void StoreFlip(long at) => Support.StoreFolder.Flip(Log, at);

    /// <summary>Writes a database and leaves what a kill would leave of it.</summary>
    /// <returns>Where each commit ends in the log.</returns>
    private List<long> Leave(int commits, int before = 0, Action<SqliteConnection>? after = null)
    {
        var path = Path.Combine(_folder, "live.db");
        var ends = new List<long>();
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Execute(connection, "pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 0; create table t (b blob)");
        for (var i = 0; i < before; i++) Execute(connection, "insert into t values (randomblob(6000))");
        Execute(connection, before > 0 ? "pragma wal_checkpoint(restart)" : "pragma wal_checkpoint(truncate)");
        for (var i = 0; i < commits; i++)
        {
            Execute(connection, "insert into t values (randomblob(6000))");
            ends.Add(new FileInfo(path + "-wal").Length);
        }
        after?.Invoke(connection);
        File.Copy(path, Path.Combine(_folder, "killed.db"), overwrite: true);
        File.Copy(path + "-wal", Log, overwrite: true);
        return ends;
    }

    /// <summary>How many rows SQLite finds, in a copy.</summary>
    private long Rows()
    {
        var path = Path.Combine(_folder, "opened.db");
        foreach (var file in Directory.EnumerateFiles(_folder, "opened.db*")) File.Delete(file);
        File.Copy(Path.Combine(_folder, "killed.db"), path);
        File.Copy(Log, path + "-wal");
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "select count(*) from t";
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this test.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
