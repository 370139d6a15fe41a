using Microsoft.AspNetCore.Http;

namespace Chatter.Chat.Users;

/// <summary>
/// The cookie by which a device is known again when somebody logs in on it: <c>chatter-device</c>, or <c>__Host-chatter-device</c> over TLS. It opens nothing; it
/// only has tries of its own at the password, which nobody else can use up (OWASP's “device cookie”). So it stays when somebody logs out. Where several people
/// share a browser it holds a token for each account, the latest first.
/// </summary>
public static class DeviceCookie
{
    private const string Plain = "chatter-device";
    private const string Secure = "__Host-chatter-device";
    private const char Separator = '.';

    /// <summary>Most accounts that one browser is known by.</summary>
    private const int MaxTokens = 5;

    /// <summary>For how long a device is known that doesn't come back.</summary>
    internal static readonly TimeSpan KnownFor = TimeSpan.FromDays(365);

    /// <summary>The tokens that a request's cookie has; none for a cookie that isn't ours.</summary>
    public static IReadOnlyList<string> Read(HttpRequest request)
    {
        if (request.Cookies[Name(request)] is not { Length: > 0 } value) return [];
        var tokens = value.Split(Separator, MaxTokens + 1);
        return tokens.Length <= MaxTokens && Array.TrueForAll(tokens, static token => Tokens.Is(token, Tokens.DevicePrefix)) ? tokens : [];
    }

    /// <summary>Has the browser keep what it is known by.</summary>
    public static void Append(HttpContext http, SignedIn signedIn)
    {
        if (signedIn.Devices is { } tokens) http.Response.Cookies.Append(Name(http.Request), tokens, SessionCookie.Options(http.Request, KnownFor));
    }

    /// <summary>The cookie's value with another token.</summary>
    /// <param name="tokens">Those it had.</param>
    /// <param name="added">The new one.</param>
    /// <param name="former">The one that the new one replaces, or null.</param>
    internal static string Renew(IEnumerable<string> tokens, string added, string? former) =>
        string.Join(Separator, tokens.Where(token => token != former).Prepend(added).Take(MaxTokens));

    private static string Name(HttpRequest request) => request.IsHttps ? Secure : Plain;
}
