using Chatter.Chat.Gateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Chatter.Chat;

/// <summary>Where Chatter answers.</summary>
public static class ChatterEndpoints
{
    /// <summary>Maps <c>/api</c>, <c>/ws</c> and <c>/health</c> (docs/protocol.md §3, §4).</summary>
    public static IEndpointRouteBuilder MapChatter(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api").Guard();
        api.MapUsersApi();
        var members = api.MapGroup("").RequireAuthorization();
        members.MapMessagesApi();
        api.MapDownloadsApi();
        api.MapAvatarDownloads();
        var asking = members.MapGroup("").AddEndpointFilter<RouteGroupBuilder, RequestRate>().AddEndpointFilter<RouteGroupBuilder, PagePlaces>();
        asking.MapMeApi();
        asking.MapAccountApi();
        asking.MapRoomsApi();
        asking.MapMembersApi();
        asking.MapEventsApi();
        asking.MapListsApi();
        asking.MapBlocksApi();
        asking.MapSearchApi();
        asking.MapUploadsApi();
        asking.MapAvatarsApi();
        asking.MapPushApi();
        routes.MapMethods(Handshake.Target, ["GET", "CONNECT"], static (HttpContext http) => http.RequestServices.GetRequiredService<SocketEndpoint>().Handle(http))
            .DisableHttpMetrics();
        MapHealth(routes, Health.Live);
        MapHealth(routes, Health.Ready);
        return routes;
    }

    private static void MapHealth(IEndpointRouteBuilder routes, string tag) =>
        routes.MapHealthChecks($"/health/{tag}", new HealthCheckOptions { Predicate = check => check.Tags.Contains(tag) });
}
