using System.Security.Claims;

namespace Chatter.Chat.Users;

/// <summary>Who is calling, as the scheme <see cref="Scheme"/> found out.</summary>
public static class Principals
{
    /// <summary>The authentication scheme: a Bearer header, else the cookie.</summary>
    public const string Scheme = "Chatter";

    private const string SessionClaim = "sid";
    private const string ViaClaim = "via";
    private const string Cookie = "cookie";

    /// <summary>The caller's id.</summary>
    /// <exception cref="InvalidOperationException">Nobody is logged in.</exception>
    public static Guid UserId(this ClaimsPrincipal principal) => Guid.Parse(principal.Claim(ClaimTypes.NameIdentifier));

    /// <summary>The caller's name.</summary>
    /// <exception cref="InvalidOperationException">Nobody is logged in.</exception>
    public static string UserName(this ClaimsPrincipal principal) => principal.Claim(ClaimTypes.Name);

    /// <summary>The session by which the caller is logged in.</summary>
    /// <exception cref="InvalidOperationException">Nobody is logged in.</exception>
    public static Guid SessionId(this ClaimsPrincipal principal) => Guid.Parse(principal.Claim(SessionClaim));

    /// <summary>Whether it was the cookie that said who is calling, which a browser sends along with whatever made it call.</summary>
    public static bool ByCookie(this ClaimsPrincipal principal) => principal.HasClaim(ViaClaim, Cookie);

    internal static ClaimsPrincipal Create(Session session, bool byCookie)
    {
        var identity = new ClaimsIdentity(Scheme);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, session.UserId.ToString()));
        identity.AddClaim(new Claim(ClaimTypes.Name, session.UserName));
        identity.AddClaim(new Claim(SessionClaim, session.Id.ToString()));
        if (byCookie) identity.AddClaim(new Claim(ViaClaim, Cookie));
        return new ClaimsPrincipal(identity);
    }

    private static string Claim(this ClaimsPrincipal principal, string type) =>
        principal.FindFirst(type)?.Value ?? throw new InvalidOperationException("Nobody is logged in. Does the endpoint require authorization?");
}
