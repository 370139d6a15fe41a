using System.Text.Json;
using System.Text.Json.Serialization;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Client;

internal static class ClientJson
{
    /// <summary>Bodies of the HTTP calls, written and read by the protocol's rules.</summary>
    public static ClientJsonContext Context { get; } = new(new JsonSerializerOptions(ProtocolJson.Options));
}

internal sealed record Credentials(string Name, string Password, string? Device);

internal sealed record LoggedIn(string Token, DateTimeOffset ExpiresAt, UserInfo User);

internal sealed record NewRoom(string Name, string? Topic, bool? Private);

internal sealed record RoomChange(string? Name, string? Topic, Guid? Owner);

internal sealed record JoinBody(string? Invite);

internal sealed record NewInvite(long? ExpiresIn, int? Uses);

internal sealed record Removal(string? Reason);

internal sealed record Problem(string? Code, string? Title, string? Detail, double? RetryAfter, long? Last, Dictionary<string, string[]>? Errors);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Credentials))]
[JsonSerializable(typeof(LoggedIn))]
[JsonSerializable(typeof(NewRoom))]
[JsonSerializable(typeof(RoomChange))]
[JsonSerializable(typeof(JoinBody))]
[JsonSerializable(typeof(NewInvite))]
[JsonSerializable(typeof(Removal))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(RoomInfo))]
[JsonSerializable(typeof(RoomPage))]
[JsonSerializable(typeof(EventDetails))]
[JsonSerializable(typeof(UploadedFile))]
[JsonSerializable(typeof(MemberPage))]
[JsonSerializable(typeof(JoinResult))]
[JsonSerializable(typeof(Invite))]
internal sealed partial class ClientJsonContext : JsonSerializerContext;
