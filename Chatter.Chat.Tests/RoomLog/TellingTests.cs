using Chatter.Chat.Broadcasting;
using Chatter.Chat.Messages;
using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.RoomLog;

/// <summary>When the loops begin to write what was committed: soon, and with as few writes as that allows.</summary>
public sealed class TellingTests
{
    private const int Times = 20;

    /// <summary>A loop also wakes by itself now and then, and begins with what is there.</summary>
    private const int WokenBetween = 8;

    [Fact]
    public async Task Who_speaks_gets_his_answer_and_his_event_by_one_write()
    {
        await using var store = await TestStore.Start();
        var (ada, room) = await Room(store);
        var (socket, wire) = await Follow(store, room);

        for (var number = 1; number <= Times; number++)
        {
            var i = number;
            var frame = new SendFrame(room, "frost") { Nonce = $"n{i}" };
            store.Writer.Enqueue(new SendMessage(frame, frame.Text, ada, outcome =>
            {
                Assert.True(outcome.Is(out var sent, out _));
                // Time enough for a loop that was woken by the event.
                SpinWait.SpinUntil(() => wire.Frames("event") == i, TimeSpan.FromMilliseconds(5));
                socket.Post(new SentFrame(room, sent.Event.Seq, sent.Event.Id, sent.Event.At) { Nonce = frame.Nonce });
            }));
            await Eventually.Equal((i, i), () => Task.FromResult((wire.Frames("event"), wire.Frames("sent"))));
        }

        Assert.InRange(wire.Writes, Times, Times + WokenBetween);
    }

    [Fact]
    public async Task What_waits_already_is_written_together_with_what_was_committed_before_it()
    {
        await using var store = await TestStore.Start();
        var (ada, room) = await Room(store);
        var (_, wire) = await Follow(store, room);

        for (var i = 1; i <= Times; i++)
        {
            await store.Writer.Do(new Append(ada, room, "one", () => store.Writer.Enqueue(new Append(ada, room, "two"))));
            await Eventually.Equal(2 * i, () => Task.FromResult(wire.Frames("event")));
        }

        Assert.InRange(wire.Writes, Times, Times + WokenBetween);
    }

    [Fact]
    public async Task D4_what_is_committed_is_written_soon_where_the_commit_behind_it_hangs()
    {
        await using var store = await TestStore.Start();
        var (ada, room) = await Room(store);
        var (_, wire) = await Follow(store, room);
        using var hang = new ManualResetEventSlim();

        await store.Writer.Do(new Append(ada, room, "one", () => store.Writer.Enqueue(new Append(ada, room, "two", () => hang.Wait(Patience.Call, CancellationToken.None)))));

        await Eventually.Equal(1, () => Task.FromResult(wire.Frames("event")));
        hang.Set();
        await Eventually.Equal(2, () => Task.FromResult(wire.Frames("event")));
    }

    private static async Task<(UserRef User, Guid Room)> Room(TestStore store)
    {
        var ada = await store.AddUser("ada");
        Assert.True((await store.Writer.Do(new CreateRoom(ada, "garden", "", false, 1_000))).Is(out var room, out _));
        return (ada, room.Id);
    }

    /// <summary>A socket that has everything so far.</summary>
    private static async Task<(OutboundSocket Socket, CountingWire Wire)> Follow(TestStore store, Guid room)
    {
        var wire = new CountingWire();
        var broadcaster = store.Get<Broadcaster>();
        var loop = broadcaster.NextLoop();
        var socket = new OutboundSocket(wire, null, static () => { }, 65_536) { Loop = loop };
        var tail = broadcaster.Pin(room);
        var last = (await store.Log(room))[^1].Seq;
        tail.Announce(last);
        var followed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Do(() =>
        {
            loop.Add(socket);
            loop.Welcome(socket, [new Subscription(tail, last, last)]);
            followed.SetResult();
        });
        await followed.Task.WaitAsync(Patience.Frame, TestContext.Current.CancellationToken);
        return (socket, wire);
    }

    private sealed class Append(UserRef user, Guid room, string text, Action? meanwhile = null) : WriteOperation<bool>
    {
        protected override Outcome<bool> Decide(WriteBatch batch)
        {
            meanwhile?.Invoke();
            batch.Append(new RoomEvent(room, 0, Guid.CreateVersion7(), default, EventKinds.Message) { Text = text, From = user });
            return true;
        }
    }

    private sealed class CountingWire : IWire
    {
        private readonly Lock _lock = new();
        private readonly List<string> _writes = [];

        public int Writes
        {
            get
            {
                lock (_lock) return _writes.Count;
            }
        }

        public int Frames(string type)
        {
            lock (_lock) return _writes.Sum(bytes => bytes.Split($"\"type\":\"{type}\"").Length - 1);
        }

        public ValueTask Write(ReadOnlyMemory<byte> bytes)
        {
            lock (_lock) _writes.Add(System.Text.Encoding.Latin1.GetString(bytes.Span));
            return ValueTask.CompletedTask;
        }
    }
}
