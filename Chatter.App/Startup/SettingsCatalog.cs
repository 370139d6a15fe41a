using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Chatter.Chat.Settings;

namespace Chatter.App.Startup;

/// <summary>A setting: its key, what it may be, and what it is where nobody says.</summary>
internal sealed record Setting(string Key, Type Type, object? Default, IReadOnlyList<ValidationAttribute> Rules)
{
    /// <summary>The setting's name as an environment variable.</summary>
    public string Variable => Key.Replace(":", "__", StringComparison.Ordinal);

    public bool IsList => Type.IsArray;

    /// <summary>What it may be, in words; empty for any text.</summary>
    public string Range =>
        Type.IsEnum ? string.Join(", ", Enum.GetNames(Type))
        : Type == typeof(bool) ? "true, false"
        : Rules.OfType<NetworksAttribute>().Any() ? "addresses, networks"
        : Type == typeof(int[]) ? "whole numbers"
        : Rules.OfType<RangeAttribute>().FirstOrDefault() is { } range ? $"{Text(range.Minimum)} to {Text(range.Maximum)}"
        : "";

    /// <summary>What a value of it is called.</summary>
    public string Kind =>
        Type == typeof(TimeSpan) ? "time (hours:minutes:seconds)"
        : Type == typeof(bool) ? "`true` or `false`"
        : Type == typeof(int) || Type == typeof(long) ? "whole number"
        : Type.IsEnum ? "name"
        : "text";

    /// <summary>Reads a value as configuration binding does.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public string? Judge(string? text)
    {
        object? value;
        try
        {
            value = TypeDescriptor.GetConverter(Type).ConvertFromInvariantString(text ?? "");
        }
        catch (Exception e) when (e is ArgumentException or FormatException or NotSupportedException or OverflowException)
        {
            return Type.IsEnum ? "is none of its names" : $"is no {Kind}";
        }
        var context = new ValidationContext(this) { MemberName = Key };
        return Rules.All(rule => rule.GetValidationResult(value, context) == ValidationResult.Success) ? null : Range.Length > 0 ? "is out of range" : "must not be empty";
    }

    /// <summary>Reads an entry of a list.</summary>
    /// <returns>What is wrong with it, and how one looks, or null.</returns>
    public string? JudgeEntry(string? text) =>
        Type == typeof(int[]) && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? "is no whole number."
        : Rules.OfType<NetworksAttribute>().Any(rule => !rule.IsValid(text ?? "")) ? "is no address or network. One looks like 192.0.2.7, 2001:db8::7 or 10.0.0.0/8." : null;

    /// <summary>A value as one writes it into the settings.</summary>
    public static string Text(object? value) => value switch
    {
        null => "",
        Array { Length: 0 } => "",
        bool yes => yes ? "true" : "false",
        string text when TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) => Text(time),
        TimeSpan time => time.Milliseconds == 0 ? time.ToString("c", CultureInfo.InvariantCulture) : time.ToString("c", CultureInfo.InvariantCulture).TrimEnd('0'),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}

/// <summary>All settings, read off the classes that they are bound to.</summary>
internal static class SettingsCatalog
{
    public static IReadOnlyList<Setting> All { get; } = [.. Sections().SelectMany(Of).OrderBy(static setting => setting.Key, StringComparer.Ordinal)];

    private static IEnumerable<Type> Sections() =>
        new[] { typeof(ServerSettings).Assembly, typeof(SettingsCatalog).Assembly }
            .SelectMany(static assembly => assembly.GetTypes())
            .Where(static type => type.Name.EndsWith("Settings", StringComparison.Ordinal) && Section(type) is not null);

    private static string? Section(Type type) => type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string;

    private static IEnumerable<Setting> Of(Type type)
    {
        var defaults = Activator.CreateInstance(type);
        return type.GetProperties().Select(property =>
            new Setting($"{Section(type)}:{property.Name}", property.PropertyType, property.GetValue(defaults), [.. property.GetCustomAttributes<ValidationAttribute>()]));
    }
}
