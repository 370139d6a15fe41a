using Chatter.Chat.Storage;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Chatter.Chat.Gateway;

/// <summary>What holds for every call under <c>/api</c>; one filter on the group, so that no endpoint can forget it.</summary>
internal static partial class ApiGuard
{
    /// <summary>Guards all endpoints of a group: nothing is stored by caches, requests by cookie that change something are the user's own, and a store that doesn't answer is told as 503.</summary>
    public static TBuilder Guard<TBuilder>(this TBuilder api)
        where TBuilder : IEndpointConventionBuilder => api.AddEndpointFilter<TBuilder, Filter>();

    private sealed partial class Filter(IAntiforgery antiforgery, ILogger<Filter> logger) : IEndpointFilter
    {
        public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
        {
            var http = context.HttpContext;
            http.Response.Headers.CacheControl = "no-store";
            // A browser sends the cookie with whatever a foreign page makes it post; a Bearer header only its own program can add.
            if (http.User.ByCookie() && !await antiforgery.IsRequestValidAsync(http)) return Problems.Result(Problems.NoAntiforgeryToken);
            try
            {
                return await next(context);
            }
            catch (Exception e) when (e is StoreUnavailableException or SqliteException || ChatterDbContext.IsStoreFailure(e))
            {
                Log.StoreFailed(logger, http.Request.Path, e);
                return Problems.Result(StoreUnavailableException.Refusal);
            }
        }

        private static partial class Log
        {
            [LoggerMessage(1, LogLevel.Error, "The store failed while {Path} was answered")]
            public static partial void StoreFailed(ILogger logger, string path, Exception error);
        }
    }
}
