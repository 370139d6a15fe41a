using Chatter.Chat.Broadcasting;
using Chatter.Chat.Messages;
using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Chatter.Chat.Gateway;

/// <summary>What somebody picks out for himself: mentions, saved messages, pins, what he wants of a room (docs/protocol.md §3).</summary>
internal static class ListsApi
{
    public static void MapListsApi(this IEndpointRouteBuilder api)
    {
        api.MapRead("/mentions", Mentions);
        api.MapRead("/saved", Saved);
        api.MapRead("/latest", Latest);
        api.MapRead("/rooms/{id}/pins", Pins);
        api.MapPut("/rooms/{id}/events/{eventId}/saved", Save);
        api.MapDelete("/rooms/{id}/events/{eventId}/saved", Forget);
        api.MapPatch("/rooms/{id}/membership", Membership);
    }

    private static async Task<IResult> Mentions(HttpContext http, MessageLists lists, CancellationToken cancel) =>
        !Part(http).Is(out var part, out var refusal) ? Problems.Result(refusal)
        : (await lists.Mentions(http.User.UserId(), part.After, part.Limit, cancel)).ToResult(static page => Answers.Json(page));

    private static async Task<IResult> Saved(HttpContext http, MessageLists lists, CancellationToken cancel) =>
        !Part(http).Is(out var part, out var refusal) ? Problems.Result(refusal)
        : (await lists.Saved(http.User.UserId(), part.After, part.Limit, cancel)).ToResult(static page => Answers.Json(page));

    private static async Task<IResult> Latest(HttpContext http, MessageLists lists, CancellationToken cancel) =>
        (await lists.Latest(http.User.UserId(), cancel)).ToResult(static latest => Answers.Json(latest));

    private static async Task<IResult> Pins(string id, HttpContext http, MessageLists lists, CancellationToken cancel)
    {
        if (!RoomsApi.RoomId(id).Is(out var room, out var refusal)) return Problems.Result(refusal);
        if (!Part(http).Is(out var part, out refusal)) return Problems.Result(refusal);
        return (await lists.Pins(http.User.UserId(), room, part.After, part.Limit, cancel)).ToResult(static page => Answers.Json(page));
    }

    /// <summary>Which part of a list is wanted, or why there is none such.</summary>
    private static Outcome<(string? After, int Limit)> Part(HttpContext http)
    {
        var query = new QueryFields(http.Request.Query);
        var part = (query.Text("after", 1_000), query.Limit(25, 50));
        return query.Refusal is { } wrong ? wrong : part;
    }

    private static Task<IResult> Save(string id, string eventId, HttpContext http, EventWriter writer, Connections connections) => Keep(id, eventId, on: true, http, writer, connections);

    private static Task<IResult> Forget(string id, string eventId, HttpContext http, EventWriter writer, Connections connections) => Keep(id, eventId, on: false, http, writer, connections);

    private static async Task<IResult> Keep(string id, string eventId, bool on, HttpContext http, EventWriter writer, Connections connections)
    {
        if (!RoomsApi.RoomId(id).Is(out var room, out var refusal)) return Problems.Result(refusal);
        if (!Guid.TryParseExact(eventId, "D", out var target)) return Problems.Result(HistoryService.NoSuchEvent);
        var user = http.User.UserId();
        return (await writer.Do(new SaveMessage(user, room, target, on))).ToResult(changed =>
        {
            if (changed) connections.Tell(user, new SavedFrame(room, target, on));
            return Results.NoContent();
        });
    }

    private static async Task<IResult> Membership(string id, HttpContext http, RoomService rooms, Connections connections, CancellationToken cancel)
    {
        if (!RoomsApi.RoomId(id).Is(out var room, out var refusal)) return Problems.Result(refusal);
        if (!(await Bodies.Read(http.Request, cancel)).Is(out var fields, out refusal)) return Problems.Result(refusal);
        using var owned = fields;
        var wish = new MembershipWish(fields.OptionalString("notify"), fields.OptionalBool("favourite"), fields.OptionalBool("hidden"), fields.OptionalBool("accept"));
        if (wish.Notify is { } notify && !NotifyLevels.Known.Contains(notify)) fields.Fail("notify", $"`notify` must be one of {string.Join(", ", NotifyLevels.Known)}.");
        if (fields.Refusal is { } wrong) return Problems.Result(wrong);
        var user = http.User.Ref();
        return (await rooms.ChangeMembership(user, room, wish)).ToResult(membership =>
        {
            if (membership is null) return Results.NoContent();
            connections.Tell(user.Id, membership);
            return Answers.Json(membership);
        });
    }
}
