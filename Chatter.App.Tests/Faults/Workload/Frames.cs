using System.Text.Json;
using System.Text.Json.Serialization;
using Chatter.App.Tests.Faults.History;

namespace Chatter.App.Tests.Faults.Workload;

/// <summary>Frames as the history keeps them.</summary>
internal static class Frames
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static string Text(this JsonElement frame, string name) => frame.GetProperty(name).GetString()!;

    public static string? TextOrNull(this JsonElement frame, string name) => frame.TryGetProperty(name, out var value) ? value.GetString() : null;

    public static long Number(this JsonElement frame, string name) => frame.GetProperty(name).GetInt64();

    public static LogEvent Event(this JsonElement frame) => new(
        frame.Number("seq"), frame.Text("id"), frame.GetProperty("at").GetDateTimeOffset().ToUnixTimeMilliseconds(), frame.Text("kind"),
        frame.TryGetProperty("from", out var from) ? from.Text("id") : null, frame.TextOrNull("text"), frame.TextOrNull("nonce"), frame.TextOrNull("replyTo"),
        frame.TryGetProperty("users", out var users) ? string.Join(',', users.EnumerateArray().Select(static u => u.Text("id"))) : null);

    /// <summary>An entry of <c>welcome</c>, <c>rooms</c> or <c>subscribed</c>.</summary>
    public static Received Entry(this JsonElement entry, ReceivedKind kind) => new(
        kind, entry.GetProperty("room").Text("id"), Recorder.Now, entry.Number("first"), entry.Number("last"), entry.Number("read"));
}
