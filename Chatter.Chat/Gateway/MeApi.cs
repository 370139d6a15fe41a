using Chatter.Chat.Rooms;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Chatter.Chat.Gateway;

/// <summary><c>GET /api/me</c>: who one is, and all one's rooms as in <c>welcome</c>; <c>GET /api/users</c>: who there is; and the antiforgery token, for a page's scripts.</summary>
internal static class MeApi
{
    private const int MostIds = 100;

    public static void MapMeApi(this IEndpointRouteBuilder api)
    {
        api.MapRead("/me", Me);
        api.MapRead("/users", People);
        api.MapRead("/antiforgery", AntiforgeryToken);
    }

    private static async Task<IResult> People(HttpContext http, UserService users, PeopleService people, CancellationToken cancel)
    {
        var query = new QueryFields(http.Request.Query);
        if (query.Ids("ids", MostIds) is { } ids) return Answers.Json(await people.Find(ids, http.User.UserId(), cancel));
        var (search, after, limit) = (query.Text("search", 100), query.Text("after", 100), query.Limit(50, 200));
        if (query.Refusal is { } wrong) return Problems.Result(wrong);
        var (found, next) = await users.Search(http.User.UserId(), search, after, limit, cancel);
        return Answers.Json(new PeopleAnswer(found, next));
    }

    /// <summary>
    /// The token that a script of the page needs to change something with the browser's cookie. Asked for where it is used, so that it is in no page and no storage, and is
    /// good however long the page is open. A foreign page can make a browser ask, but not read the answer.
    /// </summary>
    private static IResult AntiforgeryToken(HttpContext http, IAntiforgery antiforgery) => Answers.Json(new AntiforgeryAnswer(antiforgery.GetAndStoreTokens(http).RequestToken ?? ""));

    private static async Task<IResult> Me(HttpContext http, UserService users, RoomService rooms, CancellationToken cancel)
    {
        if (await users.Find(http.User.UserId(), cancel) is not { } user) return Problems.Result(Problems.NotAuthenticated);
        return (await rooms.Mine(user.Id, cancel)).ToResult(entries => Answers.Json(new MeAnswer(user, entries)));
    }
}
