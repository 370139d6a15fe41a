using Chatter.Chat.Protocol;
using Chatter.Chat.Rooms;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Chatter.Chat.Gateway;

/// <summary>Members of a room, and what moderators do about them (docs/protocol.md §3).</summary>
internal static class MembersApi
{
    private const long LongestMute = 365L * 24 * 60 * 60;

    public static void MapMembersApi(this IEndpointRouteBuilder api)
    {
        api.MapRead("/rooms/{id}/members", Members);
        api.MapRead("/rooms/{id}/members/{userId}", Member);
        api.MapPatch("/rooms/{id}/members/{userId}", Change);
        api.MapDelete("/rooms/{id}/members/{userId}", Remove);
        api.MapRead("/rooms/{id}/bans", Bans);
        api.MapPut("/rooms/{id}/bans/{userId}", Ban);
        api.MapDelete("/rooms/{id}/bans/{userId}", Lift);
    }

    private static async Task<IResult> Members(string id, HttpContext http, RoomService rooms, CancellationToken cancel)
    {
        if (!RoomsApi.RoomId(id).Is(out var room, out var refusal)) return Problems.Result(refusal);
        var query = new QueryFields(http.Request.Query);
        var (after, limit) = (query.Text("after", 1_000), query.Limit(50, 200));
        if (query.Refusal is { } wrong) return Problems.Result(wrong);
        return (await rooms.Members(http.User.UserId(), room, after, limit, cancel)).ToResult(static page => Answers.Json(page));
    }

    private static async Task<IResult> Member(string id, string userId, HttpContext http, RoomService rooms, CancellationToken cancel) =>
        !RoomsApi.RoomId(id).Is(out var room, out var refusal) ? Problems.Result(refusal)
        : (await rooms.Member(http.User.UserId(), room, UserId(userId), cancel)).ToResult(static member => Answers.Json(member));

    private static async Task<IResult> Remove(string id, string userId, HttpContext http, RoomService rooms, CancellationToken cancel)
    {
        if (!RoomsApi.RoomId(id).Is(out var room, out var refusal)) return Problems.Result(refusal);
        if (!(await Bodies.ReadOptional(http.Request, cancel)).Is(out var fields, out refusal)) return Problems.Result(refusal);
        using var owned = fields;
        var reason = Reason(fields);
        if (fields.Refusal is { } wrong) return Problems.Result(wrong);
        // An id that can't be one is nobody's, and who isn't in is removed already; the right is asked for all the same.
        return (await rooms.Remove(http.User.Ref(), room, UserId(userId), reason)).ToResult(static _ => Results.NoContent());
    }

    private static async Task<IResult> Change(string id, string userId, HttpContext http, RoomService rooms, CancellationToken cancel)
    {
        if (!RoomsApi.RoomId(id).Is(out var room, out var refusal)) return Problems.Result(refusal);
        if (!(await Bodies.Read(http.Request, cancel)).Is(out var fields, out refusal)) return Problems.Result(refusal);
        using var owned = fields;
        var (role, mutedFor) = (fields.OptionalString("role"), fields.OptionalInt64("mutedFor"));
        if (role is not (null or Roles.Moderator or Roles.Member)) fields.Fail("role", "`role` must be moderator or member. A room is handed over by `owner` of the room.");
        if (mutedFor is > LongestMute) fields.Fail("mutedFor", $"`mutedFor` must be from 0 to {LongestMute} seconds.");
        if (fields.Refusal is { } wrong) return Problems.Result(wrong);
        return (await rooms.ChangeMember(http.User.Ref(), room, UserId(userId), role, mutedFor is { } seconds ? TimeSpan.FromSeconds(seconds) : null)).ToResult(static _ => Results.NoContent());
    }

    private static async Task<IResult> Bans(string id, HttpContext http, RoomService rooms, CancellationToken cancel) =>
        !RoomsApi.RoomId(id).Is(out var room, out var refusal) ? Problems.Result(refusal)
        : (await rooms.Bans(http.User.UserId(), room, cancel)).ToResult(static bans => Answers.Json(new BansAnswer(bans)));

    private static async Task<IResult> Ban(string id, string userId, HttpContext http, RoomService rooms, CancellationToken cancel)
    {
        if (!RoomsApi.RoomId(id).Is(out var room, out var refusal)) return Problems.Result(refusal);
        if (!(await Bodies.ReadOptional(http.Request, cancel)).Is(out var fields, out refusal)) return Problems.Result(refusal);
        using var owned = fields;
        var reason = Reason(fields);
        var seconds = fields.OptionalInt64("expiresIn");
        if (seconds is < 1 or > 100 * LongestMute) fields.Fail("expiresIn", $"`expiresIn` must be from 1 to {100 * LongestMute} seconds; left out, the ban is for ever.");
        if (fields.Refusal is { } wrong) return Problems.Result(wrong);
        return (await rooms.Ban(http.User.Ref(), room, UserId(userId), seconds is { } time ? TimeSpan.FromSeconds(time) : null, reason)).ToResult(static _ => Results.NoContent());
    }

    private static async Task<IResult> Lift(string id, string userId, HttpContext http, RoomService rooms) =>
        !RoomsApi.RoomId(id).Is(out var room, out var refusal) ? Problems.Result(refusal)
        : (await rooms.LiftBan(http.User.Ref(), room, UserId(userId))).ToResult(static _ => Results.NoContent());

    /// <summary>An id that can't be one is nobody's.</summary>
    public static Guid UserId(string id) => Guid.TryParseExact(id, "D", out var user) ? user : Guid.Empty;

    private static string? Reason(JsonFields fields)
    {
        var reason = Text.NormalizeLine(fields.OptionalString("reason"), RoomsApi.MaxTopic);
        if (reason is null) fields.Fail("reason", $"`reason` may have at most {RoomsApi.MaxTopic} characters and no control characters.");
        return reason;
    }
}
