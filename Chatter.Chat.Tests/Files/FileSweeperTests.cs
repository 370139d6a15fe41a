using System.Text;
using Chatter.Chat.Tests.Support;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Chatter.Chat.Tests.Files;

/// <summary>What is deleted is gone from the disk, and nothing else, whatever happens in between.</summary>
public sealed class FileSweeperTests
{
    private static readonly byte[] Bytes = Encoding.UTF8.GetBytes("frost on the tomatoes");

    [Fact]
    public async Task The_bytes_of_a_deleted_message_go()
    {
        await using var server = await Start();
        var (ada, room) = await Begin(server);
        var sent = await ada.SendFile(room, Pictures.Photo(), "a.jpg");
        await ada.SendFile(room, Bytes);
        Assert.Equal(3, Files(server).Count);

        await using var socket = await ada.Connect();
        await socket.Send(new { type = "delete", room, target = sent.Id(), nonce = "n1" });
        await socket.NextEvent(room, "deleted");

        await Eventually.Equal(1, () => Task.FromResult(Files(server).Count));
        await Eventually.Equal(0L, () => Task.FromResult(Count(server, "attachment_deletions")));
    }

    [Fact]
    public async Task The_bytes_of_a_picture_go_when_another_takes_its_place_and_with_the_account()
    {
        await using var server = await Start();
        var ada = await server.User();
        (await ada.PutAvatar(Pictures.Photo())).Is(200);
        var second = (await ada.PutAvatar(Pictures.Photo())).Is(200).Text("avatarUrl")[^36..];
        await Eventually.Equal(1, () => Task.FromResult(Files(server).Count));
        Assert.EndsWith(second, Files(server)[0], StringComparison.Ordinal);
        Assert.Equal(204, (await ada.Delete("/api/me", new { password = ada.Password })).Status);
        await Eventually.Equal(0, () => Task.FromResult(Files(server).Count));
        await Eventually.Equal(0L, () => Task.FromResult(Count(server, "attachment_deletions")));
    }

    [Fact]
    public async Task A_picture_that_a_crash_left_on_its_way_is_kept_if_it_was_committed()
    {
        await using var server = await Start();
        var ada = await server.User();
        var url = (await ada.PutAvatar(Pictures.Photo())).Is(200).Text("avatarUrl");
        await server.Stop();
        // As it is when the process dies between its commit and the move.
        var path = Files(server).Single();
        File.Move(path, Path.Combine(server.DataPath, "files", "incoming", Path.GetFileName(path)));
        await server.Restart();
        await Eventually.Equal(200, async () => (await ada.Get(url)).Status);
    }

    [Fact]
    public async Task The_bytes_of_a_deleted_room_go()
    {
        await using var server = await Start();
        var ada = await server.User();
        var (closed, open) = (await ada.CreateRoom(isPrivate: true), await ada.CreateRoom());
        await ada.SendFile(closed, Bytes);
        await ada.SendFile(open, Bytes);
        await ada.Leave(closed);
        await Eventually.Equal(1, () => Task.FromResult(Files(server).Count));
    }

    [Fact]
    public async Task What_nobody_sends_goes_after_a_day_and_no_sooner()
    {
        await using var server = await Start();
        var (ada, room) = await Begin(server);
        var unsent = (await ada.Upload(room, Bytes)).Id();
        var sent = (await ada.SendFile(room, Bytes)).List("attachments")[0].Id();
        server.Time.Move(TimeSpan.FromHours(23.9));
        var later = (await ada.Upload(room, Bytes)).Id();
        server.Time.Move(TimeSpan.FromHours(0.2));

        await Eventually.Equal(404, async () => (await ada.Download(room, unsent)).Status);

        (await ada.Post($"/api/rooms/{room}/messages", new { text = "x", attachments = new[] { unsent } })).Refused(404, "no_such_attachment");
        Assert.Equal(200, (await ada.Download(room, sent)).Status);
        Assert.Equal(200, (await ada.Download(room, later)).Status);
        await Eventually.Equal(2, () => Task.FromResult(Files(server).Count));
    }

    [Fact]
    public async Task A_deletion_that_a_crash_cut_off_goes_on()
    {
        await using var server = await Start();
        var (ada, room) = await Begin(server);
        var file = (await ada.SendFile(room, Bytes)).List("attachments")[0].Id();
        await server.Stop();
        // As it is when the process dies between its commit and its first look.
        Execute(server, $"insert into attachment_deletions select id, 0 from attachments; delete from attachments");
        Assert.Single(Files(server), path => path.EndsWith(file, StringComparison.Ordinal));

        await server.Restart();

        await Eventually.Equal(0, () => Task.FromResult(Files(server).Count));
        await Eventually.Equal(0L, () => Task.FromResult(Count(server, "attachment_deletions")));
    }

    [Fact]
    public async Task An_upload_that_a_crash_cut_off_is_kept_if_it_was_committed_and_goes_if_not()
    {
        await using var server = await Start();
        var (ada, room) = await Begin(server);
        var file = (await ada.SendFile(room, Pictures.Photo(), "a.jpg")).List("attachments")[0].Id();
        var whole = (await ada.Download(room, file)).Bytes;
        await server.Stop();
        // As it is when the process dies between the commit and the move, beside an upload that was on its way.
        var incoming = Path.Combine(server.DataPath, "files", "incoming");
        foreach (var path in Files(server)) File.Move(path, Path.Combine(incoming, Path.GetFileName(path)));
        File.WriteAllText(Path.Combine(incoming, $"{Guid.CreateVersion7()}.raw"), "half of");
        File.WriteAllText(Path.Combine(incoming, $"{Guid.CreateVersion7()}"), "never committed");

        await server.Restart();

        await Eventually.Equal(0, () => Task.FromResult(Directory.GetFiles(incoming).Length));
        Assert.Equal(whole, (await ada.Download(room, file)).Bytes);
        Assert.Equal(200, (await ada.Download(room, file, "/thumbnail")).Status);
        Assert.Equal(2, Files(server).Count);
    }

    [Fact]
    public async Task Files_outlive_a_restart()
    {
        await using var server = await Start();
        var (ada, room) = await Begin(server);
        var file = (await ada.SendFile(room, Bytes)).List("attachments")[0].Id();
        await server.Restart();
        Assert.Equal(Bytes, (await ada.Download(room, file)).Bytes);
    }

    [Fact]
    public async Task A_file_whose_bytes_are_gone_is_none()
    {
        await using var server = await Start();
        var (ada, room) = await Begin(server);
        var file = (await ada.SendFile(room, Bytes)).List("attachments")[0].Id();
        File.Delete(Assert.Single(Files(server)));
        Assert.Equal(404, (await ada.Download(room, file)).Status);
    }

    private static Task<ChatServer> Start() => ChatServer.Start(static s => s["Chatter:Files:SweepEvery"] = "00:00:00.1");

    private static async Task<(TestUser Ada, string Room)> Begin(ChatServer server)
    {
        var ada = await server.User();
        return (ada, await ada.CreateRoom());
    }

    private static List<string> Files(ChatServer server) => [.. Directory.EnumerateFiles(Path.Combine(server.DataPath, "files"), "*", SearchOption.AllDirectories)];

    private static long Count(ChatServer server, string table)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(server.DataPath, "chatter.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of tests.
        command.CommandText = $"select count(*) from {table}";
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(ChatServer server, string sql) => StoreFolder.Execute(Path.Combine(server.DataPath, "chatter.db"), sql);
}
