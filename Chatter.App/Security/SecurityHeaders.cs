using System.Security.Cryptography;

namespace Chatter.App.Security;

/// <summary>
/// The headers by which a browser keeps to what this host serves: no script but ours, no frame, no foreign request. Inline styles are allowed, since MudBlazor
/// can't do without (MudBlazor#4529); the nonce is for Blazor's import map, the only inline script.
/// </summary>
internal static class SecurityHeaders
{
    private const string NonceKey = "csp-nonce";

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use(static (http, next) =>
    {
        // At the last moment, since whoever answers for a failed request clears what was there before.
        http.Response.OnStarting(Add, http);
        return next(http);
    });

    /// <summary>The nonce of one answer.</summary>
    public static string Nonce(HttpContext http)
    {
        if (http.Items.TryGetValue(NonceKey, out var known)) return (string)known!;
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
        http.Items[NonceKey] = nonce;
        return nonce;
    }

    private static Task Add(object state)
    {
        var http = (HttpContext)state;
        var headers = http.Response.Headers;
        // Files that people sent have a stricter one.
        if (headers.ContentSecurityPolicy.Count == 0) headers.ContentSecurityPolicy =
            "default-src 'self'; " +
            $"script-src 'self' 'nonce-{Nonce(http)}'; " +
            "style-src-elem 'self' 'unsafe-inline'; style-src-attr 'unsafe-inline'; " +
            "img-src 'self' data:; font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        return Task.CompletedTask;
    }
}
