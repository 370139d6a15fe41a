using System.Net.Sockets;
using System.Text;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Files;

/// <summary>What is too much is refused, and as early as it can be known.</summary>
public sealed class UploadLimitsTests
{
    [Fact]
    public async Task One_byte_too_many_is_refused_before_the_first_is_read()
    {
        await using var server = await ChatServer.Start();
        var ada = await server.User();
        var room = await ada.CreateRoom();
        using var connection = new TcpClient();
        await connection.ConnectAsync(server.Address.Host, server.Address.Port, TestContext.Current.CancellationToken);
        var stream = connection.GetStream();
        // The body never comes.
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/rooms/{room}/attachments HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {ada.Token}\r\nContent-Length: {20 * 1024 * 1024 + 1}\r\n\r\n"), TestContext.Current.CancellationToken);
        var answer = new byte[4_096];
        var read = await stream.ReadAsync(answer, TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 413 ", Encoding.ASCII.GetString(answer, 0, read), StringComparison.Ordinal);
        Assert.Empty(Left(server));
    }

    [Theory]
    [InlineData(1_000, true, 201)]
    [InlineData(1_001, true, 413)]
    [InlineData(1_000, false, 201)]
    [InlineData(1_001, false, 413)]
    [InlineData(500_000, false, 413)]
    public async Task The_limit_is_exact_whether_the_length_is_told_or_not(int length, bool told, int expected)
    {
        await using var server = await ChatServer.Start(static s => s["Chatter:Files:MaxBytes"] = "1000");
        var ada = await server.User();
        var room = await ada.CreateRoom();
        using HttpContent content = told ? new ByteArrayContent(new byte[length]) : new StreamContent(new Untold(new byte[length]));
        var reply = await ada.TryUpload(room, content, "zeros", null);
        if (expected == 201) reply.Is(201);
        else reply.Refused(413, "too_large");
        Assert.Equal(expected == 201 ? 1 : 0, Left(server).Count);
    }

    [Fact]
    public async Task Everything_else_still_has_small_bodies()
    {
        await using var server = await ChatServer.Start();
        var ada = await server.User();
        var room = await ada.CreateRoom();
        (await ada.Post($"/api/rooms/{room}/messages", new { text = new string('x', 70_000) })).Refused(413, "too_large");
    }

    [Fact]
    public async Task Whose_files_take_up_all_his_room_sends_no_more_until_he_deletes_some()
    {
        await using var server = await ChatServer.Start(static s => (s["Chatter:Files:QuotaBytes"], s["Chatter:Files:SweepEvery"]) = ("1000", "00:00:00.1"));
        var ada = await server.User();
        var ben = await server.User();
        var room = await ada.CreateRoom();
        await ben.Join(room);
        var sent = await ada.SendFile(room, new byte[600]);
        (await ada.TryUpload(room, new byte[401])).Refused(409, "over_quota");
        (await ada.TryUpload(room, new StreamContent(new Untold(new byte[401])), "zeros", null)).Refused(409, "over_quota");
        await ada.Upload(room, new byte[400]);
        await ben.Upload(room, new byte[900]);

        await using var socket = await ada.Connect();
        await socket.Send(new { type = "delete", room, target = sent.Id(), nonce = "n1" });
        await socket.NextEvent(room, "deleted");
        await ada.Upload(room, new byte[600]);
        await Eventually.Equal(3, () => Task.FromResult(Left(server).Count));
    }

    [Fact]
    public async Task So_many_uploads_at_a_time_of_each()
    {
        await using var server = await ChatServer.Start(static s => s["Chatter:Files:UploadsPerUser"] = "1");
        using var measured = server.Measure();
        var ada = await server.User();
        var ben = await server.User();
        var room = await ada.CreateRoom();
        await ben.Join(room);
        var gate = new Gated();
        var slow = ada.TryUpload(room, new StreamContent(gate), "slow", null);
        await gate.Begun;
        // Its first bytes are there, so it has its place.
        await Eventually.Equal(1, () => Task.FromResult(Left(server).Count));
        (await ada.TryUpload(room, [1])).Refused(429, "rate_limited");
        (await ben.TryUpload(room, [1])).Is(201);
        gate.Open();
        (await slow).Is(201);
        (await ada.TryUpload(room, [1])).Is(201);
        Assert.True(measured.Sum("chatter.limits.hit", "limit=UploadsPerUser") >= 1);
        Assert.True(measured.Sum("chatter.file.uploads", "outcome=ok") >= 3);
    }

    [Fact]
    public async Task The_messages_keep_their_part_of_the_disk()
    {
        await using var server = await ChatServer.Start(static s => s["Chatter:Files:DiskFree"] = (1L << 50).ToString(System.Globalization.CultureInfo.InvariantCulture));
        var ada = await server.User();
        var room = await ada.CreateRoom();
        (await ada.TryUpload(room, [1])).Refused(503, "unavailable");
        await ada.Say(room, "there is room for this");
    }

    [Fact]
    public async Task A_sender_who_hangs_up_leaves_nothing()
    {
        await using var server = await ChatServer.Start();
        var ada = await server.User();
        var room = await ada.CreateRoom();
        using (var connection = new TcpClient())
        {
            await connection.ConnectAsync(server.Address.Host, server.Address.Port, TestContext.Current.CancellationToken);
            await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /api/rooms/{room}/attachments HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {ada.Token}\r\nContent-Length: 1000\r\n\r\nonly the beginning"), TestContext.Current.CancellationToken);
            await Eventually.Equal(1, () => Task.FromResult(Left(server).Count));
        }
        await Eventually.Equal(0, () => Task.FromResult(Left(server).Count));
        await ada.Upload(room, [1]);
    }

    private static List<string> Left(ChatServer server)
    {
        var folder = Path.Combine(server.DataPath, "files");
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)] : [];
    }

    /// <summary>A stream that doesn't say how long it is.</summary>
    private sealed class Untold(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }

    /// <summary>Gives a few buffers, so that the request is under way, and the next when it is told to.</summary>
    private sealed class Gated : MemoryStream
    {
        private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _given;

        public override bool CanSeek => false;

        public Task Begun => _read.Task;

        public void Open() => _open.SetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_given == 10) return 0;
            if (_given++ == 5)
            {
                _read.SetResult();
                await _open.Task.WaitAsync(cancellationToken);
            }
            return buffer.Length;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }
}
