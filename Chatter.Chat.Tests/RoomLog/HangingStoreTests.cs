using Chatter.Chat.Broadcasting;
using Chatter.Chat.Gateway;
using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Chatter.Chat.Storage;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.RoomLog;

/// <summary>A store that neither answers nor fails, and the queues before it: nobody waits for longer than he was told, and nothing piles up.</summary>
public sealed class HangingStoreTests
{
    private static readonly UserRef Ada = new(Guid.CreateVersion7(), "ada");

    [Fact]
    public async Task D4_a_commit_that_hangs_keeps_nobody_waiting_and_what_waited_behind_it_does_not_happen()
    {
        await using var store = await TestStore.Start(null, null, ("Chatter:Engine:AppendWithin", "00:00:01"));
        using var measured = store.Measure();
        var room = await Create(store);
        using var hang = new Hang(room);
        var start = TimeProvider.System.GetTimestamp();
        var hanging = store.Writer.Do(hang.Operation);
        hang.WaitUntilReached();
        var behind = Enumerable.Range(0, 10).Select(i => store.Writer.Do(new Append(room, $"behind {i}"))).ToArray();

        foreach (var outcome in await Task.WhenAll([hanging, .. behind])) Assert.Equal(ErrorCodes.Unavailable, outcome.Refusal?.Code);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 1, 3);
        await Eventually.Equal(0.0, () => Task.FromResult(measured.Now("chatter.store.healthy")));
        Assert.False(store.Writer.IsHealthy);
        Assert.Equal(11, measured.Hits("AppendWithin"));
        Assert.Equal(11, measured.Sum("chatter.append.operations", "outcome=unavailable"));

        hang.Release();
        Assert.True((await store.Writer.Do(new Append(room, "after"))).Is(out _, out _));
        Assert.True(store.Writer.IsHealthy);
        // Of the one that hung nobody knew; it happened. The others were withdrawn.
        Assert.Equal([null, "hanging", "after"], (await store.Log(room)).Select(static e => e.Text));
    }

    [Fact]
    public async Task What_waits_for_the_writer_is_bounded_in_bytes()
    {
        await using var store = await TestStore.Start(null, null, ("Chatter:Engine:WaitingBytes", "65536"));
        using var measured = store.Measure();
        var room = await Create(store);
        using var hang = new Hang(room);
        var hanging = store.Writer.Do(hang.Operation);
        hang.WaitUntilReached();
        var waiting = Enumerable.Range(0, 255).Select(i => store.Writer.Do(new Append(room, $"{i}"))).ToArray();
        Assert.Equal(65_536, measured.Now("chatter.append.queue.size"));
        Assert.Equal(255, measured.Now("chatter.append.queue.length"));

        Assert.Equal(ErrorCodes.Unavailable, (await store.Writer.Do(new Append(room, "one too many"))).Refusal?.Code);
        Assert.Equal(1, measured.Hits("WaitingBytes"));
        hang.Release();
        Assert.All(await Task.WhenAll([hanging, .. waiting]), static outcome => Assert.Null(outcome.Refusal));
        await Eventually.Equal(0.0, () => Task.FromResult(measured.Now("chatter.append.queue.size")));
        Assert.True((await store.Writer.Do(new Append(room, "room again"))).Is(out _, out _));
    }

    [Fact]
    public async Task D4_reads_that_hang_keep_nobody_waiting_and_what_waits_is_bounded()
    {
        await using var store = await TestStore.Start(null, null, ("Chatter:Engine:Readers", "1"), ("Chatter:Engine:ReadsWaiting", "2"));
        using var measured = store.Measure();
        using var hang = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        var start = TimeProvider.System.GetTimestamp();
        var hanging = store.Database.Read(_ => Wait(hang, reached), CancellationToken.None);
        Assert.True(reached.Wait(Patience.Frame, TestContext.Current.CancellationToken));
        var waiting = Enumerable.Range(0, 2).Select(_ => store.Database.Read(static _ => true, CancellationToken.None)).ToArray();
        Assert.Equal(2, measured.Now("chatter.store.reader.queue.length"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Database.Read(static _ => true, CancellationToken.None));
        Assert.Equal(1, measured.Hits("ReadsWaiting"));
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0, 3);

        foreach (var read in waiting.Prepend(hanging)) await Assert.ThrowsAsync<StoreUnavailableException>(() => read);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 4.9, 7);
        hang.Set();
        await Eventually.Equal(true, async () =>
        {
            try
            {
                return await store.Database.Read(static _ => true, CancellationToken.None);
            }
            catch (StoreUnavailableException)
            {
                return false; // Those that nobody waits for any more still have their places.
            }
        });
    }

    [Fact]
    public async Task Joins_that_wait_to_be_told_are_bounded_and_those_beyond_have_to_resume()
    {
        await using var store = await TestStore.Start(null, null, ("Chatter:Engine:Readers", "1"), ("Chatter:Engine:JoinsWaiting", "2"));
        using var measured = store.Measure();
        var ada = await store.AddUser("ada");
        var ben = await store.AddUser("ben");
        using var wire = new MemoryStream();
        var socket = new OutboundSocket(new StreamWire(wire), null, static () => { }, 65_536) { Loop = store.Get<Broadcaster>().NextLoop() };
        socket.Identify(ben.Id, Guid.CreateVersion7());
        Assert.True(store.Get<Connections>().TryAdd(socket, 1));
        var rooms = new List<Guid>();
        for (var i = 0; i < 5; i++) rooms.Add(await Create(store, ada));

        using var hang = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        var hanging = store.Database.Read(_ => Wait(hang, reached), CancellationToken.None);
        Assert.True(reached.Wait(Patience.Frame, TestContext.Current.CancellationToken));
        // One is being told, two wait.
        Assert.True((await store.Writer.Do(new JoinRoom(ben, rooms[0], null, 10))).Is(out _, out _));
        await Eventually.Equal(0.0, () => Task.FromResult(measured.Now("chatter.join.queue.length")));
        foreach (var room in rooms[1..3]) Assert.True((await store.Writer.Do(new JoinRoom(ben, room, null, 10))).Is(out _, out _));
        Assert.Equal(2, measured.Now("chatter.join.queue.length"));
        Assert.Null(socket.CloseCode);
        Assert.True((await store.Writer.Do(new JoinRoom(ben, rooms[3], null, 10))).Is(out _, out _));

        Assert.Equal(1, measured.Hits("JoinsWaiting"));
        Assert.Equal(CloseCodes.InternalError, socket.CloseCode);
        hang.Set();
        await Task.WhenAny(hanging);
        store.Get<Connections>().Remove(socket);
    }

    [Fact]
    public async Task Hellos_in_work_are_bounded_and_who_waits_too_long_comes_back_later()
    {
        await using var store = await TestStore.Start(null, null, ("Chatter:Engine:Readers", "1"), ("Chatter:Limits:HellosAtOnce", "1"));
        using var measured = store.Measure();
        var ada = await store.AddUser("ada");
        using var hang = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        var hanging = store.Database.Read(_ => Wait(hang, reached), CancellationToken.None);
        Assert.True(reached.Wait(Patience.Frame, TestContext.Current.CancellationToken));
        using var wire = new MemoryStream();
        var sockets = Enumerable.Range(0, 3).Select(_ => new OutboundSocket(new StreamWire(wire), null, static () => { }, 65_536) { Loop = store.Get<Broadcaster>().NextLoop() }).ToArray();
        foreach (var socket in sockets) socket.Identify(ada.Id, Guid.CreateVersion7());
        var hellos = sockets.Select(socket => store.Get<Greeting>().Welcome(socket, new HelloFrame(), CancellationToken.None)).ToArray();
        Assert.Equal(1, measured.Now("chatter.hello.count"));

        Assert.All(await Task.WhenAll(hellos), Assert.False);
        Assert.All(sockets, static socket => Assert.Equal(CloseCodes.TryAgainLater, socket.CloseCode));
        hang.Set();
        foreach (var socket in sockets) store.Get<Connections>().Remove(socket);
    }

    [Fact]
    public async Task A_store_is_closed_in_time_while_reads_hang_and_what_comes_back_late_does_no_harm()
    {
        using var hang = new ManualResetEventSlim();
        var store = await TestStore.Start(null, null, ("Chatter:Engine:Readers", "3")); // Two, and the one that is kept for hellos.
        var hanging = Enumerable.Range(0, 2).Select(_ => HangAt(work => store.Database.Read(_ => work(), CancellationToken.None), hang)).ToArray();
        var behind = store.Database.Read(static _ => true, CancellationToken.None);
        var start = TimeProvider.System.GetTimestamp();
        await store.DisposeAsync();

        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 4, 9);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => behind);
        hang.Set();
        Assert.All(hanging, static read => Assert.True(read.Thread.Join(Patience.Frame)));
    }

    [Fact]
    public async Task Workers_that_stop_while_one_hangs_answer_who_waits_and_what_comes_back_late_does_no_harm()
    {
        using var hang = new ManualResetEventSlim();
        using var workers = new WorkerThreads("worker", 1, 10);
        var (thread, hanging) = HangAt(work => workers.TryRun(Guid.Empty, work, false, CancellationToken.None)!, hang);
        var behind = workers.TryRun(Guid.Empty, static () => "done", "stopped", CancellationToken.None)!;
        workers.Dispose();

        Assert.Equal("stopped", await behind);
        hang.Set();
        Assert.True(thread.Join(Patience.Frame));
        Assert.True(await hanging);
    }

    /// <summary>Has a thread wait, and tells which one it is.</summary>
    private static (Thread Thread, Task<bool> Work) HangAt(Func<Func<bool>, Task<bool>> start, ManualResetEventSlim hang)
    {
        var reached = new TaskCompletionSource<Thread>(TaskCreationOptions.RunContinuationsAsynchronously);
        var work = start(() =>
        {
            reached.SetResult(Thread.CurrentThread);
            return hang.Wait(Patience.Call, CancellationToken.None);
        });
        Assert.True(reached.Task.Wait(Patience.Frame, TestContext.Current.CancellationToken));
        return (reached.Task.Result, work);
    }

    private static bool Wait(ManualResetEventSlim hang, ManualResetEventSlim reached)
    {
        reached.Set();
        return hang.Wait(Patience.Call, CancellationToken.None);
    }

    private static async Task<Guid> Create(TestStore store, UserRef? owner = null)
    {
        Assert.True((await store.Writer.Do(new CreateRoom(owner ?? Ada, $"room {Guid.NewGuid()}", "", false, 1_000))).Is(out var room, out _));
        return room.Id;
    }

    private class Append(Guid room, string text) : WriteOperation<bool>
    {
        protected override Outcome<bool> Decide(WriteBatch batch)
        {
            batch.Append(new RoomEvent(room, 0, Guid.CreateVersion7(), default, EventKinds.Message) { Text = text, From = Ada });
            return true;
        }
    }

    /// <summary>A transaction that takes as long as the test likes, as with a disk that hangs.</summary>
    private sealed class Hang : IDisposable
    {
        private readonly ManualResetEventSlim _reached = new();
        private readonly ManualResetEventSlim _released = new();

        public Hang(Guid room) => Operation = new Hanging(room, this);

        public WriteOperation<bool> Operation { get; }

        public void WaitUntilReached() => Assert.True(_reached.Wait(Patience.Frame, TestContext.Current.CancellationToken));

        public void Release() => _released.Set();

        public void Dispose()
        {
            _released.Set();
            _reached.Dispose();
        }

        private sealed class Hanging(Guid room, Hang hang) : Append(room, "hanging")
        {
            protected override Outcome<bool> Decide(WriteBatch batch)
            {
                hang._reached.Set();
                hang._released.Wait(Patience.Call, CancellationToken.None);
                return base.Decide(batch);
            }
        }
    }
}
