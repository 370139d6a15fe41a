using Chatter.Chat.Broadcasting;
using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Tests.Support;
using Chatter.Chat.Users;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Chatter.Chat.Tests.Broadcasting;

/// <summary>What may pile up at a loop, in a socket, in a table.</summary>
public sealed class DispatchBoundsTests
{
    [Fact]
    public async Task What_nobody_needs_is_dropped_where_much_waits_and_what_somebody_needs_is_not()
    {
        await using var store = await TestStore.Start();
        using var loop = Loop(store, waiting: 100);

        for (var i = 0; i < 200; i++) loop.DoUnlessBusy(static () => { });
        Assert.Equal(100, loop.Waiting);
        for (var i = 0; i < 200; i++) loop.Do(static () => { });
        Assert.Equal(300, loop.Waiting);
    }

    [Fact]
    public async Task Who_joins_and_leaves_faster_than_he_reads_has_to_resume()
    {
        await using var store = await TestStore.Start();
        using var loop = Loop(store, waiting: 100);
        using var wire = new MemoryStream();
        var socket = new OutboundSocket(new StreamWire(wire), null, static () => { }, 65_536) { Loop = loop };
        loop.Add(socket);
        var tail = new RoomTail(Guid.CreateVersion7(), 0, 16, 1, static (_, _) => { });

        for (var i = 0; i < 1_000; i++) loop.Subscribe(socket, new Subscription(tail, i, i + 1));
        Assert.Null(socket.CloseCode);
        loop.Subscribe(socket, new Subscription(tail, 1_000, 1_001));
        Assert.Equal(CloseCodes.TryAgainLater, socket.CloseCode);
        Assert.Equal(1_000, socket.State.Waiting.Count);
    }

    [Fact]
    public async Task Pages_read_at_a_time_for_sockets_that_are_behind_are_bounded()
    {
        await using var store = await TestStore.Start(null, null, ("Chatter:Engine:CatchUps", "1"), ("Chatter:Engine:Readers", "1"));
        using var measured = store.Measure();
        using var hang = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        var hanging = store.Database.Read(
            _ =>
            {
                reached.Set();
                return hang.Wait(Patience.Call, CancellationToken.None);
            },
            CancellationToken.None);
        Assert.True(reached.Wait(Patience.Frame, TestContext.Current.CancellationToken));
        var catchUp = store.Get<CatchUp>();
        for (var i = 0; i < 4; i++) catchUp.Read(Guid.CreateVersion7(), Guid.CreateVersion7(), 0, static _ => { });
        Assert.Equal(3, measured.Now("chatter.catchup.queue.length"));
        Assert.Equal(1, measured.Now("chatter.store.reader.queue.length"));
        hang.Set();
        await Task.WhenAny(hanging);
        await Eventually.Equal(0.0, () => Task.FromResult(measured.Now("chatter.catchup.queue.length")));
    }

    [Fact]
    public void Ten_million_names_or_addresses_are_not_remembered_but_who_goes_too_far_is()
    {
        var buckets = new FailureBuckets<int>(burst: 3, TimeSpan.FromMinutes(1), capacity: 1_000, TimeProvider.System);
        for (var i = 0; i < 3; i++) Assert.Null(buckets.Take(-1));
        Assert.NotNull(buckets.Take(-1));

        for (var i = 0; i < 1_000_000; i++) buckets.Take(i);
        Assert.InRange(buckets.Count, 1, 1_000);
        Assert.NotNull(buckets.Take(-1));
    }

    [Fact]
    public void A_clock_that_is_set_back_keeps_nobody_out_for_longer_than_a_bucket_takes_to_fill()
    {
        var time = new MovableTime();
        var buckets = new FailureBuckets<string>(burst: 3, TimeSpan.FromMinutes(1), capacity: 10, time);
        buckets.Take("ada");
        time.Move(TimeSpan.FromDays(-1));

        Assert.InRange(buckets.Take("ada") ?? TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromMinutes(3));
    }

    private static DispatchLoop Loop(TestStore store, int waiting) => new(
        0, store.Get<IOptions<SocketSettings>>().Value, waiting, store.Get<CatchUp>().Read, static _ => { }, static _ => { }, Measurements.Nobodys, NullLogger.Instance);
}
