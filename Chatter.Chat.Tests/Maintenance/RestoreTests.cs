using Chatter.Chat.Maintenance;
using Chatter.Chat.Storage;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Maintenance;

public sealed class RestoreTests : IDisposable
{
    private readonly string _shelf = Directory.CreateTempSubdirectory("chatter-shelf-").FullName;

    private string Backup => Path.Combine(_shelf, "backup");

    public void Dispose() => Directory.Delete(_shelf, recursive: true);

    [Fact]
    public async Task S16_a_restored_store_has_a_new_epoch_and_otherwise_what_the_backup_has()
    {
        using var folder = await StoreFolder.AtRest();
        StoreBackup.Run(folder.Path, Backup);
        var place = Path.Combine(_shelf, "data");

        var done = StoreRestore.Run(place, Backup, replace: false, TimeProvider.System);

        Assert.Null(done.Replaced);
        Assert.Empty(StoreVerifier.Verify(place).Findings);
        Assert.NotEqual(folder.Epoch, Epoch(place));
        Assert.Empty(StoreVerifier.Verify(Backup).Findings);
        await using var store = await TestStore.Start(on: place);
        Assert.Equal(28, (await store.Log(folder.Garden)).Count);
    }

    [Fact]
    public async Task What_was_there_is_moved_aside_with_its_log_and_can_be_restored_again()
    {
        using var old = await StoreFolder.Killed();
        using var other = await StoreFolder.AtRest();
        StoreBackup.Run(other.Path, Backup);
        Assert.Contains("--replace", Assert.Throws<MaintenanceException>(() => StoreRestore.Run(old.Path, Backup, replace: false, TimeProvider.System)).Message, StringComparison.Ordinal);

        var done = StoreRestore.Run(old.Path, Backup, replace: true, TimeProvider.System);

        Assert.Empty(StoreVerifier.Verify(old.Path).Findings);
        Assert.Equal(other.Garden, Garden(old.Path));
        Assert.Empty(StoreVerifier.Verify(done.Replaced!).Findings);
        Assert.Equal(old.Garden, Garden(done.Replaced!));
        StoreRestore.Run(old.Path, done.Replaced!, replace: true, TimeProvider.System);
        Assert.Equal(old.Garden, Garden(old.Path));
    }

    /// <summary>A backup has logins that were ended after it, and passwords that were changed, often because of what made the restore necessary.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task S16_what_was_revoked_after_the_backup_stays_so(bool keepSessions)
    {
        using var folder = await StoreFolder.AtRest();
        folder.Execute("insert into sessions (id, user_id, token_hash, created_at, last_seen_at, expires_at, ends_at) select randomblob(16), id, randomblob(32), 0, 0, 9e15, 9e15 from users");
        folder.Execute("insert into push_subscriptions (session, user, endpoint, key, auth, origin, created_at) select id, user_id, 'https://push.example/' || hex(id), x'00', x'00', '', 0 from sessions");
        folder.Execute("update users set password_hash = 'old'");
        StoreBackup.Run(folder.Path, Backup);
        folder.Execute("update sessions set revoked_at = 1 where user_id = (select id from users where user_name = 'ben')");
        folder.Execute("update users set password_hash = 'new' where user_name = 'ada'");

        var done = StoreRestore.Run(folder.Path, Backup, replace: true, TimeProvider.System, keepSessions);

        Assert.Equal(keepSessions ? 1 : 2, done.SessionsEnded);
        Assert.Equal(["ada"], done.OldPasswords);
        using var store = StoreReader.Open(new StoreFiles(folder.Path));
        var good = store.All("select u.user_name from sessions s join users u on u.id = s.user_id where s.revoked_at is null", static row => row.GetString(0));
        Assert.Equal(keepSessions ? ["ada"] : [], good);
        Assert.Equal(good.Count, store.First("select count(*) from push_subscriptions", static row => row.GetInt64(0)));
    }

    [Fact]
    public async Task S16_where_the_replaced_database_cannot_be_read_all_that_is_asked_for_is_done()
    {
        using var folder = await StoreFolder.AtRest();
        folder.Execute("insert into sessions (id, user_id, token_hash, created_at, last_seen_at, expires_at, ends_at) select randomblob(16), id, randomblob(32), 0, 0, 9e15, 9e15 from users");
        StoreBackup.Run(folder.Path, Backup);
        File.WriteAllBytes(folder.Files.Database, new byte[8_192]);

        var done = StoreRestore.Run(folder.Path, Backup, replace: true, TimeProvider.System);

        Assert.Equal((2, 0), (done.SessionsEnded, done.OldPasswords.Count));
    }

    [Fact]
    public async Task A_damaged_backup_is_not_restored()
    {
        using var old = await StoreFolder.AtRest();
        StoreBackup.Run(old.Path, Backup);
        StoreFolder.Flip(Path.Combine(Backup, "chatter.db"), "message 7 of");

        Assert.NotEmpty(Assert.Throws<MaintenanceException>(() => StoreRestore.Run(old.Path, Backup, replace: true, TimeProvider.System)).Findings);
        Assert.Empty(StoreVerifier.Verify(old.Path).Findings);
        Assert.Equal(old.Epoch, Epoch(old.Path));
    }

    [Fact]
    public async Task While_a_server_runs_nothing_is_restored()
    {
        await using var store = await TestStore.Start();
        await Writing.Begin(store);
        StoreBackup.Run(store.Database.Folder, Backup);

        var refused = Assert.Throws<MaintenanceException>(() => StoreRestore.Run(store.Database.Folder, Backup, replace: true, TimeProvider.System));

        Assert.Contains("in use by another Chatter process", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>The steps in their order; each ends with a rename, so these are all the states in which a kill can leave the folder.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public async Task Killed_at_any_step_the_folder_has_the_old_state_or_gets_the_new_one(int steps)
    {
        using var folder = await StoreFolder.Killed();
        File.WriteAllText(folder.Files.LogIndex, "");
        Directory.CreateDirectory(folder.Files.Keys);
        File.WriteAllText(Path.Combine(folder.Files.Keys, "key-old.xml"), "old");
        using var other = await StoreFolder.AtRest();
        Directory.CreateDirectory(other.Files.Keys);
        File.WriteAllText(Path.Combine(other.Files.Keys, "key-new.xml"), "new");
        StoreBackup.Run(other.Path, Backup);
        CopyTo(folder.Files.Restoring);
        PendingRestore.Note(folder.Files, "replaced-now");
        var (restored, replaced) = (new StoreFiles(folder.Files.Restored), new StoreFiles(Path.Combine(folder.Path, "replaced-now")));
        Action[] all =
        [
            () => Directory.Move(folder.Files.Restoring, folder.Files.Restored),
            () => Directory.CreateDirectory(replaced.Folder),
            () => File.Move(folder.Files.Log, replaced.Log),
            () => File.Move(folder.Files.LogIndex, replaced.LogIndex),
            () => File.Move(folder.Files.Mark, replaced.Mark),
            () => File.Move(folder.Files.Database, replaced.Database),
            () => Directory.Move(folder.Files.Keys, replaced.Keys),
            () => Directory.Move(restored.Keys, folder.Files.Keys),
            () => File.Move(restored.Database, folder.Files.Database),
        ];
        foreach (var step in all.Take(steps)) step();
        if (steps > 0) Assert.Throws<MaintenanceException>(() => StoreVerifier.Verify(folder.Path));

        await using (var store = await TestStore.Start(on: folder.Path)) Assert.Equal(steps > 0 ? other.Garden : folder.Garden, (await store.Log(steps > 0 ? other.Garden : folder.Garden))[0].Room);

        Assert.Equal(steps > 0 ? "key-new.xml" : "key-old.xml", Path.GetFileName(Assert.Single(Directory.EnumerateFiles(folder.Files.Keys))));
        Assert.Empty(StoreVerifier.Verify(folder.Path).Findings);
        Assert.False(Directory.Exists(folder.Files.Restored));
        if (steps == 0) return;
        Assert.Equal("key-old.xml", Path.GetFileName(Assert.Single(Directory.EnumerateFiles(replaced.Keys))));
        Assert.Empty(StoreVerifier.Verify(replaced.Folder).Findings);

        void CopyTo(string restoring)
        {
            Directory.CreateDirectory(restoring);
            Directory.CreateDirectory(Path.Combine(restoring, "keys"));
            File.Copy(Path.Combine(Backup, "chatter.db"), Path.Combine(restoring, "chatter.db"));
            File.Copy(Path.Combine(Backup, "keys", "key-new.xml"), Path.Combine(restoring, "keys", "key-new.xml"));
        }
    }

    private static string? Epoch(string folder)
    {
        using var store = StoreReader.Open(new StoreFiles(folder));
        return store.First("select value from store_info where key = 'epoch'", static row => row.GetString(0));
    }

    private static Guid Garden(string folder)
    {
        using var store = StoreReader.Open(new StoreFiles(folder));
        return store.First("select id from rooms where name = 'orchard'", static row => row.Id(0));
    }
}
