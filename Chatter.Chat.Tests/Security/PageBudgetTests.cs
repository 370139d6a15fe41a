using Chatter.Chat.Broadcasting;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Security;

/// <summary>Pages that are asked for and not taken: their number has an end, and so has the time that others wait for them.</summary>
public sealed class PageBudgetTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task S11_one_user_has_at_most_an_eighth_of_the_places()
    {
        await using var store = await TestStore.Start(null, null, ("Chatter:Engine:PagesAtOnce", "16"));
        var (pages, ada, ben) = (store.Get<PageBudget>(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var taken = Enumerable.Range(0, 3).Select(_ => pages.Enter(ada, static () => { }, CancellationToken.None)).ToArray();
        Assert.Equal([true, true, false], taken.Select(static page => page.IsCompletedSuccessfully));
        Assert.True(pages.Enter(ben, static () => { }, CancellationToken.None).IsCompletedSuccessfully);

        (await taken[0]).Dispose();
        await taken[2].WaitAsync(Patience.Frame, Cancel);
    }

    [Fact]
    public async Task S11_who_does_not_take_a_page_gives_way_when_others_wait()
    {
        await using var store = await TestStore.Start(null, null, ("Chatter:Engine:PagesAtOnce", "8"));
        using var measured = store.Measure();
        var pages = store.Get<PageBudget>();
        var shares = new List<PageBudget.Share>();
        var givenUp = 0;
        for (var i = 0; i < 8; i++)
        {
            var at = i;
            shares.Add(await pages.Enter(Guid.CreateVersion7(), () => GiveUp(at), Cancel));
        }
        Assert.Equal(8, measured.Now("chatter.page.count"));

        using var next = await pages.Enter(Guid.CreateVersion7(), static () => { }, Cancel).WaitAsync(Patience.Frame, Cancel);
        Assert.Equal(1, Volatile.Read(ref givenUp));
        Assert.Equal(1, measured.Hits("PagesAtOnce"));

        void GiveUp(int at)
        {
            Interlocked.Increment(ref givenUp);
            shares[at].Dispose();
        }
    }

    [Fact]
    public async Task Who_goes_away_while_waiting_leaves_no_place_taken()
    {
        await using var store = await TestStore.Start(null, null, ("Chatter:Engine:PagesAtOnce", "8"));
        var (pages, ada) = (store.Get<PageBudget>(), Guid.CreateVersion7());
        var first = await pages.Enter(ada, static () => { }, Cancel);
        using var gone = new CancellationTokenSource();
        var waiting = pages.Enter(ada, static () => { }, gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        first.Dispose();
        using var next = await pages.Enter(ada, static () => { }, Cancel).WaitAsync(Patience.Frame, Cancel);
    }

    /// <summary>A socket that reads nothing has one page on its way, however many it asks for.</summary>
    [Fact]
    public async Task S11_a_socket_gets_no_further_page_before_it_took_the_last()
    {
        await using var server = await ChatServer.Start();
        using var measured = server.Measure();
        var ada = await server.User();
        var room = await ada.CreateRoom();
        // Pages that no buffer on the way takes whole.
        for (var i = 0; i < 20; i++) await ada.Say(room, new string('€', 8_000));
        await using var socket = await ada.Connect();
        for (var i = 0; i < 40; i++) await socket.Send(new { type = "history", room, nonce = $"{i}" });

        // All are answered in the end, in order, and nobody else waits for them.
        for (var i = 0; i < 40; i++)
        {
            var page = await socket.Next(frame => frame.Is("type", "history"));
            Assert.True(page.Is("nonce", $"{i}"));
            Assert.InRange(measured.Now("chatter.page.count"), 0, 1);
        }
        await Eventually.Equal(0.0, () => Task.FromResult(measured.Now("chatter.page.count")));
    }

    [Fact]
    public async Task S11_a_socket_that_goes_gives_its_place_back()
    {
        await using var server = await ChatServer.Start();
        using var measured = server.Measure();
        var ada = await server.User();
        var room = await ada.CreateRoom();
        for (var i = 0; i < 20; i++) await ada.Say(room, new string('€', 8_000));
        await using (var socket = await TcpWebSocket.Hello(ada, receiveBuffer: 4_096))
        {
            for (var i = 0; i < 200; i++) await socket.Say(new { type = "history", room, nonce = $"{i}" });
            await Eventually.Equal(1.0, () => Task.FromResult(measured.Now("chatter.page.count")));
        }
        await Eventually.Equal(0.0, () => Task.FromResult(measured.Now("chatter.page.count")));
    }

    [Fact]
    public async Task Requests_that_read_give_their_places_back()
    {
        await using var server = await ChatServer.Start();
        using var measured = server.Measure();
        var ada = await server.User();
        var room = await ada.CreateRoom();
        foreach (var path in (string[])["/api/me", "/api/rooms", $"/api/rooms/{room}/events", $"/api/rooms/{room}/members", "/api/search?q=frost", "/api/rooms/nonsense"]) await ada.Get(path);
        await Eventually.Equal(0.0, () => Task.FromResult(measured.Now("chatter.page.count")));
    }
}
