using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Telemetry;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Gateway;

/// <summary>
/// The one place that decides which pages may use a browser's session cookie. A browser adds the cookie to requests of other pages, too: SameSite=Lax stops
/// other sites, but every port of this host and every sibling sub-domain is the same site. Neither the same-origin policy nor the framework covers upgrades (RFC 6455 §10.2).
/// </summary>
/// <remarks>
/// A startup filter, so it runs before everything that the host adds, and neither a host nor a new endpoint can forget it. A request without the cookie passes: it carries nothing that the page didn't know.
/// <list type="bullet">
/// <item>Upgrades, and unsafe requests under <c>/_blazor</c>, need exactly one <c>Origin</c>: the host's own or an allowed one. Programs use bearer tokens.</item>
/// <item>Other unsafe requests, and reads of <c>/api</c> and <c>/_blazor</c>, are refused when <c>Sec-Fetch-Site</c> or, without it, <c>Origin</c> names another page.
/// Browsers add no <c>Origin</c> to a page's own reads. Unsafe requests need the antiforgery token besides.</item>
/// </list>
/// </remarks>
internal sealed class CrossOriginGuard(IOptions<ServerSettings> settings, ChatterMetrics metrics) : IStartupFilter
{
    private const string Circuits = "/_blazor";
    private static readonly Refusal Refused = new(
        ErrorCodes.Origin, "This page may not use the browser's login. Open the chat itself, or have the page's origin added to Chatter:AllowedOrigins.");

    /// <inheritdoc/>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(Guard);
        next(app);
    };

    /// <summary>Whether a browser says that a page of another origin asks for this (W3C Fetch Metadata). No page can forge the header.</summary>
    public static bool IsFetchedByForeignPage(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site && site != "same-origin" && site != "none";

    /// <summary>Answers 403 <c>origin</c>, or passes the request on.</summary>
    private Task Guard(HttpContext http, RequestDelegate next)
    {
        var isUpgrade = IsUpgrade(http);
        // At the last moment, because an exception handler clears the headers that were set before.
        if (!isUpgrade) http.Response.OnStarting(KeepFromOtherPages, http.Response);
        if (!IsForeign(http, isUpgrade)) return next(http);
        if (isUpgrade) metrics.SocketRefused("origin");
        else metrics.RequestRefused("origin");
        return Problems.Write(http, Refused);
    }

    // Whatever is answered, no other page may embed it: by an image's size or a script's errors it could tell what its visitor may see.
    private static Task KeepFromOtherPages(object response)
    {
        ((HttpResponse)response).Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return Task.CompletedTask;
    }

    private bool IsForeign(HttpContext http, bool isUpgrade)
    {
        var request = http.Request;
        if (SessionCookie.Read(request) is null) return false;
        var isCircuit = request.Path.StartsWithSegments(Circuits);
        var isRead = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (isUpgrade || isCircuit && (!isRead || request.Headers.Origin.Count > 0)) return !MayConnect(request);
        // A link from another site may lead to a page of ours; to a call it may not. Files refuse by themselves, like files that don't exist.
        if (isRead && !isCircuit && (!request.Path.StartsWithSegments("/api") || FileAnswers.IsFile(request.Path))) return false;
        if (request.Headers.ContainsKey("Sec-Fetch-Site")) return IsFetchedByForeignPage(request) && !IsAllowed(request);
        return request.Headers.Origin.Count > 0 && !IsOwn(request) && !IsAllowed(request);
    }

    private bool MayConnect(HttpRequest request)
    {
        if (IsAllowed(request)) return true;
        // A program that names a token in the header and carries a cookie along is judged by the token.
        if (request.Headers.Origin.Count == 0) return ChatterAuthenticationHandler.BearerToken(request) is not null;
        return IsOwn(request) && !IsFetchedByForeignPage(request);
    }

    // Compared to the letter: "null" and sub-domains are foreign, and two origins are none that could be allowed.
    private static bool IsOwn(HttpRequest request) => request.Headers.Origin is [{ } single] && single == $"{request.Scheme}://{request.Host.Value}";

    private bool IsAllowed(HttpRequest request) => request.Headers.Origin is [{ } single] && settings.Value.AllowedOrigins.Contains(single, StringComparer.Ordinal);

    private static bool IsUpgrade(HttpContext http) =>
        http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
        || http.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true }
        || http.Request.Headers.Upgrade.Count > 0;
}
