using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Xunit;

namespace Chatter.Chat.Tests.Support;

/// <summary>The wire as a client without our types sees it.</summary>
internal static partial class Json
{
    private static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static string Write(object frame) => frame as string ?? JsonSerializer.Serialize(frame, Options);

    public static JsonElement Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    public static JsonElement Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    /// <summary>A field's string; the test fails where it is missing.</summary>
    public static string Text(this JsonElement element, string field) => element.Field(field).GetString() ?? throw Missing(element, field);

    public static long Number(this JsonElement element, string field) => element.Field(field).GetInt64();

    public static bool Flag(this JsonElement element, string field) => element.Field(field).GetBoolean();

    public static JsonElement Field(this JsonElement element, string field) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(field, out var value) ? value : throw Missing(element, field);

    public static List<JsonElement> List(this JsonElement element, string field) => [.. element.Field(field).EnumerateArray()];

    /// <summary>A field's string, or null where it is absent or null.</summary>
    public static string? TextOrNull(this JsonElement element, string field) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static bool Has(this JsonElement element, string field) => element.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null;

    public static bool Is(this JsonElement element, string field, string? value) => element.TextOrNull(field) == value;

    /// <summary>The id of somebody who is named by his id or as an object that has it.</summary>
    public static string Who(this JsonElement element, string field) => element.Field(field) is { ValueKind: JsonValueKind.String } id ? id.GetString()! : element.Field(field).Id();

    /// <summary>An RFC 3339 time in UTC with milliseconds.</summary>
    public static DateTimeOffset Time(this JsonElement element, string field)
    {
        var text = element.Text(field);
        Assert.Matches(TimeFormat(), text);
        return DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>A UUID of version 7, in lower case with hyphens.</summary>
    public static string Id(this JsonElement element, string field = "id")
    {
        var text = element.Text(field);
        Assert.Matches(IdFormat(), text);
        return text;
    }

    private static Xunit.Sdk.XunitException Missing(JsonElement element, string field) => new($"No \"{field}\" in {element}");

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
    private static partial Regex TimeFormat();

    [GeneratedRegex("^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")]
    private static partial Regex IdFormat();
}
