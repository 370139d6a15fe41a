using Chatter.Chat.Rooms;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Chatter.Chat.Gateway;

/// <summary><c>GET /api/me</c>: who one is, and all one's rooms as in <c>welcome</c>.</summary>
internal static class MeApi
{
    public static void MapMeApi(this IEndpointRouteBuilder api) => api.MapRead("/me", Me);

    private static async Task<IResult> Me(HttpContext http, UserService users, RoomService rooms, CancellationToken cancel)
    {
        if (await users.Find(http.User.UserId(), cancel) is not { } user) return Problems.Result(Problems.NotAuthenticated);
        return (await rooms.Mine(user.Id, cancel)).ToResult(entries => Answers.Json(new MeAnswer(user, entries)));
    }
}
