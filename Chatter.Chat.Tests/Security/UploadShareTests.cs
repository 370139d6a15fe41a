using System.IO.Pipelines;
using Chatter.Chat.Files;
using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Tests.Support;
using Microsoft.Extensions.Options;
using Xunit;

namespace Chatter.Chat.Tests.Security;

/// <summary>Slow senders and parallel ones: neither keeps the others from uploading, nor takes the disk that the messages need.</summary>
public sealed class UploadShareTests
{
    private const int MiB = 1 << 20;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(11);

    [Fact]
    public async Task S06_where_all_places_are_taken_the_slowest_gives_way()
    {
        var time = new SteppedTime();
        await using var store = await TestStore.Start(time, null, ("Chatter:Files:UploadsAtOnce", "3"));
        var places = store.Get<UploadPlaces>();
        var (slow, slower, fast) = (Enter(places, 1_000), Enter(places, 1_000), Enter(places, 100 * MiB));
        time.Step(Soon);
        slow.Wrote(20);
        slower.Wrote(10);
        fast.Wrote(10 * MiB);

        using var next = Enter(places, 1_000);
        Assert.Equal([false, true, false], new[] { slow, slower, fast }.Select(static place => place.GivenUp.IsCancellationRequested));
        using var another = Enter(places, 1_000);
        Assert.True(slow.GivenUp.IsCancellationRequested);
        // All others are new, or fast.
        Assert.Equal(ErrorCodes.Unavailable, places.Enter(Guid.CreateVersion7(), 1_000).Refusal?.Code);
        Assert.False(fast.GivenUp.IsCancellationRequested);

        // What was given up leaves for itself, later; that frees nobody's place twice.
        foreach (var place in new[] { slow, slower, fast }) place.Dispose();
        using var last = Enter(places, 1_000);
        Assert.Equal(ErrorCodes.Unavailable, places.Enter(Guid.CreateVersion7(), 1_000).Refusal?.Code);
    }

    [Fact]
    public async Task S06_a_sender_who_trickles_is_told_that_others_waited()
    {
        var time = new SteppedTime();
        await using var store = await TestStore.Start(time, null, ("Chatter:Files:UploadsAtOnce", "1"));
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(new byte[] { 1 }, TestContext.Current.CancellationToken);
        var trickle = store.Get<Reception>().Take<bool>(Guid.CreateVersion7(), new ArrivingBytes(pipe.Reader.AsStream(), 1_000, 1_000), static _ => throw new InvalidOperationException("It never ends."), CancellationToken.None);
        time.Step(Soon);

        using var next = Enter(store.Get<UploadPlaces>(), 1_000);
        Assert.Equal(UploadPlaces.TooSlow, (await trickle.WaitAsync(Patience.Frame, TestContext.Current.CancellationToken)).Refusal);
    }

    /// <summary>44 of 20 MB passed a look at the disk each, and filled it together.</summary>
    [Fact]
    public async Task S10_the_disk_is_promised_once()
    {
        var time = new SteppedTime();
        await using var store = await TestStore.Start(time, null, ("Chatter:Files:UploadsPerUser", "1000"));
        var (places, folder) = (store.Get<UploadPlaces>(), store.Get<FileFolder>());
        store.Get<IOptions<FilesSettings>>().Value.DiskFree = 0;
        // A ninth of what is free each, and twice that on the disk.
        var size = folder.Free / 9;
        var user = Guid.CreateVersion7();
        var taken = new List<UploadPlaces.Place>();
        Refusal? refusal;
        while (places.Enter(user, size).Is(out var place, out refusal)) taken.Add(place);
        Assert.Same(UploadPlaces.DiskFull, refusal);
        Assert.InRange(taken.Count, 2, 4);

        taken[0].Dispose();
        Assert.True(places.Enter(user, size).Is(out _, out _));
        // What is written isn't counted twice: it is no longer free.
        taken[1].Wrote((int)Math.Min(int.MaxValue, 2 * size));
        Assert.Equal(Math.Max(0, 2 * size - int.MaxValue), taken[1].Reserved);
    }

    [Fact]
    public async Task S10_slow_senders_do_not_keep_the_disk_either()
    {
        var time = new SteppedTime();
        await using var store = await TestStore.Start(time, null);
        var (places, folder) = (store.Get<UploadPlaces>(), store.Get<FileFolder>());
        store.Get<IOptions<FilesSettings>>().Value.DiskFree = 0;
        using var slow = Enter(places, folder.Free / 4);
        Assert.Same(UploadPlaces.DiskFull, places.Enter(Guid.CreateVersion7(), folder.Free / 3).Refusal);
        time.Step(Soon);

        using var next = Enter(places, folder.Free / 3);
        Assert.True(slow.GivenUp.IsCancellationRequested);
    }

    private static UploadPlaces.Place Enter(UploadPlaces places, long bytes)
    {
        Assert.True(places.Enter(Guid.CreateVersion7(), bytes).Is(out var place, out var refusal), refusal?.Message);
        return place;
    }

    /// <summary>The system's clock, with a stopwatch that a test can move.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        private long _steps;

        public void Step(TimeSpan by) => Interlocked.Add(ref _steps, (long)(by.TotalSeconds * TimestampFrequency));

        public override long GetTimestamp() => System.GetTimestamp() + Interlocked.Read(ref _steps);
    }
}
