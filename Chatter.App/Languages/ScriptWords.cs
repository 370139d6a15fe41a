using System.Collections;
using System.Resources;
using System.Text.Json;

namespace Chatter.App.Languages;

/// <summary>What the page's scripts say, as js/words.js reads it: a block of data in the page, so that they never wait for a file.</summary>
public static class ScriptWords
{
    /// <summary>What the keys of the scripts' words begin with.</summary>
    public const string Prefix = "Script.";

    private const string RefusalPrefix = "refused.";

    private static readonly Dictionary<string, string> Pages = Language.All.ToDictionary(static language => language.Code, static language => Write(language));

    /// <summary>The words in the language of the request.</summary>
    public static string Json => Pages[Language.Current.Code];

    private static string Write(Language language)
    {
        var texts = new ResourceManager("Chatter.App.Languages.Words", typeof(Words).Assembly);
        var own = texts.GetResourceSet(language.Code == "en" ? System.Globalization.CultureInfo.InvariantCulture : language.Culture, createIfNotExists: true, tryParents: false);
        var words = (own ?? throw new InvalidOperationException($"There are no words for {language.Name}.")).Cast<DictionaryEntry>()
            .Select(static entry => (Key: (string)entry.Key, Text: (string)entry.Value!)).Where(static word => word.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(static word => (Key: word.Key[Prefix.Length..], word.Text))
            .Concat(RefusalWords.ByCode(language).Select(static refusal => (Key: RefusalPrefix + refusal.Code, refusal.Text)));
        // The serializer escapes what could end the block.
        return JsonSerializer.Serialize(words.ToDictionary(static word => word.Key, static word => word.Text));
    }
}
