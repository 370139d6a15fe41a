namespace Chatter.App.Startup;

/// <summary>
/// Keeps memory flat under a steady load. What rooms keep of their newest events lives for minutes, thus dies in the oldest generation, and there the
/// collector lets garbage pile up to a good part of the heap before it looks. Here it is asked to look, in the background, when what it holds has grown
/// by a twentieth since it last did. Where nothing happens nothing grows, and nothing is done.
/// </summary>
internal sealed class HeapKeeper : BackgroundService
{
    private const double Growth = 1.05;

    /// <summary>Bytes that may come in addition: a small heap isn't worth the trouble.</summary>
    private const long Slack = 8_388_608;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);

    /// <summary>Whether a full collection is due.</summary>
    /// <param name="held">Bytes held after the latest collection.</param>
    /// <param name="heldAfterFull">The same after the latest full one; 0 where there was none.</param>
    internal static bool IsDue(long held, long heldAfterFull) => held > heldAfterFull * Growth + Slack;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var (background, blocking) = (GC.GetGCMemoryInfo(GCKind.Background), GC.GetGCMemoryInfo(GCKind.FullBlocking));
            if (IsDue(Held(GC.GetGCMemoryInfo(GCKind.Any)), Held(background.Index > blocking.Index ? background : blocking)))
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        }
    }

    private static long Held(GCMemoryInfo info) => info.HeapSizeBytes - info.FragmentedBytes;
}
