using Chatter.App.Session;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.App.Tests.Session;

public sealed class FoundTextTests
{
    private static readonly Feed Garden = new();

    [Theory]
    [InlineData("**Frost** tonight, says `forecast`", "Frost", "[Frost] tonight, says forecast")]
    [InlineData("see [the forecast](https://weather.example/frost)", "forecast", "see the [forecast]")]
    [InlineData("- frost\n- more _frost_\n> and frosty", "frost", "[frost] more [frost] and frosty")]
    [InlineData("今夜は**霜**です", "霜", "今夜は[霜]です")]
    [InlineData("plain frost", "frost", "plain [frost]")]
    [InlineData("**nothing** in particular", null, "nothing in particular")]
    public void The_words_are_marked_in_what_is_read(string text, string? word, string shown) => Assert.Equal(shown, Marked(FoundText.Of(Hit(text, word))));

    [Fact]
    public void What_is_not_shown_is_told_as_the_server_has_it()
    {
        var hit = Hit("see [the forecast](https://weather.example/frost)", "frost");
        Assert.Same(hit.Snippet, FoundText.Of(hit));
    }

    [Fact]
    public void A_long_message_is_cut_to_where_the_word_is()
    {
        var filler = string.Join(' ', Enumerable.Repeat("words", 100));
        var shown = Marked(FoundText.Of(Hit($"{filler} **frost** {filler}", "frost")));

        Assert.StartsWith("…words", shown, StringComparison.Ordinal);
        Assert.EndsWith("words…", shown, StringComparison.Ordinal);
        Assert.Contains(" [frost] ", shown, StringComparison.Ordinal);
        Assert.InRange(shown.Length, 150, 210);
    }

    [Fact]
    public void What_has_no_space_is_cut_all_the_same_and_no_character_in_two()
    {
        var shown = Marked(FoundText.Of(Hit(string.Concat(Enumerable.Repeat("🌱", 300)) + "霜" + string.Concat(Enumerable.Repeat("🌱", 300)), "霜")));

        Assert.StartsWith("…[霜]🌱", shown, StringComparison.Ordinal);
        Assert.EndsWith("🌱…", shown, StringComparison.Ordinal);
    }

    private static SearchHit Hit(string text, string? word) => new(Garden.Room, Garden.Message(1, text: text), [new SnippetPart(text, false), .. word is null ? (SnippetPart[])[] : [new SnippetPart(word, true)]]);

    private static string Marked(IEnumerable<SnippetPart> parts) => string.Concat(parts.Select(static part => part.Hit ? $"[{part.Text}]" : part.Text));
}
