using Chatter.Chat.Messages;
using Chatter.Chat.Protocol;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Chatter.Chat.Gateway;

/// <summary>Messages and history over HTTP, for scripts and bots; they take the same path as the socket's frames.</summary>
internal static class MessagesApi
{
    /// <summary>Sends, which have a token bucket of their own.</summary>
    public static void MapMessagesApi(this IEndpointRouteBuilder api) => api.MapPost("/rooms/{id}/messages", Send);

    public static void MapEventsApi(this IEndpointRouteBuilder api)
    {
        api.MapRead("/rooms/{id}/events", Events);
        api.MapRead("/rooms/{id}/events/{eventId}", Event);
    }

    private static async Task<IResult> Send(string id, HttpContext http, MessageService messages, CancellationToken cancel)
    {
        if (!RoomsApi.RoomId(id).Is(out var room, out var refusal)) return Problems.Result(refusal);
        if (!(await Bodies.Read(http.Request, cancel)).Is(out var fields, out refusal)) return Problems.Result(refusal);
        using var owned = fields;
        var send = FrameParser.Send(fields, room);
        if (fields.Refusal is { } wrong) return Problems.Result(wrong);
        return (await messages.Send(send, http.User.Ref())).ToResult(static sent =>
            Answers.Json(sent.Event, sent.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK));
    }

    private static async Task<IResult> Events(string id, HttpContext http, HistoryService history, CancellationToken cancel)
    {
        if (!RoomsApi.RoomId(id).Is(out var room, out var refusal)) return Problems.Result(refusal);
        var query = new QueryFields(http.Request.Query);
        var request = new HistoryRequest(room) { After = query.Count("after"), Before = query.Count("before"), Around = query.Count("around"), At = query.Time("at"), Limit = query.Limit(50, 200) };
        if (query.Refusal is { } wrong) return Problems.Result(wrong);
        return (await history.Page(request, http.User.UserId(), cancel)).ToResult(static page => Answers.Json(new EventsAnswer(page.Events, page.First, page.Last, page.More)));
    }

    private static async Task<IResult> Event(string id, string eventId, HttpContext http, HistoryService history, CancellationToken cancel)
    {
        if (!RoomsApi.RoomId(id).Is(out var room, out var refusal)) return Problems.Result(refusal);
        if (!Guid.TryParseExact(eventId, "D", out var wanted)) return Problems.Result(HistoryService.NoSuchEvent);
        return (await history.Event(room, wanted, http.User.UserId(), cancel)).ToResult(static details => Answers.Json(details));
    }
}
