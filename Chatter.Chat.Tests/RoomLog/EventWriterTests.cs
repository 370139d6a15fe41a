using Chatter.Chat.Broadcasting;
using Chatter.Chat.Messages;
using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Chatter.Chat.Storage;
using Chatter.Chat.Tests.Support;
using CsCheck;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Chatter.Chat.Tests.RoomLog;

public sealed class EventWriterTests
{
    private static readonly UserRef Ada = new(Guid.CreateVersion7(), "ada");

    [Fact]
    public async Task S14_an_operation_that_throws_takes_nobody_of_its_batch_with_it()
    {
        await using var store = await TestStore.Start();
        var room = await Create(store);
        var operations = Enumerable.Range(0, 20).Select(i => i == 7 ? null : new Pending(room, Ada, $"m{i}", $"n{i}")).ToArray();
        var broken = new Broken(room);
        foreach (var operation in operations) store.Writer.Enqueue(operation is null ? broken : operation.Operation);

        await Assert.ThrowsAsync<InvalidOperationException>(() => broken.Result);
        foreach (var operation in operations)
            if (operation is not null) Assert.True((await operation.Result).Is(out _, out _));
        var log = await store.Log(room);
        Assert.Equal(Enumerable.Range(1, log.Count).Select(static i => (long)i), log.Select(static e => e.Seq));
        Assert.Equal(operations.Where(static o => o is not null).Select(static o => o!.Text), log.Skip(1).Select(static e => e.Text));
    }

    [Fact]
    public async Task S3_S17_a_repeated_nonce_makes_no_second_event_and_other_content_is_refused()
    {
        await using var store = await TestStore.Start();
        var room = await Create(store);
        var sends = new[] { "a", "a", "b" }.Select(text => new Pending(room, Ada, text, "same")).ToArray();
        foreach (var send in sends) store.Writer.Enqueue(send.Operation);

        Assert.True((await sends[0].Result).Is(out var first, out _));
        Assert.True((await sends[1].Result).Is(out var again, out _));
        Assert.False((await sends[2].Result).Is(out _, out var refusal));
        Assert.True(first.IsNew);
        Assert.False(again.IsNew);
        Assert.Equal(first.Event, again.Event);
        Assert.Equal(ErrorCodes.NonceReused, refusal.Code);
        Assert.Equal(2, (await store.Log(room)).Count);
    }

    [Fact]
    public async Task F3_the_time_never_runs_backwards_within_a_room()
    {
        var time = new JumpingTime();
        await using var store = await TestStore.Start(time);
        var room = await Create(store);
        foreach (var jump in new[] { 0, -3_600_000, 5, 86_400_000, -86_400_000, 1 })
        {
            time.Jump(jump);
            Assert.True((await Send(store, room, Ada, $"after {jump}", null)).Is(out _, out _));
        }
        var log = await store.Log(room);
        Assert.Equal(log.Select(static e => e.At).Order(), log.Select(static e => e.At));
    }

    [Fact]
    public async Task D6_while_another_process_holds_the_database_sends_are_unavailable_and_afterwards_all_is_well()
    {
        await using var store = await TestStore.Start();
        var room = await Create(store);
        var since = Environment.TickCount64;
        using (var other = new StoreConnection(store.Database.OpenWriter()))
        {
            other.Execute("begin immediate");
            var (one, two) = (Send(store, room, Ada, "x", "n1"), Send(store, room, Ada, "y", "n2"));
            Assert.False((await one).Is(out _, out var refusal));
            Assert.Equal(ErrorCodes.Unavailable, refusal.Code);
            Assert.False((await two).Is(out _, out _));
            Assert.InRange(Environment.TickCount64 - since, 0, 5_500);
            Assert.False(store.Writer.IsHealthy);
            // Reading goes on.
            Assert.Single(await store.Log(room));
            other.Execute("rollback");
        }
        Outcome<Sent> again;
        do again = await Send(store, room, Ada, "x", "n1");
        while (!again.Is(out _, out _));
        Assert.True(again.Is(out var sent, out _));
        Assert.Equal(2, sent.Event.Seq);
        Assert.True(store.Writer.IsHealthy);
    }

    /// <summary>
    /// Who repeats a join is told that he is in, and nothing more is appended: so the first one, of which nobody knew whether it had happened, must be
    /// published once that is known, or his open sockets would never hear of the room.
    /// </summary>
    [Fact]
    public async Task X1_what_a_failed_commit_did_all_the_same_is_published_once_the_store_answers_again()
    {
        await using var store = await TestStore.Start();
        var ben = await store.AddUser("ben");
        var room = await Create(store);
        var appended = new List<RoomEvent>();
        store.Writer.Appended += appended.AddRange;
        var tail = store.Get<Broadcaster>().Pin(room, 1);

        var unknown = new CommitsAndFails(new JoinRoom(ben, room, null, 10));
        store.Writer.Enqueue(unknown);
        Assert.False((await unknown.Result).Is(out _, out var refusal));
        Assert.Equal(ErrorCodes.Unavailable, refusal.Code);
        Assert.Empty(appended);

        Assert.True((await store.Writer.Do(new JoinRoom(ben, room, null, 10))).Is(out var joined, out _));
        Assert.Equal((false, 2L), (joined.IsNew, joined.Seq));
        Assert.True((await Send(store, room, ben, "hello", null)).Is(out _, out _));
        Assert.Equal([(2L, EventKinds.Joined), (3L, EventKinds.Message)], appended.Select(static e => (e.Seq, e.Kind)));
        Assert.Equal((2, 3), (tail.View.First, tail.View.Last));
        store.Get<Broadcaster>().Unpin(tail);
    }

    /// <summary>F1: what is derived (members, message counts, unread) is what the log says, whatever happened in whatever batches.</summary>
    [Fact]
    public async Task F1_counts_and_read_marks_are_the_fold_of_the_log()
    {
        await using var store = await TestStore.Start();
        var users = new[] { await store.AddUser("ada"), await store.AddUser("ben"), await store.AddUser("cleo") };
        await Gen.Select(Gen.Int[0, 5], Gen.Int[0, 2], Gen.Int[0, 12], Gen.Bool).Array[5, 60].SampleAsync(
            async steps =>
            {
                var room = await Create(store, users[0]);
                var results = new List<Task>();
                foreach (var (what, who, seq, back) in steps)
                {
                    var user = users[who];
                    results.Add(what switch
                    {
                        0 => store.Writer.Do(new JoinRoom(user, room, null, 1_000_000)),
                        1 => store.Writer.Do(new LeaveRoom(user, room)),
                        2 or 3 => Send(store, room, user, "text", null),
                        _ => Mark(store, room, user, seq, back),
                    });
                }
                await Task.WhenAll(results);

                var log = await store.Log(room);
                Assert.Equal(Enumerable.Range(1, log.Count).Select(static i => (long)i), log.Select(static e => e.Seq));
                var members = new HashSet<Guid>();
                foreach (var item in log)
                {
                    foreach (var user in item.Users ?? [])
                        if (item.Kind == EventKinds.Joined) Assert.True(members.Add(user.Id));
                        else Assert.True(members.Remove(user.Id));
                    if (item.Kind == EventKinds.Message) Assert.Contains(item.From!.Id, members);
                }
                foreach (var user in users)
                {
                    var entry = (await store.Database.Read(c => RoomEntries.Of(c, user.Id), CancellationToken.None)).SingleOrDefault(m => m.Entry.Room.Id == room)?.Entry;
                    Assert.Equal(members.Contains(user.Id), entry is not null);
                    if (entry is null) continue;
                    Assert.Equal(members.Count, entry.Room.Members);
                    Assert.Equal(log.Count, entry.Last);
                    Assert.Equal(log.Count(e => e.Seq > entry.Read && e.Kind == EventKinds.Message && e.From!.Id != user.Id), entry.Unread);
                }
            },
            iter: 60, threads: 1);
    }

    private static async Task<Guid> Create(TestStore store, UserRef? owner = null)
    {
        Assert.True((await store.Writer.Do(new CreateRoom(owner ?? Ada, $"room {Guid.NewGuid()}", "", false, 1_000_000))).Is(out var room, out _));
        return room.Id;
    }

    private static Task<Outcome<Sent>> Send(TestStore store, Guid room, UserRef user, string text, string? nonce)
    {
        var send = new Pending(room, user, text, nonce);
        store.Writer.Enqueue(send.Operation);
        return send.Result;
    }

    private static Task Mark(TestStore store, Guid room, UserRef user, long seq, bool back)
    {
        var done = new TaskCompletionSource<Outcome<ReadMark>>();
        store.Writer.Enqueue(new MarkRead(new MarkReadFrame(room, seq) { Back = back }, user.Id, done.SetResult));
        return done.Task;
    }

    private sealed class Pending
    {
        private readonly TaskCompletionSource<Outcome<Sent>> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Pending(Guid room, UserRef user, string text, string? nonce)
        {
            Text = text;
            Operation = new SendMessage(new SendFrame(room, text) { Nonce = nonce }, text, user, outcome => _result.TrySetResult(outcome));
        }

        public string Text { get; }

        public SendMessage Operation { get; }

        public Task<Outcome<Sent>> Result => _result.Task;
    }

    /// <summary>Writes, and throws then.</summary>
    private sealed class Broken(Guid room) : WriteOperation<bool>
    {
        protected override Outcome<bool> Decide(WriteBatch batch)
        {
            batch.Append(new RoomEvent(room, 0, Guid.CreateVersion7(), default, EventKinds.Message) { Text = "broken" });
            throw new InvalidOperationException("Broken on purpose.");
        }
    }

    /// <summary>A commit that happens and then reports an error, as a failed fsync has been seen to.</summary>
    private sealed class CommitsAndFails(JoinRoom inner) : WriteOperation<bool>
    {
        protected override Outcome<bool> Decide(WriteBatch batch)
        {
            inner.Execute(batch);
            batch.Flush();
            batch.Store.Execute("commit");
            throw new SqliteException("disk I/O error", 10);
        }
    }

    private sealed class JumpingTime : TimeProvider
    {
        private TimeSpan _offset;

        public void Jump(int milliseconds) => _offset += TimeSpan.FromMilliseconds(milliseconds);

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _offset;
    }
}
