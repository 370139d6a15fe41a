using System.Text;
using Chatter.Chat.Messages;
using Chatter.Chat.Protocol;
using Chatter.Chat.Rooms;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Security;

/// <summary>Deleted is deleted: when the server has stopped, no file of its folder has a byte of what was deleted, former texts of edited messages included.</summary>
public sealed class ErasureTests
{
    private const string Secret = "unrepeatable";

    [Fact]
    public async Task Nothing_of_deleted_messages_is_left_in_the_files()
    {
        var folder = Directory.CreateTempSubdirectory("chatter-erasure-").FullName;
        try
        {
            await using (var store = await TestStore.Start(on: folder)) await SayAndDelete(store);
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(static file => Path.GetFileName(file).Contains(".db", StringComparison.Ordinal)))
                Assert.True((await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) < 0, $"{file} still has a deleted text.");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>An older version didn't overwrite what was deleted.</summary>
    [Fact]
    public async Task What_an_older_version_left_of_deleted_messages_goes_at_the_first_start()
    {
        using var folder = await StoreFolder.AtRest();
        folder.Execute($"pragma secure_delete = off; delete from store_info where key = 'pages_cleaned'; create table old (t); insert into old with recursive n (i) as (select 1 union all select i + 1 from n where i < 500) select i || '{Secret}' from n; drop table old; pragma wal_checkpoint(truncate)");
        Assert.True(Has(folder.Files.Database));

        await using (var store = await TestStore.Start(on: folder.Path)) Assert.NotEmpty(await store.Log(folder.Garden));

        Assert.False(Has(folder.Files.Database));
        Assert.Empty(Chatter.Chat.Maintenance.StoreVerifier.Verify(folder.Path).Findings);

        static bool Has(string file) => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) >= 0;
    }

    private static async Task SayAndDelete(TestStore store)
    {
        var ada = await store.AddUser("ada");
        Assert.True((await store.Writer.Do(new CreateRoom(ada, "hall", "", false, 100))).Is(out var room, out _));
        var messages = new List<Guid>();
        for (var i = 0; i < 50; i++)
        {
            foreach (var text in new[] { $"{i} {Secret}", $"{i} {Secret} {new string('x', 7_000)} {Secret}" })
            {
                Assert.True((await store.Send(ada, room.Id, text, null)).Is(out var sent, out _));
                messages.Add(sent.Event.Id);
            }
            Assert.True((await store.Send(ada, room.Id, $"{i} stays", null)).Is(out _, out _));
        }
        for (var i = 0; i < messages.Count; i++) await Change(store, ada, new EditFrame(room.Id, messages[i], $"{Secret}, edited {i}") { Nonce = $"e{i}" });
        for (var i = 0; i < messages.Count; i++) await Change(store, ada, new DeleteFrame(room.Id, messages[i]) { Nonce = $"d{i}" });
        for (var i = 0; i < 50; i++) Assert.True((await store.Send(ada, room.Id, $"{i} comes later", null)).Is(out _, out _));
    }

    private static async Task Change(TestStore store, UserRef user, ChangeFrame frame)
    {
        var changed = new TaskCompletionSource<Outcome<Sent>>(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Writer.Enqueue(MessageChange.Of(frame, user, changed.SetResult));
        Assert.True((await changed.Task).Is(out _, out var refusal), refusal?.Message);
    }
}
