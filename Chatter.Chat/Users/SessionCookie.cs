using Chatter.Chat.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Users;

/// <summary>
/// The browser's cookie with the session's token: <c>chatter</c>, or <c>__Host-chatter</c> over TLS, where no other host and no plain page can have set it.
/// </summary>
public static class SessionCookie
{
    private const string Plain = "chatter";
    private const string Secure = "__Host-chatter";

    /// <summary>Logs the browser in.</summary>
    public static void Append(HttpContext http, SignedIn signedIn)
    {
        // The cookie outlives what the session may live; when that ends is the server's business alone.
        var lifetime = http.RequestServices.GetRequiredService<IOptions<SessionsSettings>>().Value.Absolute;
        http.Response.Cookies.Append(Name(http.Request), signedIn.Token, Options(http.Request, lifetime));
    }

    /// <summary>Takes the cookie from the browser. The session lives on until it is revoked.</summary>
    public static void Delete(HttpContext http) => http.Response.Cookies.Delete(Name(http.Request), Options(http.Request, null));

    internal static string? Read(HttpRequest request) => request.Cookies[Name(request)];

    private static string Name(HttpRequest request) => request.IsHttps ? Secure : Plain;

    internal static CookieOptions Options(HttpRequest request, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        MaxAge = lifetime,
        Path = "/",
        SameSite = SameSiteMode.Lax,
        Secure = request.IsHttps,
    };
}
