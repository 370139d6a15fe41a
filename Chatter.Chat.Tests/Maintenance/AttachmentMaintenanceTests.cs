using System.Text;
using Chatter.Chat.Maintenance;
using Chatter.Chat.Tests.Support;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Chatter.Chat.Tests.Maintenance;

/// <summary>The files people sent, in backup, verify and restore.</summary>
public sealed class AttachmentMaintenanceTests : IDisposable
{
    private readonly string _shelf = Directory.CreateTempSubdirectory("chatter-shelf-").FullName;

    private string Target => Path.Combine(_shelf, "backup");

    public void Dispose() => Directory.Delete(_shelf, recursive: true);

    [Fact]
    public async Task A_backup_beside_a_server_has_the_files_and_a_restore_brings_them_back()
    {
        await using var server = await ChatServer.Start();
        var (ada, room, files) = await Fill(server);
        var before = (await ada.Download(room, files[0])).Bytes;

        var made = StoreBackup.Run(server.DataPath, Target);

        Assert.Equal(2, made.Report.Files);
        Assert.Equal(2 + 1, Directory.EnumerateFiles(Path.Combine(Target, "files"), "*", SearchOption.AllDirectories).Count());
        Assert.Empty(StoreVerifier.Verify(Target).Findings);

        // What comes after the backup goes with the restore, and lies aside.
        var later = (await ada.SendFile(room, [1, 2, 3])).List("attachments")[0].Id();
        await server.Stop();
        SqliteConnection.ClearAllPools();
        var restored = StoreRestore.Run(server.DataPath, Target, replace: true, TimeProvider.System, keepSessions: true);
        Assert.Single(Directory.EnumerateFiles(Path.Combine(restored.Replaced!, "files"), later, SearchOption.AllDirectories));
        Assert.Empty(StoreVerifier.Verify(server.DataPath).Findings);
        await server.Restart();
        Assert.Equal(before, (await ada.Download(room, files[0])).Bytes);
        Assert.Equal(404, (await ada.Download(room, later)).Status);
    }

    [Fact]
    public async Task What_was_deleted_is_in_no_backup()
    {
        await using var server = await ChatServer.Start();
        var (ada, room, _) = await Fill(server);
        await using var socket = await ada.Connect();
        var message = (await ada.Log(room)).First(static e => e.Has("attachments"));
        await socket.Send(new { type = "delete", room, target = message.Id(), nonce = "n1" });
        await socket.NextEvent(room, "deleted");
        Assert.Equal(1, StoreBackup.Run(server.DataPath, Target).Report.Files);
        Assert.Single(Directory.EnumerateFiles(Path.Combine(Target, "files"), "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(true, false, "is missing")]
    [InlineData(true, true, "isn't as it was written")]
    [InlineData(false, false, "is missing")]
    [InlineData(false, true, "isn't as it was written")]
    public async Task A_missing_or_damaged_file_is_found(bool thumbnail, bool damaged, string expected)
    {
        await using var server = await ChatServer.Start();
        var (_, room, files) = await Fill(server);
        var path = Directory.EnumerateFiles(Path.Combine(server.DataPath, "files"), files[0] + (thumbnail ? ".thumbnail" : ""), SearchOption.AllDirectories).Single();
        if (damaged) StoreFolder.Flip(path, new FileInfo(path).Length / 2);
        else File.Delete(path);

        var finding = Assert.Single(StoreVerifier.Verify(server.DataPath).Findings);

        Assert.Equal($"attachment: room {room}, seq 2: the {(thumbnail ? "thumbnail of the file" : "file")} {files[0]} {expected}.", finding.ToString());
        Assert.Throws<MaintenanceException>(() => StoreBackup.Run(server.DataPath, Target));
    }

    [Fact]
    public async Task A_file_that_is_damaged_on_the_shelf_is_found()
    {
        await using var server = await ChatServer.Start();
        var (_, _, files) = await Fill(server);
        StoreBackup.Run(server.DataPath, Target);
        StoreFolder.Flip(Directory.EnumerateFiles(Path.Combine(Target, "files"), files[1], SearchOption.AllDirectories).Single(), 3);
        Assert.Contains(StoreVerifier.Verify(Target).Findings, finding => finding.Law == "files" && finding.What.Contains(files[1], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_backup_and_its_restore_have_the_pictures_of_people_and_not_those_that_are_gone()
    {
        await using var server = await ChatServer.Start();
        var ada = await server.User();
        (await ada.PutAvatar(Pictures.Photo())).Is(200);
        var url = (await ada.PutAvatar(Pictures.Png())).Is(200).Text("avatarUrl");

        Assert.Equal(1, StoreBackup.Run(server.DataPath, Target).Report.Files);

        Assert.Single(Directory.EnumerateFiles(Path.Combine(Target, "files"), "*", SearchOption.AllDirectories), path => path.EndsWith(url[^36..], StringComparison.Ordinal));
        Assert.Empty(StoreVerifier.Verify(Target).Findings);
        (await ada.Delete("/api/me/avatar")).Is(200);
        await server.Stop();
        SqliteConnection.ClearAllPools();
        StoreRestore.Run(server.DataPath, Target, replace: true, TimeProvider.System, keepSessions: true);
        Assert.Empty(StoreVerifier.Verify(server.DataPath).Findings);
        await server.Restart();
        Assert.Equal(200, (await ada.Get(url)).Status);
    }

    [Theory]
    [InlineData(null, false, "is missing")]
    [InlineData(null, true, "isn't as it was written")]
    [InlineData("update users set avatar_url = '/api/avatars/x'", false, "but another address of it")]
    [InlineData("delete from avatars", false, "has the address of a picture, but none")]
    public async Task A_missing_or_wrong_picture_of_somebody_is_found(string? sql, bool damaged, string expected)
    {
        await using var server = await ChatServer.Start();
        var ada = await server.User();
        (await ada.PutAvatar(Pictures.Photo())).Is(200);
        await server.Stop();
        SqliteConnection.ClearAllPools();
        var path = Directory.EnumerateFiles(Path.Combine(server.DataPath, "files"), "*", SearchOption.AllDirectories).Single();
        if (sql is not null) StoreFolder.Execute(Path.Combine(server.DataPath, "chatter.db"), sql);
        else if (damaged) StoreFolder.Flip(path, new FileInfo(path).Length / 2);
        else File.Delete(path);

        var finding = Assert.Single(StoreVerifier.Verify(server.DataPath).Findings);

        Assert.Equal("attachment", finding.Law);
        Assert.Contains(ada.Id, finding.What, StringComparison.Ordinal);
        Assert.Contains(expected, finding.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("delete from attachments where type = 'image/jpeg'", "isn't known to be in it")]
    [InlineData("update attachments set message = 1", "is no message that has any")]
    [InlineData("update attachments set room = x'01980000000070008000000000000009'", "it has files, but doesn't exist")]
    public async Task What_the_database_says_of_files_is_true(string sql, string expected)
    {
        await using var server = await ChatServer.Start();
        await Fill(server);
        await server.Stop();
        SqliteConnection.ClearAllPools();
        StoreFolder.Execute(Path.Combine(server.DataPath, "chatter.db"), sql);
        Assert.Contains(StoreVerifier.Verify(server.DataPath).Findings, finding => finding.What.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Edits_reactions_and_deletions_with_their_nonces_are_sound()
    {
        await using var server = await ChatServer.Start();
        var (ada, room, _) = await Fill(server);
        await using var socket = await ada.Connect();
        var messages = (await ada.Log(room)).Where(static e => e.Is("kind", "message")).ToList();
        await socket.Send(new { type = "edit", room, target = messages[0].Id(), text = "now", nonce = "n1" });
        await socket.Send(new { type = "react", room, target = messages[0].Id(), emoji = "🍅", on = true, nonce = "n2" });
        await socket.Send(new { type = "edit", room, target = messages[1].Id(), text = "gone soon", nonce = "n3" });
        await socket.Send(new { type = "delete", room, target = messages[1].Id(), nonce = "n4" });
        await socket.NextEvent(room, "deleted");
        Assert.Empty(StoreVerifier.Verify(server.DataPath).Findings);
    }

    private static async Task<(TestUser Ada, string Room, string[] Files)> Fill(ChatServer server)
    {
        var ada = await server.User();
        var room = await ada.CreateRoom();
        var picture = (await ada.SendFile(room, Pictures.Photo(), "a.jpg", "look")).List("attachments")[0].Id();
        var text = (await ada.SendFile(room, Encoding.UTF8.GetBytes("frost on the tomatoes"))).List("attachments")[0].Id();
        return (ada, room, [picture, text]);
    }
}
