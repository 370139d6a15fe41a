using Chatter.Chat.Search;
using CsCheck;
using Xunit;

namespace Chatter.Chat.Tests.Search;

/// <summary>What people type into a search box, and what becomes of it.</summary>
public sealed class QueryParserTests
{
    [Theory]
    [InlineData("frost rain", "[frost] [rain*]")]
    [InlineData("frost rain ", "[frost] [rain*]")]
    [InlineData("\"frost tonight\"", "[frost tonight]")]
    [InlineData("\"frost tonight", "[frost tonight]")]
    [InlineData("frost -rain", "[frost] -[rain]")]
    [InlineData("frost -\"heavy rain\"", "[frost] -[heavy rain]")]
    [InlineData("frost - rain", "[frost] [rain*]")]
    [InlineData("well-known", "[well known*]")]
    [InlineData("from:ada frost", "from ada [frost*]")]
    [InlineData("FROM:@Ada", "from Ada")]
    [InlineData("-from:ada", "-from ada")]
    [InlineData("in:garden in:\"the cellar\" in:#kitchen", "in garden in the cellar in #kitchen")]
    [InlineData("has:file has:links", "has hasfile has haslink")]
    [InlineData("before:2026-11-24", "until 2026-11-24")]
    [InlineData("after:2026-11-24", "since 2026-11-25")]
    [InlineData("on:2026-11-24", "since 2026-11-24 until 2026-11-25")]
    [InlineData("after:2026-11-01 after:2026-11-20", "since 2026-11-21")]
    [InlineData("http://example.org", "[http example org*]")]
    [InlineData("note:this", "[note this*]")]
    [InlineData("begin:now", "[begin now*]")]
    [InlineData("a OR b AND (c) NEAR", "[a] [or] [b] [and] [c] [near*]")]
    [InlineData("frost !!!", "[frost]")]
    public void A_query_means(string text, string meaning)
    {
        Assert.True(QueryParser.Parse(text).Is(out var query, out var refusal), refusal?.Message);
        Assert.Equal(meaning, Told(query));
    }

    [Theory]
    [InlineData("from:")]
    [InlineData("from: ada")]
    [InlineData("in:\"\"")]
    [InlineData("has:teeth")]
    [InlineData("before:2026-13-01")]
    [InlineData("before:24.11.2026")]
    [InlineData("after:0001-01-01")]
    [InlineData("-before:2026-11-24")]
    [InlineData("?!")]
    [InlineData("a b c d e f g h i j k l m n o p q r s t u")]
    public void A_query_that_means_nothing_says_what_to_do(string text)
    {
        Assert.False(QueryParser.Parse(text).Is(out _, out var refusal));
        Assert.Equal("invalid", refusal.Code);
        Assert.True(refusal.Errors!.ContainsKey("q"));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused() => Assert.False(QueryParser.Parse("frost \ud800").Is(out _, out _));

    [Fact]
    public void Whatever_is_typed_it_is_a_query_or_refused() => Gen.String.Sample(static text => QueryParser.Parse(text).Is(out var query, out var refusal) ? query is not null : refusal.Code == "invalid");

    private static string Told(SearchQuery query)
    {
        var told = query.From.Select(static f => $"{Not(f)}from {f.Value}").Concat(query.In.Select(static f => $"{Not(f)}in {f.Value}")).Concat(query.Has.Select(static f => $"{Not(f)}has {f.Value}")).ToList();
        if (query.Since is { } since) told.Add($"since {since:yyyy-MM-dd}");
        if (query.Until is { } until) told.Add($"until {until:yyyy-MM-dd}");
        told.AddRange(query.Wanted.Select(Phrase));
        told.AddRange(query.Unwanted.Select(static p => "-" + Phrase(p)));
        return string.Join(' ', told);
    }

    private static string Not(SearchFilter filter) => filter.IsNot ? "-" : "";

    private static string Phrase(SearchPhrase phrase) => $"[{string.Join(' ', phrase.Words)}{(phrase.IsPrefix ? "*" : "")}]";
}
