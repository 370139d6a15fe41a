using Chatter.Chat.Rooms;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Chatter.Chat.Gateway;

/// <summary><c>GET /api/me</c>: who one is, and all one's rooms as in <c>welcome</c>; <c>GET /api/users</c>: who there is.</summary>
internal static class MeApi
{
    public static void MapMeApi(this IEndpointRouteBuilder api)
    {
        api.MapRead("/me", Me);
        api.MapRead("/users", People);
    }

    private static async Task<IResult> People(HttpContext http, UserService users, CancellationToken cancel)
    {
        var query = new QueryFields(http.Request.Query);
        var (search, after, limit) = (query.Text("search", 100), query.Text("after", 100), query.Limit(50, 200));
        if (query.Refusal is { } wrong) return Problems.Result(wrong);
        var (found, next) = await users.Search(search, after, limit, cancel);
        return Answers.Json(new PeopleAnswer(found, next));
    }

    private static async Task<IResult> Me(HttpContext http, UserService users, RoomService rooms, CancellationToken cancel)
    {
        if (await users.Find(http.User.UserId(), cancel) is not { } user) return Problems.Result(Problems.NotAuthenticated);
        return (await rooms.Mine(user.Id, cancel)).ToResult(entries => Answers.Json(new MeAnswer(user, entries)));
    }
}
