using System.Text.Encodings.Web;
using Chatter.Chat.Protocol;
using Chatter.Chat.Storage;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Gateway;

/// <summary>What the host may set of the scheme <see cref="Principals.Scheme"/>.</summary>
public sealed class ChatterAuthenticationOptions : AuthenticationSchemeOptions
{
    /// <summary>Where a browser is sent that asks for a page without being logged in; null answers it like a program. Never used for <c>/api</c> and <c>/ws</c>.</summary>
    public PathString LoginPath { get; set; }
}

/// <summary>
/// Finds the session that a request belongs to. A Bearer header wins over the cookie, also where it is wrong: whoever sends one means it, and would
/// else act as somebody he didn't name.
/// </summary>
internal sealed class ChatterAuthenticationHandler(
    SessionService sessions, IOptionsMonitor<ChatterAuthenticationOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<ChatterAuthenticationOptions>(options, logger, encoder)
{
    private const string Bearer = "Bearer";
    private static readonly AuthenticateResult WrongToken = AuthenticateResult.Fail("The token is unknown, expired or revoked.");
    private static readonly Refusal NotKnown = new(ErrorCodes.NotAuthenticated, "The token is unknown, expired or revoked. Log in again.");

    /// <summary>The token in the Authorization header; empty for a Bearer header without one, null where there is no such header.</summary>
    internal static string? BearerToken(HttpRequest request)
    {
        foreach (var value in request.Headers.Authorization)
        {
            if (value is null || BearerToken(value) is not { } token) continue;
            return request.Headers.Authorization.Count > 1 ? "" : token;
        }
        return null;
    }

    /// <summary>The token of one <c>Authorization</c> header, empty where it lacks one.</summary>
    /// <returns>Null for other schemes: they are a proxy's business, which may ask for a password of its own before the page's cookie.</returns>
    internal static string? BearerToken(string authorization) =>
        !authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) || authorization.Length > Bearer.Length && authorization[Bearer.Length] != ' '
            ? null
            : authorization[Bearer.Length..].Trim(' ');

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = BearerToken(Request);
        if ((header ?? SessionCookie.Read(Request)) is not { } token) return AuthenticateResult.NoResult();
        try
        {
            var session = await sessions.Authenticate(token, Context.RequestAborted);
            return session is null ? WrongToken : AuthenticateResult.Success(new AuthenticationTicket(Principals.Create(session, byCookie: header is null), Scheme.Name));
        }
        catch (StoreUnavailableException e)
        {
            return AuthenticateResult.Fail(e);
        }
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (Options.LoginPath.HasValue && IsPage)
        {
            Response.Redirect(QueryHelpers.AddQueryString(Request.PathBase + Options.LoginPath, "returnUrl", Request.PathBase + Request.Path + Request.QueryString));
            return;
        }
        var result = await HandleAuthenticateOnceSafeAsync();
        await Problems.Write(Context, result.Failure switch
        {
            null => Problems.NotAuthenticated,
            // Nobody must think that he was logged out, because the store doesn't answer.
            StoreUnavailableException => StoreUnavailableException.Refusal,
            _ => NotKnown,
        });
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Problems.Write(Context, Problems.Forbidden);

    private bool IsPage => HttpMethods.IsGet(Request.Method) && !Request.Path.StartsWithSegments("/api") && !Request.Path.StartsWithSegments("/ws");
}
