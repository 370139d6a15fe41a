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

internal sealed record RoomChange(string? Name, string? Topic, Guid? Owner, bool? Announce, bool? Archived);

internal sealed record MemberChange(string? Role, long? MutedFor);

internal sealed record NewConversation(IReadOnlyList<Guid> Users);

internal sealed record NewBan(long? ExpiresIn, string? Reason);

internal sealed record BanList(IReadOnlyList<BanInfo> Bans);

internal sealed record JoinBody(string? Invite);

internal sealed record NewInvite(long? ExpiresIn, int? Uses);

internal sealed record Removal(string? Reason);

internal sealed record MembershipChange(string? Notify, bool? Favourite, bool? Hidden = null, bool? Accept = null);

internal sealed record PasswordChange(string Old, string New);

internal sealed record PasswordProof(string Password);

internal sealed record SessionList(IReadOnlyList<SessionInfo> Sessions);

internal sealed record BlockList(IReadOnlyList<BlockInfo> Blocks);

internal sealed record LatestList(IReadOnlyList<RoomEvent> Latest);

internal sealed record Problem(string? Code, string? Title, string? Detail, double? RetryAfter, long? Last, Dictionary<string, string[]>? Errors);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Credentials))]
[JsonSerializable(typeof(LoggedIn))]
[JsonSerializable(typeof(NewRoom))]
[JsonSerializable(typeof(RoomChange))]
[JsonSerializable(typeof(JoinBody))]
[JsonSerializable(typeof(NewInvite))]
[JsonSerializable(typeof(Removal))]
[JsonSerializable(typeof(MemberChange))]
[JsonSerializable(typeof(NewBan))]
[JsonSerializable(typeof(NewConversation))]
[JsonSerializable(typeof(PersonPage))]
[JsonSerializable(typeof(BanList))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(RoomInfo))]
[JsonSerializable(typeof(RoomPage))]
[JsonSerializable(typeof(EventDetails))]
[JsonSerializable(typeof(SearchPage))]
[JsonSerializable(typeof(UploadedFile))]
[JsonSerializable(typeof(MemberPage))]
[JsonSerializable(typeof(MemberInfo))]
[JsonSerializable(typeof(JoinResult))]
[JsonSerializable(typeof(Invite))]
[JsonSerializable(typeof(MentionPage))]
[JsonSerializable(typeof(SavedPage))]
[JsonSerializable(typeof(PinPage))]
[JsonSerializable(typeof(LatestList))]
[JsonSerializable(typeof(BlockList))]
[JsonSerializable(typeof(UserInfo))]
[JsonSerializable(typeof(UserStatus))]
[JsonSerializable(typeof(PasswordChange))]
[JsonSerializable(typeof(PasswordProof))]
[JsonSerializable(typeof(SessionList))]
[JsonSerializable(typeof(MembershipChange))]
[JsonSerializable(typeof(MembershipFrame))]
internal sealed partial class ClientJsonContext : JsonSerializerContext;
