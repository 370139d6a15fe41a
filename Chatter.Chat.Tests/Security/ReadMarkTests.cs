using Chatter.Chat.Messages;
using Chatter.Chat.Protocol;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Security;

/// <summary>Read marks that are moved back cost the writer little, however long the log is, and count right all the same.</summary>
public sealed class ReadMarkTests
{
    [Fact]
    public async Task F1_a_mark_that_goes_back_over_several_slices_counts_only_the_messages_of_others()
    {
        await using var store = await TestStore.Start();
        var (ada, ben) = (await store.AddUser("ada"), await store.AddUser("ben"));
        Assert.True((await store.Writer.Do(new Rooms.CreateRoom(ada, "hall", "", false, 100))).Is(out var room, out _));
        Assert.True((await store.Writer.Do(new Rooms.JoinRoom(ben, room.Id, null, 100))).Is(out _, out _));
        var sends = Enumerable.Range(0, 3 * MarkRead.Slice).Select(i => store.Send(i % 3 == 0 ? ben : ada, room.Id, $"m{i}", null)).ToList();
        await Task.WhenAll(sends);
        var last = 2L + sends.Count;

        foreach (var seq in new[] { last - 1, 2, 1_500, 700, 701, last - 10, 5, last })
        {
            var mark = await Move(store, room.Id, ben.Id, seq);
            // Of the messages behind the mark, m(seq − 2) on, every third is ben's own.
            var expected = Enumerable.Range((int)seq - 2, (int)(last - seq)).Count(static i => i % 3 != 0);
            Assert.Equal((seq, expected), (mark.Seq, mark.Unread));
        }
    }

    [Fact]
    public async Task A_mark_does_not_go_back_further_than_that()
    {
        await using var store = await TestStore.Start();
        var ada = await store.AddUser("ada");
        Assert.True((await store.Writer.Do(new Rooms.CreateRoom(ada, "hall", "", false, 100))).Is(out var room, out _));
        var sends = Enumerable.Range(0, MarkRead.MostBack + 1).Select(i => store.Send(ada, room.Id, $"m{i}", null)).ToList();
        await Task.WhenAll(sends);
        var last = 1L + sends.Count;

        var refused = await Outcome(store, room.Id, ada.Id, last - MarkRead.MostBack - 1);
        Assert.Equal(ErrorCodes.Invalid, refused.Refusal?.Code);
        Assert.Equal(last - MarkRead.MostBack, (await Move(store, room.Id, ada.Id, last - MarkRead.MostBack)).Seq);
    }

    [Fact]
    public async Task Read_marks_have_a_bucket_of_their_own_for_all_sockets_of_a_user()
    {
        await using var server = await ChatServer.Start(static s => (s["Chatter:Limits:ReadMarksPerSecond"], s["Chatter:Limits:ReadMarkBurst"]) = ("1", "4"));
        var ada = await server.User();
        var room = await ada.CreateRoom();
        await using var first = await TcpWebSocket.Hello(ada);
        await using var second = await TcpWebSocket.Hello(ada);
        for (var i = 0; i < 4; i++) await second.Say(new { type = "read", room, seq = i % 2, back = true });
        await second.Say(new { type = "ping", nonce = "taken" });
        await second.Next("pong");
        for (var i = 0; i < 20; i++) await first.Say(new { type = "read", room, seq = i % 2, back = true });
        var refused = await first.Next("error");
        Assert.Equal(("rate_limited", "read"), (refused.Text("code"), refused.Text("re")));
        // Sends have one of their own.
        await ada.Say(room, "still here");
    }

    private static async Task<ReadMark> Move(TestStore store, Guid room, Guid user, long seq)
    {
        while (true)
        {
            var outcome = await Outcome(store, room, user, seq);
            Assert.True(outcome.Is(out var mark, out var refusal), refusal?.Message);
            if (mark.IsThere) return mark;
        }
    }

    private static Task<Outcome<ReadMark>> Outcome(TestStore store, Guid room, Guid user, long seq)
    {
        var done = new TaskCompletionSource<Outcome<ReadMark>>(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Writer.Enqueue(new MarkRead(new MarkReadFrame(room, seq) { Back = true }, user, done.SetResult));
        return done.Task;
    }
}
