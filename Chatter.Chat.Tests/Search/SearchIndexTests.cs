using Chatter.Chat.Maintenance;
using Chatter.Chat.Protocol;
using Chatter.Chat.Search;
using Chatter.Chat.Storage;
using Chatter.Chat.Tests.Support;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Chatter.Chat.Tests.Search;

/// <summary>The index follows the log, and is made anew where it can't be right.</summary>
public sealed class SearchIndexTests
{
    [Fact]
    public async Task What_is_written_is_found_within_a_second_and_newest_first()
    {
        await using var search = await SearchStore.Start();
        var ada = await search.Store.AddUser("ada");
        var room = await search.Room(ada, "garden");
        await search.Indexed();
        await search.Say(ada, room, "frost tonight");
        await search.Say(ada, room, "more frost");
        var since = TimeProvider.System.GetTimestamp();

        await Eventually.Equal(2, async () => (await search.Texts(ada, "frost")).Length);

        Assert.InRange(TimeProvider.System.GetElapsedTime(since), TimeSpan.Zero, TimeSpan.FromSeconds(5)); // One second, on a machine that does nothing else.
        Assert.Equal(["more frost", "frost tonight"], await search.Texts(ada, "frost"));
        Assert.True((await search.Search(ada, "frost")).Complete);
    }

    [Fact]
    public async Task An_edited_message_is_found_by_what_it_says_now_and_by_nothing_else()
    {
        await using var search = await SearchStore.Start();
        var ada = await search.Store.AddUser("ada");
        var room = await search.Room(ada, "garden");
        var message = await search.Say(ada, room, "zucchini");
        await search.Indexed();
        await search.Edit(ada, message, "tomatoes");
        // At once: the store is asked what it says.
        Assert.Empty(await search.Texts(ada, "zucchini"));
        await search.Indexed();
        Assert.Equal(["tomatoes"], await search.Texts(ada, "tomatoes"));
        Assert.Empty(await search.Texts(ada, "zucchini"));
        await Eventually.Equal(false, () => Task.FromResult(search.HasBytes("zucchini")));
    }

    [Fact]
    public async Task A_deleted_message_is_found_no_more_at_once_and_its_words_leave_the_files()
    {
        await using var search = await SearchStore.Start();
        var ada = await search.Store.AddUser("ada");
        var room = await search.Room(ada, "garden");
        for (var i = 0; i < 200; i++) await search.Say(ada, room, $"talk {i} of tomatoes, frost and rain");
        var message = await search.Say(ada, room, "the password is xylophone7 qwertzuiopa");
        for (var i = 0; i < 200; i++) await search.Say(ada, room, $"talk {i} of zebras and zoos");
        await search.Indexed();
        Assert.True(search.HasBytes("xylophone7"));

        await search.Delete(ada, message);

        Assert.Empty(await search.Texts(ada, "xylophone7"));
        await search.Indexed();
        foreach (var word in (string[])["xylophone7", "ylophone7", "qwertzuiopa"]) await Eventually.Equal(false, () => Task.FromResult(search.HasBytes(word)));
        Assert.Equal(200, Count(search, "select count(*) from texts where texts match '" + RoomWords.Of(1, "tomatoes") + "'"));
    }

    [Fact]
    public async Task A_room_that_is_deleted_leaves_the_index()
    {
        await using var search = await SearchStore.Start();
        var ada = await search.Store.AddUser("ada");
        var (kept, gone) = (await search.Room(ada, "garden"), await search.Room(ada, "cellar", isPrivate: true));
        await search.Say(ada, kept, "kept");
        for (var i = 0; i < 20; i++) await search.Say(ada, gone, $"subterranean {i}");
        await search.Indexed();

        await search.Leave(ada, gone);

        await Eventually.Equal(false, () => Task.FromResult(search.HasBytes("subterranean")));
        await search.Indexed();
        Assert.Equal(1, Count(search, "select count(*) from messages"));
        Assert.Equal(["kept"], await search.Texts(ada, "kept"));
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("garbage")]
    [InlineData("empty")]
    [InlineData("truncated")]
    [InlineData("another version")]
    [InlineData("another epoch")]
    [InlineData("ahead of the log")]
    [InlineData("without a table")]
    public async Task An_index_that_cannot_be_right_is_made_anew_at_the_start(string what)
    {
        using var folder = new Folder();
        UserRef ada;
        Guid room;
        await using (var before = await SearchStore.Start(folder.Path))
        {
            ada = await before.Store.AddUser("ada");
            room = await before.Room(ada, "garden");
            await before.Say(ada, room, "frost tonight");
            await before.Indexed();
        }
        var index = new StoreFiles(folder.Path).SearchIndex;
        switch (what)
        {
            case "deleted": File.Delete(index); break;
            case "garbage": File.WriteAllText(index, string.Concat(Enumerable.Repeat("no database ", 2_000))); break;
            case "empty": File.WriteAllBytes(index, []); break;
            case "truncated": File.WriteAllBytes(index, File.ReadAllBytes(index)[..6_000]); break;
            case "another version": StoreFolder.Execute(index, "pragma user_version = 4711"); break;
            case "another epoch": StoreFolder.Execute(index, "update index_info set value = 'x'"); break;
            case "ahead of the log": StoreFolder.Execute(index, "update indexed_rooms set seq = 1000"); break;
            case "without a table": StoreFolder.Execute(index, "drop table authors"); break;
        }

        await using var search = await SearchStore.Start(folder.Path);

        await search.Indexed();
        Assert.Equal(["frost tonight"], await search.Texts(ada, "frost from:me"));
        await search.Say(ada, room, "more frost");
        await search.Indexed();
        Assert.Equal(["more frost", "frost tonight"], await search.Texts(ada, "frost"));
    }

    [Fact]
    public async Task An_index_that_is_damaged_while_it_is_used_is_made_anew_and_searching_goes_on()
    {
        await using var search = await SearchStore.Start();
        var ada = await search.Store.AddUser("ada");
        var room = await search.Room(ada, "garden");
        for (var i = 0; i < 500; i++) await search.Say(ada, room, $"frost {i}");
        await search.Indexed();
        // What the full-text index is made of, behind its back.
        StoreFolder.Execute(search.Files.SearchIndex, "update texts_data set block = zeroblob(length(block)) where id > 10");

        await search.Search(ada, "frost");

        await Eventually.Equal(50, async () => (await search.Texts(ada, "frost")).Length);
        await search.Indexed();
        Assert.Equal(500, Count(search, "select count(*) from messages"));
    }

    [Fact]
    public async Task An_index_that_is_deleted_under_a_running_server_is_made_anew()
    {
        await using var search = await SearchStore.Start();
        var ada = await search.Store.AddUser("ada");
        var room = await search.Room(ada, "garden");
        await search.Say(ada, room, "frost");
        await search.Indexed();
        foreach (var file in search.Files.SearchIndexFiles) File.Delete(file);

        await Eventually.Equal(true, () => Task.FromResult(File.Exists(search.Files.SearchIndex)));
        await search.Indexed();

        Assert.Equal(["frost"], await search.Texts(ada, "frost"));
    }

    [Fact]
    public async Task An_index_of_another_history_is_made_anew_when_a_room_turns_out_to_be_shorter()
    {
        await using var search = await SearchStore.Start();
        var ada = await search.Store.AddUser("ada");
        var room = await search.Room(ada, "garden");
        await search.Say(ada, room, "frost");
        await search.Indexed();
        StoreFolder.Execute(search.Files.SearchIndex, "update indexed_rooms set seq = 1000");
        await search.Say(ada, room, "rain");
        await Eventually.Equal(true, async () => (await search.Texts(ada, "rain")).Length == 1);
        await search.Indexed();
        Assert.Equal(["frost"], await search.Texts(ada, "frost"));
    }

    [Fact]
    public async Task What_happened_while_nobody_followed_is_found_after_the_next_start()
    {
        using var folder = new Folder();
        UserRef ada;
        RoomEvent said;
        await using (var before = await SearchStore.Start(folder.Path))
        {
            ada = await before.Store.AddUser("ada");
            said = await before.Say(ada, await before.Room(ada, "garden"), "frost");
            await before.Indexed();
        }
        var index = new StoreFiles(folder.Path).SearchIndex;
        File.Copy(index, index + ".old");
        await using (var between = await SearchStore.Start(folder.Path))
        {
            await between.Edit(ada, said, "rain");
            await between.Say(ada, said.Room, "snow");
            await between.Indexed();
        }
        File.Move(index + ".old", index, overwrite: true);

        await using var search = await SearchStore.Start(folder.Path);

        await search.Indexed();
        Assert.Equal(["snow"], await search.Texts(ada, "snow"));
        Assert.Equal(["rain"], await search.Texts(ada, "rain"));
        Assert.Empty(await search.Texts(ada, "frost"));
    }

    [Fact]
    public async Task A_restored_backup_has_no_index_of_what_was_there_before()
    {
        using var folder = new Folder();
        using var backup = new Folder();
        UserRef ada;
        await using (var before = await SearchStore.Start(folder.Path))
        {
            ada = await before.Store.AddUser("ada");
            var room = await before.Room(ada, "garden");
            await before.Say(ada, room, "frost");
            await before.Indexed();
            StoreBackup.Run(folder.Path, backup.Path);
            await before.Say(ada, room, "lost");
            await before.Indexed();
        }
        Assert.False(File.Exists(new StoreFiles(backup.Path).SearchIndex));

        StoreRestore.Run(folder.Path, backup.Path, replace: true, TimeProvider.System);

        Assert.All(new StoreFiles(folder.Path).SearchIndexFiles, static file => Assert.False(File.Exists(file)));
        await using var search = await SearchStore.Start(folder.Path);
        await search.Indexed();
        Assert.Equal(["frost"], await search.Texts(ada, "frost"));
        Assert.Empty(await search.Texts(ada, "lost"));
    }

    /// <summary>As where the disk is full for a while: the chat goes on, and the index catches up.</summary>
    [Fact]
    public async Task An_index_that_cannot_be_written_for_a_while_is_tried_again_and_catches_up()
    {
        await using var search = await SearchStore.Start();
        var ada = await search.Store.AddUser("ada");
        var room = await search.Room(ada, "garden");
        await search.Say(ada, room, "frost");
        await search.Indexed();
        var index = search.Store.Get<SearchIndex>();
        using (var other = new SqliteConnection($"Data Source={search.Files.SearchIndex};Pooling=False"))
        {
            // Somebody holds its lock: every transaction fails, whatever the reason would be on another day.
            other.Open();
            using var held = other.BeginTransaction(deferred: false);
            await search.Say(ada, room, "rain");
            await Eventually.Equal(false, () => Task.FromResult(index.IsHealthy));
            Assert.Equal(["frost"], await search.Texts(ada, "frost"));
            Assert.Empty(await search.Texts(ada, "rain"));
        }
        await search.Indexed();
        Assert.Equal(["rain"], await search.Texts(ada, "rain"));
    }

    /// <summary>A transaction that never came to its end leaves neither messages nor a cursor beyond them.</summary>
    [Fact]
    public void Messages_and_how_far_was_read_are_taken_in_together_or_not_at_all()
    {
        using var folder = new Folder();
        var files = new StoreFiles(folder.Path);
        var (room, author) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        using (var file = IndexFile.Create(files, "e"))
        {
            file.Apply([State(1, "one")], new Dictionary<Guid, long> { [room] = 1 });
            // The third breaks a law of the table: its seq is the second's.
            StoreFolder.Execute(files.SearchIndex, "create trigger breaks before insert on messages when new.words = 'three' begin select raise(abort, 'broken'); end");
            Assert.Throws<SqliteException>(() => file.Apply([State(2, "two"), State(3, "three")], new Dictionary<Guid, long> { [room] = 3 }));
            Assert.Equal(1, file.Rooms[room].Seq);
            StoreFolder.Execute(files.SearchIndex, "drop trigger breaks");
            file.Apply([State(2, "two")], new Dictionary<Guid, long> { [room] = 2 });
        }
        using var again = IndexFile.Open(files, "e");
        Assert.Equal(2, again!.Rooms[room].Seq);

        MessageState State(long seq, string text) => new(room, seq, seq, author, new IndexedMessage(text, [], false));
    }

    [Fact]
    public void Only_so_many_rooms_are_remembered_and_that_there_were_more()
    {
        using var dirty = new DirtyRooms();
        for (var i = 0; i < DirtyRooms.Most + 5; i++) dirty.Add([Guid.CreateVersion7()]);
        Assert.Equal(DirtyRooms.Most, dirty.Take(out var tooMany).Count);
        Assert.True(tooMany);
        Assert.Empty(dirty.Take(out tooMany));
        Assert.False(tooMany);
    }

    private static long Count(SearchStore search, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={search.Files.SearchIndex};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("chatter-search-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
