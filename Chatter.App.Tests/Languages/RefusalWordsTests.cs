using System.Reflection;
using System.Text.RegularExpressions;
using Chatter.App.Languages;
using Chatter.App.Tests.Docs;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.App.Tests.Languages;

public sealed partial class RefusalWordsTests
{
    private static readonly Refusal Short = Refusal.InvalidField("password", "The password is too short; it needs at least 12 characters. A few words in a row are easy to remember.");

    [Theory]
    [InlineData("en", "The password is too short; it needs at least 12 characters. A few words in a row are easy to remember.")]
    [InlineData("de", "Das Passwort ist zu kurz; es braucht mindestens 12 Zeichen. Ein paar Wörter hintereinander merkt man sich leicht.")]
    public void A_sentence_that_is_known_is_said_in_the_readers_language_with_its_numbers(string language, string said)
    {
        using var speaking = Speaking.In(language);
        Assert.Equal(said, Short.Said());
        Assert.Equal(said, Short.Said("password"));
        Assert.Null(Short.Said("name"));
    }

    [Fact]
    public void A_sentence_that_is_not_known_is_said_by_its_code_and_field_then_by_its_code_and_else_as_the_server_says_it()
    {
        using var speaking = Speaking.In("de");
        Assert.Equal("Das geht als Name nicht. Wähle einen anderen.", Refusal.InvalidField("name", "A name of a new kind.").Said());
        Assert.Equal("So geht das nicht. Prüfe deine Eingabe.", new Refusal(ErrorCodes.Invalid, "Something new.").Said());
        Assert.Equal("Something new.", new Refusal("new_code", "Something new.").Said());
    }

    [Fact]
    public void Every_language_but_the_first_has_the_same_refusals()
    {
        var first = WordFiles.Read("Refusals", WordFiles.Translations.First());
        foreach (var language in WordFiles.Translations)
        {
            var words = WordFiles.Read("Refusals", language);
            Assert.Equal(first.Keys.Order(StringComparer.Ordinal), words.Keys.Order(StringComparer.Ordinal));
            Assert.All(words, static word => Assert.Equal(WordFiles.Places(word.Key), WordFiles.Places(word.Value)));
        }
    }

    [Fact]
    public void What_is_translated_is_a_code_or_a_sentence_that_somebody_says()
    {
        var codes = typeof(ErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field => (string)field.GetRawConstantValue()!).ToHashSet(StringComparer.Ordinal);
        string[] folders = [Path.Combine(Repository.Root, "Chatter.Chat"), Path.Combine(WordFiles.App, "Session")];
        var sources = string.Concat(folders.SelectMany(static folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)).Select(File.ReadAllText));
        var said = Filled().Replace(sources, "{}");
        Assert.All(WordFiles.Read("Refusals", "de").Keys, key => Assert.True(key.Contains(' ', StringComparison.Ordinal)
            ? said.Contains($"\"{Filled().Replace(key, "{}")}\"", StringComparison.Ordinal)
            : codes.Contains(key.Split('.')[0]), $"Nobody says “{key}” any longer."));
    }

    [GeneratedRegex(@"\{[^{}""]*\}")]
    private static partial Regex Filled();
}
