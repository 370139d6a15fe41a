using Chatter.Chat.Search;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Chatter.Chat.Gateway;

/// <summary>Searching over HTTP (docs/protocol.md §3.1).</summary>
internal static class SearchApi
{
    public static void MapSearchApi(this IEndpointRouteBuilder api) => api.MapRead("/search", Search);

    private static async Task<IResult> Search(HttpContext http, SearchService search, CancellationToken cancel)
    {
        var query = new QueryFields(http.Request.Query);
        var request = new SearchRequest(query.Text("q", SearchRequest.MaxText) ?? "")
        {
            Room = query.Id("room"),
            After = query.Text("after", 1_000),
            Limit = query.Limit(20, SearchRequest.MaxLimit),
        };
        if (query.Refusal is { } wrong) return Problems.Result(wrong);
        return (await search.Search(request, http.User.UserId(), cancel)).ToResult(static page => Answers.Json(page));
    }
}
