using System.Text.RegularExpressions;
using System.Xml.Linq;
using Chatter.App.Languages;
using Chatter.App.Tests.Docs;

namespace Chatter.App.Tests.Languages;

/// <summary>The files of words as they stand in the repository, and the sources that use them.</summary>
internal static partial class WordFiles
{
    public static string App { get; } = Path.Combine(Repository.Root, "Chatter.App");

    /// <summary>The texts of a file, by key.</summary>
    public static IReadOnlyDictionary<string, string> Read(string name, string language)
    {
        var file = Path.Combine(App, "Languages", language == "en" ? $"{name}.resx" : $"{name}.{language}.resx");
        return XDocument.Load(file).Root!.Elements("data").ToDictionary(static data => data.Attribute("name")!.Value, static data => data.Element("value")!.Value);
    }

    /// <summary>A key without the form of its plural, and that form.</summary>
    public static (string Base, string? Form) Split(string key) => Form().Match(key) is { Success: true } form ? (key[..form.Index], form.Groups[1].Value) : (key, null);

    /// <summary>What is filled into a text: <c>{0}</c> and so on, each once.</summary>
    public static IReadOnlyList<string> Places(string text) => [.. Place().Matches(text).Select(static place => place.Value).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>All sources of the web app.</summary>
    public static IEnumerable<(string Path, string Text)> Sources(params string[] endings) =>
        Directory.EnumerateFiles(App, "*", SearchOption.AllDirectories)
            .Where(file => endings.Any(ending => file.EndsWith(ending, StringComparison.Ordinal)) && !Generated().IsMatch(Path.GetRelativePath(App, file)))
            .Select(static file => (Path.GetRelativePath(App, file).Replace('\\', '/'), File.ReadAllText(file)));

    /// <summary>Languages other than the first.</summary>
    public static IEnumerable<string> Translations => Language.All.Skip(1).Select(static language => language.Code);

    [GeneratedRegex(@"\.(zero|one|two|few|many|other)$")]
    private static partial Regex Form();

    [GeneratedRegex(@"\{\d[^}]*\}")]
    private static partial Regex Place();

    [GeneratedRegex(@"^(bin|obj)[\\/]")]
    private static partial Regex Generated();
}
