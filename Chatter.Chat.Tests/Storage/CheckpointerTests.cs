using System.Buffers.Binary;
using Chatter.Chat.Rooms;
using Chatter.Chat.Storage;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Storage;

/// <summary>The write-ahead log is emptied beside the commits, also where these never pause.</summary>
public sealed class CheckpointerTests
{
    /// <summary>From here on SQLite does it itself, inside a commit for which everybody waits.</summary>
    private const long InsideACommit = 16_000L * 4_096;

    [Fact]
    public async Task The_log_starts_over_again_and_again_while_commits_go_on()
    {
        await using var store = await TestStore.Start(settings: ("Chatter:Engine:CheckpointFrom", "65536"));
        var ada = await store.AddUser("ada");
        Assert.True((await store.Writer.Do(new CreateRoom(ada, "garden", "", false, 1_000_000))).Is(out var room, out _));
        using var enough = new CancellationTokenSource();
        var talking = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested) Assert.True((await store.Send(ada, room.Id, "frost and rain", null)).Is(out var _, out var _));
        })).ToArray();

        var log = store.Get<Database>().Path + "-wal";
        var first = StartsOf(log);
        try
        {
            await Eventually.Equal(true, () => Task.FromResult(StartsOf(log) >= first + 3));
            Assert.InRange(new FileInfo(log).Length, 1, InsideACommit - 1);
        }
        finally
        {
            await enough.CancelAsync();
            await Task.WhenAll(talking);
        }
    }

    /// <summary>How often the log has begun anew, by its header ("checkpoint sequence number", SQLite's file format §4.1).</summary>
    private static uint StartsOf(string log)
    {
        using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> header = stackalloc byte[16];
        file.ReadExactly(header);
        return BinaryPrimitives.ReadUInt32BigEndian(header[12..]);
    }
}
