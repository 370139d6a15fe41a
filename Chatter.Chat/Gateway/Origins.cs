using Chatter.Chat.Settings;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Gateway;

/// <summary>
/// Which pages may use a browser's cookie for a socket. The same-origin policy doesn't cover WebSockets, so without this any page could open one
/// in its visitor's name (RFC 6455 §10.2).
/// </summary>
internal sealed class Origins(IOptions<ServerSettings> settings)
{
    /// <summary>Whether a request carries the cookie and comes from a page of another origin. Compared to the letter: <c>null</c> and sub-domains are foreign.</summary>
    public bool IsForeign(HttpRequest request)
    {
        if (request.Headers.Origin.Count == 0 || SessionCookie.Read(request) is null) return false;
        // Two origins are none that could be allowed.
        var origin = request.Headers.Origin is [{ } single] ? single : null;
        return origin != $"{request.Scheme}://{request.Host.Value}" && !settings.Value.AllowedOrigins.Contains(origin, StringComparer.Ordinal);
    }
}
