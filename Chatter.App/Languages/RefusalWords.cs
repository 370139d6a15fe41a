using System.Globalization;
using System.Text.RegularExpressions;
using Chatter.Chat.Protocol;

namespace Chatter.App.Languages;

/// <summary>
/// Refusals in the reader's language. The protocol's are in English (docs/protocol.md §4.6), which is what English readers see; for the others
/// <c>Refusals.de.resx</c> and so on have what the server says, by the sentence itself, else by code and field, else by code.
/// </summary>
public static class RefusalWords
{
    private static readonly Dictionary<string, Catalogue> Catalogues =
        Language.All.Skip(1).ToDictionary(static language => language.Code, static language => new Catalogue(OwnTexts.Of("Refusals", language)));

    /// <summary>Why something was refused, for people.</summary>
    public static string Said(this Refusal refusal) => Say(refusal.Message, refusal.Code, refusal.Errors?.Keys.FirstOrDefault());

    /// <summary>What is wrong with a field, for people, or null.</summary>
    public static string? Said(this Refusal refusal, string field) => refusal.Errors?.GetValueOrDefault(field) is [var first, ..] ? Say(first, refusal.Code, field) : null;

    /// <summary>What a code means in a language, for scripts that speak with the API themselves; nothing in English.</summary>
    internal static IEnumerable<(string Code, string Text)> ByCode(Language language) => Catalogues.TryGetValue(language.Code, out var catalogue) ? catalogue.ByCode : [];

    private static string Say(string message, string code, string? field) =>
        Catalogues.TryGetValue(Language.Current.Code, out var catalogue) ? catalogue.Find(message, code, field) ?? message : message;

    private sealed class Catalogue
    {
        private readonly Dictionary<string, string> _texts;
        private readonly List<(Regex Pattern, string Text)> _patterns;

        public Catalogue(Dictionary<string, string> texts)
        {
            _texts = texts;
            _patterns = [.. texts.Where(static text => text.Key.Contains("{0}", StringComparison.Ordinal)).Select(static text => (Pattern(text.Key), text.Value))];
        }

        public IEnumerable<(string Code, string Text)> ByCode => _texts.Where(static text => !text.Key.Contains(' ', StringComparison.Ordinal)).Select(static text => (text.Key, text.Value));

        public string? Find(string message, string code, string? field) =>
            _texts.GetValueOrDefault(message) ?? Filled(message) ?? (field is null ? null : _texts.GetValueOrDefault($"{code}.{field}")) ?? _texts.GetValueOrDefault(code);

        private string? Filled(string message)
        {
            foreach (var (pattern, text) in _patterns)
                if (pattern.Match(message) is { Success: true } match)
                    return string.Format(CultureInfo.InvariantCulture, text, [.. match.Groups.Values.Skip(1).Select(static group => (object)group.Value)]);
            return null;
        }

        private static Regex Pattern(string sentence) =>
            new($"^{Regex.Replace(Regex.Escape(sentence), @"\\\{\d}", "(.+?)")}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }
}
