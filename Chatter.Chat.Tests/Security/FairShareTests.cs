using Chatter.Chat.Broadcasting;
using Chatter.Chat.Search;
using Chatter.Chat.Storage;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Security;

/// <summary>What one account asks for, however much, takes from the others no more than its share.</summary>
public sealed class FairShareTests
{
    private static readonly Guid Ada = Guid.CreateVersion7();
    private static readonly Guid Ben = Guid.CreateVersion7();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The reads of one account hang; another's pass, and so do hellos.</summary>
    [Fact]
    public async Task S05_reads_of_one_account_leave_threads_for_the_others()
    {
        await using var store = await TestStore.Start(null, null, ("Chatter:Engine:Readers", "3"));
        using var hang = new ManualResetEventSlim();
        var hanging = Enumerable.Range(0, 50).Select(_ => store.Database.Read(Ada, _ => hang.Wait(Patience.Call, CancellationToken.None), CancellationToken.None)).ToArray();

        Assert.True(await store.Database.Read(Ben, static _ => true, Cancel));
        Assert.True(await store.Database.ReadFirst(Ben, static _ => true, Cancel));
        Assert.True(await store.Database.ReadFirst(Ada, static _ => true, Cancel));
        hang.Set();
        await Task.WhenAll(hanging);
    }

    /// <summary>Even where the server's own reads take all threads that they may have.</summary>
    [Fact]
    public async Task S05_a_thread_is_kept_for_hellos()
    {
        await using var store = await TestStore.Start(null, null, ("Chatter:Engine:Readers", "2"));
        using var hang = new ManualResetEventSlim();
        var hanging = Enumerable.Range(0, 5).Select(_ => store.Database.Read(_ => hang.Wait(Patience.Call, CancellationToken.None), CancellationToken.None)).ToArray();

        Assert.True(await store.Database.ReadFirst(Ben, static _ => true, Cancel));
        hang.Set();
        await Task.WhenAll(hanging);
    }

    [Fact]
    public async Task S05_pages_for_sockets_that_are_behind_take_turns()
    {
        await using var store = await TestStore.Start(null, null, ("Chatter:Engine:CatchUps", "2"), ("Chatter:Engine:Readers", "3"));
        using var hang = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        var hanging = store.Database.Read(
            Ada,
            _ =>
            {
                reached.Set();
                return hang.Wait(Patience.Call, CancellationToken.None);
            },
            CancellationToken.None);
        Assert.True(reached.Wait(Patience.Frame, Cancel));
        var catchUp = store.Get<CatchUp>();
        for (var i = 0; i < 50; i++) catchUp.Read(Ada, Guid.CreateVersion7(), 0, static _ => { });

        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        catchUp.Read(Ben, Guid.CreateVersion7(), 0, _ => arrived.TrySetResult());
        await arrived.Task.WaitAsync(Patience.Frame, Cancel);
        hang.Set();
        await hanging;
    }

    /// <summary>What SQLite doesn't see, as cutting a page of long texts to what was found, is ended as well.</summary>
    [Fact]
    public void S05_a_search_ends_by_its_deadline_between_hits()
    {
        Assert.Throws<StoreUnavailableException>(new SearchDeadline(TimeSpan.FromMilliseconds(-1)).ThrowIfPassed);
        new SearchDeadline(TimeSpan.FromHours(1)).ThrowIfPassed();
    }
}
