using Chatter.Chat.Protocol;
using Chatter.Chat.Search;
using Chatter.Chat.Storage;
using Chatter.Chat.Tests.Search;
using Chatter.Chat.Tests.Support;
using SQLitePCL;
using Xunit;

namespace Chatter.Chat.Tests.Security;

/// <summary>
/// How long a search takes tells nothing of rooms that one isn't in. Time is no measure on a busy machine, so the pages are counted that SQLite looks at; what the full-text index does isn't among
/// its instructions.
/// </summary>
public sealed class SearchTimingTests
{
    /// <summary>Words of as many messages of a private room, next to each other in the index.</summary>
    private static readonly (string Word, int Times)[] Words = [("quartz1", 0), ("quartz2", 1), ("quartz3", 50), ("quartz4", 1_200)];

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(60)]
    public async Task S12_a_word_of_a_foreign_room_is_sought_for_as_long_as_one_that_is_nowhere(int rooms)
    {
        // One thread, and so one cache.
        await using var search = new SearchStore(await TestStore.Start(null, null, ("Chatter:Engine:Searchers", "1")));
        var (ada, eve) = (await search.Store.AddUser("ada"), await search.Store.AddUser("eve"));
        var secret = await search.Room(ada, "secret", isPrivate: true);
        foreach (var (word, times) in Words)
            for (var i = 0; i < times; i++) await search.Say(ada, secret, $"{word} frost");
        for (var i = 0; i < rooms; i++) await search.Say(eve, await search.Room(eve, $"room {i}"), $"of {i} other things");
        await search.Indexed();

        // Words, beginnings, phrases, and by whom. Beside it the index is merged, which moves pages: it comes to rest, and a difference that is there doesn't.
        foreach (var form in (string[])["{0}", "{0}*", "\"{0} frost\"", "{0} frost", "{0} from:ada", "frost -{0}"])
            await Eventually.Equal(1, async () => (await Counts(search, form, eve)).Distinct().Count());
    }

    private static async Task<IReadOnlyList<long>> Counts(SearchStore search, string form, UserRef user)
    {
        var pages = new List<long>();
        foreach (var (word, _) in Words) pages.Add(await Pages(search, string.Format(System.Globalization.CultureInfo.InvariantCulture, form, word), user));
        return pages;
    }

    /// <summary>The pages that SQLite looks at for a search, in its cache and beyond.</summary>
    private static async Task<long> Pages(SearchStore search, string text, UserRef user) => await search.Store.Get<SearchReaders>().Run(
        user.Id,
        (store, deadline) =>
        {
            Assert.True(QueryParser.Parse(text).Is(out var query, out var refusal), refusal?.Message);
            var before = Looked(store);
            Assert.Empty(SearchPlan.Of(store, query, null, user.Id)!.Find(store, long.MaxValue, 21, deadline));
            return Looked(store) - before;
        },
        static () => -1L,
        TestContext.Current.CancellationToken);

    private static long Looked(StoreConnection store)
    {
        var looked = 0L;
        foreach (var kind in (int[])[raw.SQLITE_DBSTATUS_CACHE_HIT, raw.SQLITE_DBSTATUS_CACHE_MISS])
        {
            raw.sqlite3_db_status(store.Connection.Handle, kind, out var count, out _, 0);
            looked += count;
        }
        return looked;
    }
}
