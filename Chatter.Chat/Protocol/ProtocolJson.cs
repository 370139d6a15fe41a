using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Chatter.Chat.Protocol;

/// <summary>How the protocol's objects are written and read as JSON (RFC 8259): camelCase, nulls left out, times in RFC 3339 with milliseconds.</summary>
public static class ProtocolJson
{
    /// <summary>For frames, and for bodies of answers.</summary>
    public static JsonSerializerOptions Options => Context.Options;

    internal static ProtocolJsonContext Context { get; } = new(Create());

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            // The output is application/json and never part of an HTML page, so only what JSON demands is escaped.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            AllowOutOfOrderMetadataProperties = true,
            NumberHandling = JsonNumberHandling.Strict,
            PropertyNameCaseInsensitive = false,
        };
        options.Converters.Add(new TimestampConverter());
        return options;
    }
}

/// <summary>Times: RFC 3339 in UTC with milliseconds, <c>2026-11-23T21:46:10.408Z</c>.</summary>
public sealed class TimestampConverter : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Bytes of a time.</summary>
    internal const int Length = 24;

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[Length];
        Write(value, text);
        writer.WriteStringValue(text);
    }

    /// <summary>Writes a time as <see cref="Length"/> bytes of ASCII.</summary>
    internal static void Write(DateTimeOffset value, Span<byte> text) => value.UtcDateTime.TryFormat(text, out _, Format, CultureInfo.InvariantCulture);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServerFrame))]
[JsonSerializable(typeof(ClientFrame))]
[JsonSerializable(typeof(RoomEvent))]
[JsonSerializable(typeof(RoomInfo))]
[JsonSerializable(typeof(RoomEntry))]
[JsonSerializable(typeof(UserInfo))]
[JsonSerializable(typeof(MemberInfo))]
[JsonSerializable(typeof(IReadOnlyList<UserRef>))]
internal sealed partial class ProtocolJsonContext : JsonSerializerContext;
