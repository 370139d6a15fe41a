using System.Text.RegularExpressions;
using Chatter.App.Languages;
using Xunit;

namespace Chatter.App.Tests.Languages;

/// <summary>The files of words are whole: what is said in one language is said in all.</summary>
public sealed partial class WordsTests
{
    public static TheoryData<string> Everyone => [.. Language.All.Select(static language => language.Code)];

    public static TheoryData<string> Translations => [.. WordFiles.Translations];

    [Theory]
    [MemberData(nameof(Everyone))]
    public void Every_key_has_a_text_in_every_language_and_each_form_that_it_needs(string language)
    {
        var expected = WordFiles.Read("Words", "en").Keys.SelectMany(key => WordFiles.Split(key) switch
        {
            (var plain, null) => [plain],
            var (counted, _) => Plurals.Forms(language).Select(form => $"{counted}.{form}"),
        }).Distinct().Order(StringComparer.Ordinal);
        var words = WordFiles.Read("Words", language);
        Assert.Equal(expected, words.Keys.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(words, static word => word.Value.Length == 0);
    }

    [Theory]
    [MemberData(nameof(Translations))]
    public void A_translation_has_a_place_for_all_that_belongs_into_it(string language)
    {
        var english = WordFiles.Read("Words", "en");
        Assert.All(WordFiles.Read("Words", language), word =>
        {
            var (plain, form) = WordFiles.Split(word.Key);
            var expected = WordFiles.Places(english[form is null ? plain : $"{plain}.other"]);
            // Where a form is that of one number alone, the word may say it without the figure.
            if (form is "zero" or "one" or "two" && !word.Value.Contains("{0}", StringComparison.Ordinal)) expected = [.. expected.Where(static place => place != "{0}")];
            Assert.Equal(expected, WordFiles.Places(word.Value));
        });
    }

    [Fact]
    public void No_key_is_left_over()
    {
        var sources = string.Concat(WordFiles.Sources(".cs", ".razor", ".js").Select(static source => source.Text));
        var said = Quoted().Matches(sources).Select(static match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        var keys = WordFiles.Read("Words", "en").Keys.Select(static key => WordFiles.Split(key).Base).Distinct();
        Assert.DoesNotContain(keys, key => !said.Contains(key.StartsWith(ScriptWords.Prefix, StringComparison.Ordinal) ? key[ScriptWords.Prefix.Length..] : key));
    }

    [Fact]
    public void What_is_asked_for_is_there()
    {
        var keys = WordFiles.Read("Words", "en").Keys.Select(static key => WordFiles.Split(key)).ToList();
        foreach (var (path, text) in WordFiles.Sources(".cs", ".razor", ".js"))
        {
            var prefix = path.EndsWith(".js", StringComparison.Ordinal) ? ScriptWords.Prefix : "";
            foreach (var asked in Asked().Matches(text).Cast<Match>())
            {
                var isCounted = asked.Groups["how"].Value is "Words.Count" or "count";
                Assert.True(keys.Exists(key => key.Base == prefix + asked.Groups["key"].Value && key.Form is not null == isCounted), $"{path} says {asked.Value}, for which there are no words.");
            }
        }
    }

    [Fact]
    public void What_is_said_of_keys_in_the_sources_is_seen_by_these_tests()
    {
        // The patterns above find something: else they would be satisfied with anything.
        var sources = string.Concat(WordFiles.Sources(".cs", ".razor").Select(static source => source.Text));
        Assert.Contains(Asked().Matches(sources), static asked => asked.Groups["how"].Value == "Words.Count" && asked.Groups["key"].Value == "Members");
        Assert.Contains(Asked().Matches(sources), static asked => asked.Groups["how"].Value == "Words.Of" && asked.Groups["key"].Value == "Today");
    }

    [GeneratedRegex("""["']([A-Za-z.]+)["']""")]
    private static partial Regex Quoted();

    [GeneratedRegex("""(?<![\w.])(?<how>Words\.Of|Words\.Count|<Sentence Of=|say|count)[("']+(?<key>[A-Za-z]+)["']""")]
    private static partial Regex Asked();
}
