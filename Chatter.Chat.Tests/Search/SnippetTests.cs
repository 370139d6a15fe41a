using Chatter.Chat.Protocol;
using Chatter.Chat.Search;
using CsCheck;
using Xunit;

namespace Chatter.Chat.Tests.Search;

/// <summary>What is shown of a message that was found.</summary>
public sealed class SnippetTests
{
    [Theory]
    [InlineData("Frost tonight", "frost", "[Frost] tonight")]
    [InlineData("Frost tonight, frosty morning", "fro", "[Frost] tonight, [frosty] morning")]
    [InlineData("a naïve idea", "naive", "a [naïve] idea")]
    [InlineData("one two three two three", "\"two three\"", "one [two three] [two three]")]
    [InlineData("新しい東京タワーへ", "東京タワー", "新しい[東京タワー]へ")]
    [InlineData("東京", "京", "東[京]")]
    [InlineData("two\nlines\tof frost", "frost", "two lines of [frost]")]
    [InlineData("<b>frost</b> & \"co\"", "frost", "<b>[frost]</b> & \"co\"")]
    [InlineData("nothing in particular", "from:me", "nothing in particular")]
    public void The_words_found_are_marked(string text, string query, string snippet) => Assert.Equal(snippet, Shown(text, query));

    [Fact]
    public void Of_a_long_message_what_was_found_is_shown()
    {
        var text = string.Join(' ', Enumerable.Range(0, 500).Select(static i => $"word{i}"));
        var shown = Shown(text, "word300");
        Assert.StartsWith("…word", shown, StringComparison.Ordinal);
        Assert.Contains(" [word300] ", shown, StringComparison.Ordinal);
        Assert.EndsWith("…", shown, StringComparison.Ordinal);
        Assert.InRange(shown.Length, 120, 220);
    }

    [Fact]
    public void A_file_is_found_by_its_name()
    {
        var message = new IndexedMessage("", ["frost-report.pdf"], false);
        Assert.True(QueryParser.Parse("frost").Is(out var query, out _));
        Assert.Equal([("frost", true), ("-report.pdf", false)], Snippet.Of(message, query.Wanted).Select(static part => (part.Text, part.Hit)));
    }

    /// <summary>Whatever was written and sought, the parts are a piece of the text, and halve no character.</summary>
    [Fact]
    public void The_parts_together_are_a_piece_of_the_text() =>
        Gen.Select(One.Of("frost", "東京", "🎉", "é", " ", "\n", "x", "tomatoes").Array[0, 120], One.Of("frost", "京", "🎉", "e", "tom")).Sample(static (words, sought) =>
        {
            var text = string.Concat(words);
            var parts = Snippet.Of(new IndexedMessage(text, [], false), [SearchPhrase.Of(sought, isPrefix: true)!]);
            var piece = string.Concat(parts.Select(static part => part.Text)).Trim('…');
            return text.Replace('\n', ' ').Contains(piece, StringComparison.Ordinal) && !Text.HasLoneSurrogate(piece)
                && parts.All(static part => part.Text.Length > 0) && piece.Length <= 210;
        });

    private static string Shown(string text, string query)
    {
        Assert.True(QueryParser.Parse(query).Is(out var parsed, out _));
        return string.Concat(Snippet.Of(new IndexedMessage(text, [], false), parsed.Wanted).Select(static part => part.Hit ? $"[{part.Text}]" : part.Text));
    }
}
