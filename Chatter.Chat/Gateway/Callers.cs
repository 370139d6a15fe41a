using System.Security.Claims;
using Chatter.Chat.Protocol;
using Chatter.Chat.Storage;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Http;

namespace Chatter.Chat.Gateway;

/// <summary>Who is calling.</summary>
internal static class Callers
{
    /// <summary>The caller as events name him.</summary>
    public static UserRef Ref(this ClaimsPrincipal principal) => new(principal.UserId(), principal.UserName());

    /// <summary>The session of the header's token, else of the cookie. A wrong token in the header is refused; a wrong cookie says nothing.</summary>
    public static async ValueTask<(Session? Session, Refusal? Refusal)> Identify(HttpContext http, SessionService sessions)
    {
        try
        {
            if (ChatterAuthenticationHandler.BearerToken(http.Request) is { } token)
            {
                var session = await sessions.Authenticate(token, http.RequestAborted);
                return (session, session is null ? Problems.NotAuthenticated : null);
            }
            return (SessionCookie.Read(http.Request) is { } cookie ? await sessions.Authenticate(cookie, http.RequestAborted) : null, null);
        }
        catch (StoreUnavailableException)
        {
            return (null, StoreUnavailableException.Refusal);
        }
    }
}
