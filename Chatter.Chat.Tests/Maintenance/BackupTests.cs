using Chatter.Chat.Maintenance;
using Chatter.Chat.Protocol;
using Chatter.Chat.Storage;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Maintenance;

public sealed class BackupTests : IDisposable
{
    private readonly string _shelf = Directory.CreateTempSubdirectory("chatter-shelf-").FullName;

    private string Target => Path.Combine(_shelf, "backup");

    public void Dispose() => Directory.Delete(_shelf, recursive: true);

    [Fact]
    public async Task B1_a_backup_beside_a_server_that_writes_at_full_rate_is_sound_and_a_prefix_of_the_log()
    {
        await using var store = await TestStore.Start();
        var (user, room) = await Writing.Begin(store);
        using var enough = new CancellationTokenSource();
        var acknowledged = 0L;
        var writing = Writing.Run(store, user, room, enough.Token, () => Interlocked.Increment(ref acknowledged));
        var backups = new List<(string Target, long Before)>();
        try
        {
            for (var i = 0; i < 4; i++)
            {
                var before = Interlocked.Read(ref acknowledged);
                await Eventually.Equal(true, () => Task.FromResult(Interlocked.Read(ref acknowledged) > before + 500));
                before = Interlocked.Read(ref acknowledged);
                var made = StoreBackup.Run(store.Database.Folder, Target + i);
                Assert.True(Interlocked.Read(ref acknowledged) > before, "Nobody could write while the backup was made.");
                backups.Add((made.Target, before));
            }
        }
        finally
        {
            await enough.CancelAsync();
            await writing;
        }

        var log = await store.Log(room);
        foreach (var (target, before) in backups)
        {
            Assert.Empty(StoreVerifier.Verify(target).Findings);
            var copy = Log(target, room);
            Assert.InRange(copy.Count, before, log.Count);
            Assert.Equal(log.Take(copy.Count).Select(static e => (e.Seq, e.Id, e.Text, e.Nonce)), copy.Select(static e => (e.Seq, e.Id, e.Text, e.Nonce)));
        }
    }

    [Fact]
    public async Task A_backup_has_the_database_and_the_keys_and_their_hashes_and_nothing_else()
    {
        using var folder = await StoreFolder.Killed();
        Directory.CreateDirectory(folder.Files.Keys);
        File.WriteAllText(Path.Combine(folder.Files.Keys, "key-1.xml"), "<key/>");
        File.WriteAllText(folder.Files.PushKey, "key");
        File.WriteAllText(Path.Combine(folder.Files.Keys, "half.tmp"), "");
        Directory.CreateDirectory(Target);

        var made = StoreBackup.Run(folder.Path, Target);

        Assert.Equal(["SHA256SUMS", "chatter.db", "keys/key-1.xml", "keys/push.pem"], Directory.EnumerateFiles(Target, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Target, file)).Order(StringComparer.Ordinal));
        Assert.Equal((2L, 30L), (made.Report.Rooms, made.Report.Events));
        Assert.Empty(StoreVerifier.Verify(Target).Findings);
        Assert.Equal(4, Directory.EnumerateFiles(Target, "*", SearchOption.AllDirectories).Count());
    }

    [Theory]
    [InlineData("chatter.db")]
    [InlineData("keys/key-1.xml")]
    public async Task A_backup_that_is_not_what_it_was_is_known(string file)
    {
        using var folder = await StoreFolder.AtRest();
        Directory.CreateDirectory(folder.Files.Keys);
        File.WriteAllText(Path.Combine(folder.Files.Keys, "key-1.xml"), "<key/>");
        StoreBackup.Run(folder.Path, Target);
        // Of an account, which has no checksum of its own.
        StoreFolder.Flip(Path.Combine(Target, file), file == "chatter.db" ? StoreFolder.Find(Path.Combine(Target, file), "ADA") : 0);

        Assert.Contains(StoreVerifier.Verify(Target).Findings, finding => finding.ToString() == $"files: {file} isn't as it was when the backup was made.");
        File.Delete(Path.Combine(Target, file));
        Assert.Contains(StoreVerifier.Verify(Target).Findings, finding => finding.ToString() == $"files: {file} is missing.");
    }

    [Fact]
    public async Task Broken_data_is_not_backed_up_over_good_backups()
    {
        using var folder = await StoreFolder.AtRest();
        folder.Execute("update events set text = 'forged' where seq = 8");

        var refused = Assert.Throws<MaintenanceException>(() => StoreBackup.Run(folder.Path, Target));

        Assert.Contains(refused.Findings, static finding => finding is { Law: "checksum", Seq: 8 });
        Assert.False(Directory.Exists(Target));
        Directory.CreateDirectory(Target);
        Assert.Throws<MaintenanceException>(() => StoreBackup.Run(folder.Path, Target));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Target));
    }

    [Fact]
    public async Task What_is_lost_already_is_not_backed_up_as_if_it_were_all()
    {
        using var folder = await StoreFolder.Killed();
        StoreFolder.Flip(folder.Files.Log, new FileInfo(folder.Files.Log).Length - 100);
        Assert.Contains("acknowledged", Assert.Throws<MaintenanceException>(() => StoreBackup.Run(folder.Path, Target)).Message, StringComparison.Ordinal);

        using var other = await StoreFolder.Killed();
        StoreFolder.Flip(other.Files.Log, 1_000);
        Assert.Contains("damaged", Assert.Throws<MaintenanceException>(() => StoreBackup.Run(other.Path, Target)).Message, StringComparison.Ordinal);
    }

    private static List<RoomEvent> Log(string backup, Guid room)
    {
        using var store = StoreReader.Open(new StoreFiles(backup));
        return EventRows.After(store, room, 0, int.MaxValue);
    }
}
