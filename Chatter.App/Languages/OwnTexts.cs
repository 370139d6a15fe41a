using System.Collections;
using System.Globalization;
using System.Resources;

namespace Chatter.App.Languages;

/// <summary>What a language has itself in one of the resource files.</summary>
internal static class OwnTexts
{
    /// <summary>The texts by their keys.</summary>
    /// <param name="file">The file's name without language and ending: <c>Words</c>, <c>Refusals</c>.</param>
    /// <param name="language">Which; English is what stands in the file without a language.</param>
    /// <exception cref="InvalidOperationException">The language has no such file.</exception>
    public static Dictionary<string, string> Of(string file, Language language)
    {
        var texts = new ResourceManager($"Chatter.App.Languages.{file}", typeof(OwnTexts).Assembly);
        var culture = language == Language.All[0] ? CultureInfo.InvariantCulture : language.Culture;
        var own = texts.GetResourceSet(culture, createIfNotExists: true, tryParents: false) ?? throw new InvalidOperationException($"There is no {file}.resx in {language.Name}.");
        return own.Cast<DictionaryEntry>().ToDictionary(static entry => (string)entry.Key, static entry => (string)entry.Value!, StringComparer.Ordinal);
    }
}
