using System.Text.Json.Serialization;

namespace Chatter.Chat.Push;

/// <summary>What a browser is pushed, for its service worker to show (docs/protocol.md §3).</summary>
internal sealed record PushText(string Title, string Body, Guid Room, long Seq);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PushText))]
internal sealed partial class PushJsonContext : JsonSerializerContext;
