using System.Text.Json.Serialization;

namespace Chatter.Chat.Push;

/// <summary>What a browser is pushed, for its service worker to show (docs/protocol.md §3).</summary>
/// <param name="Title">Who wrote where, in English.</param>
/// <param name="Body">The beginning of it.</param>
/// <param name="Room">Where it is.</param>
/// <param name="Seq">Its place there.</param>
/// <param name="Author">Who wrote it: for whoever says that in another language.</param>
/// <param name="Name">The room's name, where it has one.</param>
internal sealed record PushText(string Title, string Body, Guid Room, long Seq, string Author, string? Name);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PushText))]
internal sealed partial class PushJsonContext : JsonSerializerContext;
