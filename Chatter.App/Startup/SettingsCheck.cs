namespace Chatter.App.Startup;

/// <summary>
/// Looks at everything under <c>Chatter</c> in the configuration before anything is built of it: binding and validation stop at the first value
/// they don't like and don't see misspelt names at all.
/// </summary>
internal sealed record SettingsCheck(IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings)
{
    private const string Root = "Chatter";

    public static SettingsCheck Of(IConfiguration configuration)
    {
        var known = SettingsCatalog.All.ToDictionary(static setting => setting.Key, StringComparer.OrdinalIgnoreCase);
        var (errors, warnings) = (new List<string>(), new List<string>());
        foreach (var (key, value) in Values(configuration.GetSection(Root)))
        {
            if (known.TryGetValue(key, out var setting))
            {
                if (!setting.IsList && setting.Judge(value) is { } wrong) errors.Add(Explain(setting, value, wrong));
                // An empty list in a settings file is an empty text here.
                if (setting.IsList && !string.IsNullOrEmpty(value)) warnings.Add($"{key} is a list, so \"{value}\" is ignored. Number its entries from 0: {setting.Variable}__0={value}.");
            }
            else if (known.TryGetValue(Parent(key), out var list) && list.IsList)
            {
                if (list.JudgeEntry(value) is { } wrong) errors.Add($"{key} (environment variable {key.Replace(":", "__", StringComparison.Ordinal)}) is \"{value}\", which {wrong}");
            }
            else
            {
                warnings.Add($"{key} is no setting and is ignored.{(Nearest(key) is { } nearest ? $" Did you mean {nearest.Key} (environment variable {nearest.Variable})?" : "")}");
            }
        }
        return new SettingsCheck(errors, warnings);
    }

    private static IEnumerable<(string Key, string? Value)> Values(IConfigurationSection section) =>
        section.GetChildren().SelectMany(static child => child.GetChildren().Any() ? Values(child) : [(child.Path, child.Value)]);

    private static string Explain(Setting setting, string? value, string wrong)
    {
        var allowed = setting.Range.Length == 0 ? "" : setting.Type.IsEnum ? $" Allowed: {setting.Range}." : $" Allowed: a {setting.Kind} from {setting.Range}.";
        return $"{setting.Key} (environment variable {setting.Variable}) is \"{value}\", which {wrong}.{allowed} Default: {Setting.Text(setting.Default)}.";
    }

    private static string Parent(string key) => key[..Math.Max(0, key.LastIndexOf(':'))];

    private static string Last(string key) => key[(key.LastIndexOf(':') + 1)..];

    /// <summary>The setting that was probably meant: of the same name in another section, or of nearly the same.</summary>
    private static Setting? Nearest(string key)
    {
        var same = SettingsCatalog.All.FirstOrDefault(setting => string.Equals(Last(setting.Key), Last(key), StringComparison.OrdinalIgnoreCase));
        if (same is not null) return same;
        var nearest = SettingsCatalog.All.MinBy(setting => Distance(setting.Key, key))!;
        return Distance(nearest.Key, key) <= Math.Max(2, Last(key).Length / 2) ? nearest : null;
    }

    /// <summary>How many letters have to be changed, added or left out (Levenshtein).</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var changed = diagonal + (char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(diagonal, row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
