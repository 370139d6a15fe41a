using Chatter.Chat.Protocol;
using Chatter.Chat.Rooms;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Chatter.Chat.Gateway;

/// <summary>Rooms over HTTP (docs/protocol.md §3). An endpoint is: parse, one call, translate.</summary>
internal static class RoomsApi
{
    internal const int MaxTopic = 500;
    private const int MaxRoomName = 80;
    private const long LongestInvite = 365L * 24 * 60 * 60;

    public static void MapRoomsApi(this IEndpointRouteBuilder api)
    {
        api.MapRead("/rooms", List);
        api.MapPost("/rooms", Create);
        api.MapPost("/conversations", Converse);
        api.MapRead("/rooms/{id}", Get);
        api.MapPatch("/rooms/{id}", Update);
        api.MapPost("/rooms/{id}/join", Join);
        api.MapPost("/rooms/{id}/leave", Leave);
        api.MapPost("/rooms/{id}/invites", Invite);
    }

    private static async Task<IResult> List(HttpContext http, RoomService rooms, CancellationToken cancel)
    {
        var query = new QueryFields(http.Request.Query);
        var (search, after, limit) = (query.Text("search", 200), query.Text("after", 1_000), query.Limit(50, 200));
        if (query.Refusal is { } wrong) return Problems.Result(wrong);
        return (await rooms.List(http.User.UserId(), search, after, limit, cancel)).ToResult(static page => Answers.Json(page));
    }

    private static async Task<IResult> Create(HttpContext http, RoomService rooms, CancellationToken cancel)
    {
        if (!(await Bodies.Read(http.Request, cancel)).Is(out var fields, out var refusal)) return Problems.Result(refusal);
        using var owned = fields;
        var name = Name(fields, fields.RequiredString("name"));
        var topic = Topic(fields, "topic");
        var isPrivate = fields.OptionalBool("private") ?? false;
        if (fields.Refusal is { } wrong) return Problems.Result(wrong);
        return (await rooms.Create(http.User.Ref(), name, topic ?? "", isPrivate)).ToResult(room =>
        {
            http.Response.Headers.Location = $"/api/rooms/{room.Id}";
            return Answers.Json(room, StatusCodes.Status201Created);
        });
    }

    private static async Task<IResult> Converse(HttpContext http, RoomService rooms, CancellationToken cancel)
    {
        if (!(await Bodies.Read(http.Request, cancel)).Is(out var fields, out var refusal)) return Problems.Result(refusal);
        using var owned = fields;
        var users = fields.RequiredGuids("users", 50);
        if (fields.Refusal is { } wrong) return Problems.Result(wrong);
        return (await rooms.Converse(http.User.Ref(), users, cancel)).ToResult(conversation =>
        {
            if (conversation.IsNew) http.Response.Headers.Location = $"/api/rooms/{conversation.Room.Id}";
            return Answers.Json(conversation.Room, conversation.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
        });
    }

    private static async Task<IResult> Get(string id, HttpContext http, RoomService rooms, CancellationToken cancel) =>
        !RoomId(id).Is(out var room, out var refusal) ? Problems.Result(refusal)
        : (await rooms.Get(http.User.UserId(), room, cancel)).ToResult(static info => Answers.Json(info));

    private static async Task<IResult> Update(string id, HttpContext http, RoomService rooms, CancellationToken cancel)
    {
        if (!RoomId(id).Is(out var room, out var refusal)) return Problems.Result(refusal);
        if (!(await Bodies.Read(http.Request, cancel)).Is(out var fields, out refusal)) return Problems.Result(refusal);
        using var owned = fields;
        var name = fields.OptionalString("name") is { } given ? Name(fields, given) : null;
        var topic = Topic(fields, "topic");
        var update = new RoomUpdate(name, topic, fields.OptionalGuid("owner"), fields.OptionalBool("announce"), fields.OptionalBool("archived"));
        if (fields.Refusal is { } wrong) return Problems.Result(wrong);
        return (await rooms.Update(http.User.Ref(), room, update)).ToResult(static info => Answers.Json(info));
    }

    private static async Task<IResult> Join(string id, HttpContext http, RoomService rooms, CancellationToken cancel)
    {
        if (!RoomId(id).Is(out var room, out var refusal)) return Problems.Result(refusal);
        if (!(await Bodies.ReadOptional(http.Request, cancel)).Is(out var fields, out refusal)) return Problems.Result(refusal);
        using var owned = fields;
        var invite = fields.OptionalString("invite");
        if (fields.Refusal is { } wrong) return Problems.Result(wrong);
        return (await rooms.Join(http.User.Ref(), room, invite)).ToResult(static joined => Answers.Json(new JoinAnswer(joined.Room, joined.IsNew, joined.Seq)));
    }

    private static async Task<IResult> Leave(string id, HttpContext http, RoomService rooms) =>
        !RoomId(id).Is(out var room, out var refusal) ? Problems.Result(refusal)
        : (await rooms.Leave(http.User.Ref(), room)).ToResult(static _ => Results.NoContent());

    private static async Task<IResult> Invite(string id, HttpContext http, RoomService rooms, CancellationToken cancel)
    {
        if (!RoomId(id).Is(out var room, out var refusal)) return Problems.Result(refusal);
        if (!(await Bodies.ReadOptional(http.Request, cancel)).Is(out var fields, out refusal)) return Problems.Result(refusal);
        using var owned = fields;
        var seconds = fields.OptionalInt64("expiresIn");
        var uses = fields.OptionalInt64("uses");
        if (seconds is < 1 or > LongestInvite) fields.Fail("expiresIn", $"`expiresIn` must be from 1 to {LongestInvite} seconds.");
        if (uses is < 1 or > 1_000_000) fields.Fail("uses", "`uses` must be from 1 to 1000000.");
        if (fields.Refusal is { } wrong) return Problems.Result(wrong);
        return (await rooms.Invite(http.User.Ref(), room, seconds is { } life ? TimeSpan.FromSeconds(life) : null, (int?)uses))
            .ToResult(static invite => Answers.Json(invite, StatusCodes.Status201Created));
    }

    /// <summary>A path's room: what is no id names no room.</summary>
    internal static Outcome<Guid> RoomId(string id) => Guid.TryParseExact(id, "D", out var room) ? room : RoomAccess.NoSuchRoom;

    private static string Name(JsonFields fields, string given)
    {
        var name = Text.NormalizeName(given, MaxRoomName);
        if (name is null) fields.Fail("name", $"`name` must have 1 to {MaxRoomName} characters, without control characters and bidirectional controls.");
        return name ?? "";
    }

    private static string? Topic(JsonFields fields, string name)
    {
        if (fields.OptionalString(name) is not { } given) return null;
        var topic = Text.NormalizeLine(given, MaxTopic);
        if (topic is null) fields.Fail(name, $"`{name}` may have at most {MaxTopic} characters and no control characters.");
        return topic;
    }
}
