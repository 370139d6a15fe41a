using Chatter.Chat.Maintenance;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Storage;

/// <summary>D5: damaged files. A start refuses what it can know cheaply, changes nothing and says what is wrong; <c>verify</c> finds the rest.</summary>
public sealed class DamageTests
{
    [Fact]
    public async Task P1_a_killed_servers_folder_is_sound_and_starts()
    {
        using var folder = await StoreFolder.Killed();

        Assert.True(new FileInfo(folder.Files.Log).Length > 0);
        Assert.Empty(StoreVerifier.Verify(folder.Path).Findings);
        await using var store = await TestStore.Start(on: folder.Path);
        Assert.Equal("the last word", (await store.Log(folder.Garden))[^1].Text);
        Assert.Equal(folder.Epoch, store.Get<StoreEpoch>().Value);
    }

    [Fact]
    public async Task A_flipped_bit_in_the_log()
    {
        using var folder = await StoreFolder.Killed();
        StoreFolder.Flip(folder.Files.Log, StoreFolder.Find(folder.Files.Log, "message 1 of the garden"));

        await AssertRefused(folder, "chatter.db-wal is damaged in frame");
        AssertFound(folder, "files: ", "chatter.db-wal is damaged in frame");
    }

    [Fact]
    public async Task A_flipped_bit_in_the_logs_last_transaction_which_a_crash_could_have_torn()
    {
        using var folder = await StoreFolder.Killed();
        StoreFolder.Flip(folder.Files.Log, new FileInfo(folder.Files.Log).Length - 100);

        await AssertRefused(folder, $"room {folder.Garden}", "acknowledged");
        AssertFound(folder, "acknowledged: ", $"room {folder.Garden}");
    }

    [Fact]
    public async Task A_missing_log()
    {
        using var folder = await StoreFolder.Killed();
        // So much that it starts by itself.
        using (var whole = folder.Copy())
        {
            await (await TestStore.Start(on: whole.Path)).DisposeAsync();
            File.Delete(folder.Files.Log);
            File.Copy(whole.Files.Database, folder.Files.Database, overwrite: true);
        }
        folder.Execute("delete from events where text = 'the last word'; update room_heads set last_seq = last_seq - 1 where last_seq > 10");

        await AssertRefused(folder, "acknowledged", "log was deleted");
        AssertFound(folder, "acknowledged: ", $"room {folder.Garden}");
    }

    [Fact]
    public async Task A_log_that_is_missing_together_with_all_that_there_was()
    {
        using var folder = await StoreFolder.Killed();
        File.Delete(folder.Files.Log);

        await AssertRefused(folder, folder.Path);
        Assert.NotEmpty(StoreVerifier.Verify(folder.Path).Findings);
    }

    [Fact]
    public async Task The_log_of_another_database()
    {
        using var folder = await StoreFolder.Killed();
        using var other = await StoreFolder.Killed();
        File.Copy(other.Files.Log, folder.Files.Log, overwrite: true);

        await AssertRefused(folder, folder.Path);
        Assert.NotEmpty(StoreVerifier.Verify(folder.Path).Findings);
    }

    [Fact]
    public async Task The_log_of_a_larger_database()
    {
        using var folder = await StoreFolder.AtRest();
        using var other = await StoreFolder.Killed();
        File.Copy(other.Files.Log, folder.Files.Log, overwrite: true);

        await AssertRefused(folder, folder.Path);
        Assert.NotEmpty(StoreVerifier.Verify(folder.Path).Findings);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public async Task A_truncated_database(double share)
    {
        using var folder = await StoreFolder.AtRest();
        using (var file = new FileStream(folder.Files.Database, FileMode.Open)) file.SetLength((long)(file.Length * share));

        await AssertRefused(folder, "is truncated");
        AssertFound(folder, "files: ", "is truncated");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    public async Task A_database_of_which_nothing_is_left(int bytes)
    {
        using var folder = await StoreFolder.AtRest();
        File.WriteAllBytes(folder.Files.Database, new byte[bytes]);

        await AssertRefused(folder, folder.Files.Database);
        Assert.NotEmpty(StoreVerifier.Verify(folder.Path).Findings);
    }

    [Fact]
    public async Task A_missing_database()
    {
        using var folder = await StoreFolder.AtRest();
        File.Delete(folder.Files.Database);

        await AssertRefused(folder, "chatter.db is missing");
        AssertFound(folder, "files: ", "chatter.db is missing");
    }

    [Fact]
    public async Task A_flipped_bit_in_an_events_text_which_SQLite_thinks_nothing_of()
    {
        using var folder = await StoreFolder.AtRest();
        StoreFolder.Flip(folder.Files.Database, "message 7 of the garden");

        AssertFound(folder, "checksum: ", $"room {folder.Garden}, seq 9");
    }

    [Fact]
    public async Task Flipped_bits_in_pages_never_go_unseen_where_they_change_what_is_read()
    {
        using var sound = await StoreFolder.AtRest();
        var (seen, log) = (0, Texts(sound));
        var at = StoreFolder.Find(sound.Files.Database, "message 12 of the garden");
        for (var i = 0; i < 60; i++)
        {
            using var folder = sound.Copy();
            StoreFolder.Flip(folder.Files.Database, at - 900 + 31 * i, i % 8);
            if (StoreVerifier.Verify(folder.Path).Findings.Count > 0) seen++;
            else Assert.Equal(log, Texts(folder));
        }
        Assert.InRange(seen, 20, 60);
    }

    [Fact]
    public async Task S16_a_store_of_which_nothing_says_that_it_was_served_last_gets_a_new_epoch()
    {
        using var folder = await StoreFolder.AtRest();
        await using (var same = await TestStore.Start(on: folder.Path)) Assert.Equal(folder.Epoch, same.Get<StoreEpoch>().Value);
        File.Delete(folder.Files.Mark);

        await using var store = await TestStore.Start(on: folder.Path);

        Assert.NotEqual(folder.Epoch, store.Get<StoreEpoch>().Value);
    }

    [Fact]
    public async Task S16_a_database_replaced_by_an_older_copy_is_not_served()
    {
        using var folder = await StoreFolder.AtRest();
        using var older = folder.Copy();
        older.Execute("delete from events where text = 'the last word'; update room_heads set last_seq = last_seq - 1 where last_seq > 10");
        File.Copy(older.Files.Database, folder.Files.Database, overwrite: true);

        await AssertRefused(folder, "acknowledged", "older");
    }

    [Fact]
    public async Task A_damaged_mark()
    {
        using var folder = await StoreFolder.AtRest();
        StoreFolder.Flip(folder.Files.Mark, 20);

        await AssertRefused(folder, "chatter.mark", "damaged");
        AssertFound(folder, "files: ", "chatter.mark");
    }

    private static string Texts(StoreFolder folder)
    {
        using var store = StoreReader.Open(folder.Files);
        return string.Join('\n', EventRows.After(store, folder.Garden, 0, int.MaxValue).Select(static e => $"{e.Seq} {e.Id} {e.At.Ticks} {e.Kind} {e.From} {e.Nonce} {e.Text} {e.Name} {e.Topic} {e.User} {e.Reason}"));
    }

    private static async Task AssertRefused(StoreFolder folder, params string[] told)
    {
        var before = Files(folder);
        var refused = await Assert.ThrowsAsync<StartupException>(() => TestStore.Start(on: folder.Path));
        Assert.DoesNotContain('\n', refused.Message);
        Assert.All(told, part => Assert.Contains(part, refused.Message, StringComparison.Ordinal));
        // What is left is evidence, and may be all that is left.
        Assert.Equal(before, Files(folder));
    }

    private static Dictionary<string, string> Files(StoreFolder folder) =>
        new[] { folder.Files.Database, folder.Files.Log, folder.Files.Mark }.Where(static file => File.Exists(file) && new FileInfo(file).Length > 0).ToDictionary(static file => file, static file => Convert.ToHexString(File.ReadAllBytes(file)));

    private static void AssertFound(StoreFolder folder, params string[] told) =>
        Assert.Contains(StoreVerifier.Verify(folder.Path).Findings, finding => told.All(part => finding.ToString().Contains(part, StringComparison.Ordinal)));
}
