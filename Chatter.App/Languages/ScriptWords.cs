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
        var words = OwnTexts.Of("Words", language).Where(static word => word.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(static word => (Key: word.Key[Prefix.Length..], Text: word.Value))
            .Concat(RefusalWords.ByCode(language).Select(static refusal => (Key: RefusalPrefix + refusal.Code, refusal.Text)));
        // The serializer escapes what could end the block.
        return JsonSerializer.Serialize(words.ToDictionary(static word => word.Key, static word => word.Text));
    }
}
