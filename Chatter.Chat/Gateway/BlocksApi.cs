using Chatter.Chat.Broadcasting;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Chatter.Chat.Storage;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Chatter.Chat.Gateway;

/// <summary>Whom somebody wants to have nothing to do with (docs/protocol.md §3): his own matter, told to his own sockets and to nobody else.</summary>
internal static class BlocksApi
{
    public static void MapBlocksApi(this IEndpointRouteBuilder api)
    {
        api.MapRead("/blocks", List);
        api.MapPut("/blocks/{userId}", static (string userId, HttpContext http, EventWriter writer, Connections connections) => Block(userId, on: true, http, writer, connections));
        api.MapDelete("/blocks/{userId}", static (string userId, HttpContext http, EventWriter writer, Connections connections) => Block(userId, on: false, http, writer, connections));
    }

    private static async Task<IResult> List(HttpContext http, Database database, CancellationToken cancel) =>
        Answers.Json(new BlocksAnswer(await database.Read(http.User.UserId(), store => Blocks.Of(store, http.User.UserId()), cancel)));

    private static async Task<IResult> Block(string userId, bool on, HttpContext http, EventWriter writer, Connections connections)
    {
        var user = http.User.UserId();
        return (await writer.Do(new BlockUser(http.User.Ref(), MembersApi.UserId(userId), on))).ToResult(changed =>
        {
            if (changed is not null) connections.Tell(user, changed);
            return Results.NoContent();
        });
    }
}
