using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Search;

/// <summary>Filters, on a small world in which each message passes some of them.</summary>
public sealed class SearchFilterTests
{
    [Theory]
    [InlineData("frost", "ada garden, ada cellar, ben garden, old")]
    [InlineData("frost from:ada", "ada garden, ada cellar")]
    [InlineData("frost from:ADA", "ada garden, ada cellar")]
    [InlineData("frost from:me", "ada garden, ada cellar")]
    [InlineData("frost -from:me", "ben garden, old")]
    [InlineData("frost from:ada from:ben", "ada garden, ada cellar, ben garden, old")]
    [InlineData("frost from:nobody", "")]
    [InlineData("frost -from:nobody", "ada garden, ada cellar, ben garden, old")]
    [InlineData("frost from:cleo", "")]
    [InlineData("frost in:garden", "ada garden, ben garden, old")]
    [InlineData("frost in:#garden", "ada garden, ben garden, old")]
    [InlineData("frost in:GARDEN from:me", "ada garden")]
    [InlineData("frost -in:garden", "ada cellar")]
    [InlineData("frost in:\"the cellar\"", "ada cellar")]
    [InlineData("frost in:garden in:\"the cellar\"", "ada garden, ada cellar, ben garden, old")]
    [InlineData("frost in:attic", "")]
    [InlineData("has:link", "ada cellar")]
    [InlineData("frost -has:link", "ada garden, ben garden, old")]
    [InlineData("has:file", "")]
    [InlineData("frost before:2026-11-20", "old")]
    [InlineData("frost before:2026-11-01", "")]
    [InlineData("frost on:2026-11-01", "old")]
    [InlineData("frost after:2026-10-31 before:2026-11-02", "old")]
    [InlineData("frost after:2026-11-01", "ada garden, ada cellar, ben garden")]
    [InlineData("frost after:2030-01-01", "")]
    [InlineData("-garden frost", "ada cellar, old")]
    [InlineData("-frost", "")]
    public async Task A_filter_lets_pass(string query, string expected)
    {
        var time = new MovableTime();
        time.Move(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero) - time.GetUtcNow());
        await using var search = await SearchStore.Start(time: time);
        var (ada, ben) = (await search.Store.AddUser("ada"), await search.Store.AddUser("ben"));
        await search.Store.AddUser("cleo");
        var (garden, cellar, attic) = (await search.Room(ada, "garden"), await search.Room(ada, "The Cellar"), await search.Room(ben, "attic"));
        await search.Join(ben, garden);
        await search.Say(ben, garden, "old frost");
        time.Move(TimeSpan.FromDays(25));
        await search.Say(ada, garden, "ada garden frost");
        await search.Say(ada, cellar, "ada cellar frost, see https://example.org/frost");
        await search.Say(ben, garden, "ben garden frost");
        await search.Say(ben, attic, "ben attic frost");
        await search.Indexed();

        var found = (await search.Texts(ada, query)).Select(static text => text.Split(" frost")[0]).Order(StringComparer.Ordinal);

        Assert.Equal(expected.Length == 0 ? [] : expected.Split(", ").Order(StringComparer.Ordinal), found);
    }
}
