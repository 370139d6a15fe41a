using System.Diagnostics.CodeAnalysis;
using Chatter.Chat.Storage;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Chatter.Chat.Gateway;

/// <summary>What holds for every call under <c>/api</c>; one filter on the group, so that no endpoint can forget it.</summary>
internal static partial class ApiGuard
{
    /// <summary>Guards all endpoints of a group: nothing is stored by caches, requests by cookie that change something are the user's own, and a store that doesn't answer is told as 503.</summary>
    public static TBuilder Guard<TBuilder>(this TBuilder api)
        where TBuilder : IEndpointConventionBuilder => api.AddEndpointFilter<TBuilder, Filter>();

    /// <summary>Maps a call that only reads: <c>GET</c>, and <c>HEAD</c> as for any resource that can be got (RFC 9110 §9.1); the host leaves out its body.</summary>
    public static void MapRead(this IEndpointRouteBuilder api, [StringSyntax("Route")] string pattern, Delegate handler) =>
        api.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], handler);

    private const string TokenHeader = "RequestVerificationToken";

    private sealed partial class Filter(IAntiforgery antiforgery, ILogger<Filter> logger) : IEndpointFilter
    {
        public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
        {
            var http = context.HttpContext;
            http.Response.Headers.CacheControl = "no-store";
            // A browser sends the cookie with whatever a foreign page makes it post; a Bearer header only its own program can add.
            if (http.User.ByCookie() && !await HasToken(http)) return Problems.Result(Problems.NoAntiforgeryToken);
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

        private async Task<bool> HasToken(HttpContext http)
        {
            // The token in a form is for plain pages, whose forms are small; nothing larger is read for it.
            var isForm = http.Request.HasFormContentType;
            if (isForm && (http.Request.ContentLength is null or > Bodies.Limit) && !http.Request.Headers.ContainsKey(TokenHeader)) return false;
            try
            {
                return await antiforgery.IsRequestValidAsync(http);
            }
            catch (Exception e) when (isForm && e is (AntiforgeryValidationException or BadHttpRequestException or InvalidDataException))
            {
                return false; // A form that can't be read has no token.
            }
        }

        private static partial class Log
        {
            [LoggerMessage(1, LogLevel.Error, "The store failed while {Path} was answered")]
            public static partial void StoreFailed(ILogger logger, string path, Exception error);
        }
    }
}
