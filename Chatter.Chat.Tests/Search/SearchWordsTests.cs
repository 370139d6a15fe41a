using Chatter.Chat.Search;
using CsCheck;
using Xunit;

namespace Chatter.Chat.Tests.Search;

/// <summary>What words are.</summary>
public sealed class SearchWordsTests
{
    [Theory]
    [InlineData("Frost tonight, 3 °C!", "frost tonight 3 c")]
    [InlineData("naïve Façade ÉCOLE", "naive facade ecole")]
    [InlineData("e\u0301cole", "ecole")]
    [InlineData("Straße STRASSE", "strasse strasse")]
    [InlineData("ﬁne Ｗｉｄｅ", "fine wide")]
    [InlineData("ΟΔΟΣ οδος οδός", "οδοσ οδοσ οδοσ")]
    [InlineData("ёлка Йод", "елка иод")]
    [InlineData("شَمْس", "شمس")]
    [InlineData("हिन्दी", "हिन्दी")]
    [InlineData("한국어 글", "한국어 글")]
    [InlineData("don't snake_case a-b x@y.z", "don t snake case a b x y z")]
    [InlineData("東京タワー", "東京 京タ タワ ワー ー")]
    [InlineData("in東京に", "in 東京 京に に")]
    [InlineData("ภาษา", "ภา าษ ษา า")]
    [InlineData("go 🎉👍🏽!", "go 🎉 👍")]
    [InlineData("", "")]
    [InlineData("… — ?!", "")]
    public void A_text_has_these_words(string text, string words) => Assert.Equal(words, string.Join(' ', SearchWords.Of(text).Select(static word => word.Text)));

    [Fact]
    public void Half_a_surrogate_pair_is_between_words() => Assert.Equal(["half", "pair"], SearchWords.Of("half \ud800 pair").Select(static word => word.Text));

    [Fact]
    public void Every_word_says_where_it_stands()
    {
        var text = "Été à Paris, 東京 🎉";
        Assert.Equal(["Été", "à", "Paris", "東京", "京", "🎉"], SearchWords.Of(text).Select(word => text[word.Start..word.End]));
    }

    [Theory]
    [InlineData("frost", "the frost came", true)]
    [InlineData("fro", "the frost came", true)]
    [InlineData("ost", "the frost came", false)]
    [InlineData("don't", "I don't know", true)]
    [InlineData("don't", "don but not t", false)]
    [InlineData("京タワ", "東京タワー", true)]
    [InlineData("ワー", "東京タワー", true)]
    [InlineData("京", "東京タワー", true)]
    [InlineData("ー", "東京タワー", true)]
    [InlineData("東タ", "東京タワー", false)]
    [InlineData("ษา", "ภาษาไทย", true)]
    public void A_phrase_stands_in_a_text_or_not(string phrase, string text, bool stands) =>
        Assert.Equal(stands, SearchPhrase.Of(phrase, isPrefix: true)!.Find(SearchWords.Of(text)).Any());

    /// <summary>In a script without spaces any part of a text is found, and nothing else.</summary>
    [Fact]
    public void Parts_of_unspaced_texts_are_found_wherever_they_are() =>
        Gen.Select(Gen.Char["東京都大阪"].Array[1, 12], Gen.Char["東京都大阪"].Array[1, 3]).Sample(static (text, part) =>
            SearchPhrase.Of(new string(part), isPrefix: false)!.Find(SearchWords.Of(new string(text))).Any() == new string(text).Contains(new string(part), StringComparison.Ordinal));

    [Fact]
    public void Whatever_the_text_is_its_words_stand_in_it_in_order() => Gen.String.Sample(static text =>
    {
        var words = SearchWords.Of(text);
        Assert.All(words, word => Assert.True(word.Text.Length > 0 && 0 <= word.Start && word.Start < word.End && word.End <= text.Length));
        Assert.Equal(words.Select(static word => word.Start).Order(), words.Select(static word => word.Start));
        Assert.DoesNotContain(words, static word => word.Text.Any(static c => char.IsWhiteSpace(c) || c is '"' or '*' or '(' or ':'));
    });
}
