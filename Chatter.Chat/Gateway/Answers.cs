using System.Text.Json;
using System.Text.Json.Serialization;
using Chatter.Chat.Messages;
using Chatter.Chat.Protocol;
using Chatter.Chat.Rooms;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Http;

namespace Chatter.Chat.Gateway;

internal sealed record JoinAnswer(RoomInfo Room, bool Joined, long Seq);

internal sealed record EventsAnswer(IReadOnlyList<RoomEvent> Events, long First, long Last, bool More);

internal sealed record BansAnswer(IReadOnlyList<BanInfo> Bans);

internal sealed record BlocksAnswer(IReadOnlyList<BlockInfo> Blocks);

internal sealed record PeopleAnswer(IReadOnlyList<UserInfo> Users, string? Next);

internal sealed record SessionsAnswer(IReadOnlyList<SessionInfo> Sessions);

internal sealed record AntiforgeryAnswer(string Token);

internal sealed record PushKeyAnswer(string Key);

internal sealed record MeAnswer(UserInfo User, IReadOnlyList<RoomEntry> Rooms);

/// <summary>Outcomes as HTTP answers, all serialised in one way.</summary>
internal static class Answers
{
    private static readonly AnswersJsonContext Context = new(new JsonSerializerOptions(ProtocolJson.Options) { TypeInfoResolver = null });

    public static IResult Json<T>(T value, int status = StatusCodes.Status200OK) => new JsonAnswer<T>(value, status);

    public static IResult ToResult<T>(this Outcome<T> outcome, Func<T, IResult> answer) =>
        outcome.Is(out var value, out var refusal) ? answer(value) : Problems.Result(refusal);

    private sealed class JsonAnswer<T>(T value, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(value, typeof(T), Context);
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = "application/json";
            httpContext.Response.ContentLength = body.Length;
            return httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RoomInfo))]
[JsonSerializable(typeof(RoomPage))]
[JsonSerializable(typeof(MemberPage))]
[JsonSerializable(typeof(MemberInfo))]
[JsonSerializable(typeof(RoomEvent))]
[JsonSerializable(typeof(UploadedFile))]
[JsonSerializable(typeof(EventDetails))]
[JsonSerializable(typeof(JoinAnswer))]
[JsonSerializable(typeof(EventsAnswer))]
[JsonSerializable(typeof(AntiforgeryAnswer))]
[JsonSerializable(typeof(MeAnswer))]
[JsonSerializable(typeof(PushKeyAnswer))]
[JsonSerializable(typeof(UserInfo))]
[JsonSerializable(typeof(SessionsAnswer))]
[JsonSerializable(typeof(SearchPage))]
[JsonSerializable(typeof(CreatedInvite))]
[JsonSerializable(typeof(BansAnswer))]
[JsonSerializable(typeof(BlocksAnswer))]
[JsonSerializable(typeof(PeopleAnswer))]
[JsonSerializable(typeof(FoundPeople))]
[JsonSerializable(typeof(MentionPage))]
[JsonSerializable(typeof(SavedPage))]
[JsonSerializable(typeof(PinPage))]
[JsonSerializable(typeof(LatestList))]
[JsonSerializable(typeof(MembershipFrame))]
internal sealed partial class AnswersJsonContext : JsonSerializerContext;
