using Chatter.App.Session;
using Chatter.Chat.Users;

namespace Chatter.App.Security;

/// <summary>What is noted of a login's browser.</summary>
internal static class Caller
{
    private const int LongestDevice = 100;

    public static ClientInfo Of(HttpContext http)
    {
        // What it is, in few words: what a browser says in whole is longer than that, and for nobody to read.
        var agent = new string([.. (Devices.Name(http.Request.Headers.UserAgent.ToString()) ?? "").Where(static c => c is >= ' ' and <= '~').Take(LongestDevice)]);
        return new ClientInfo(http.Connection.RemoteIpAddress, agent.Length > 0 ? agent : null, http.Request.Host.Host) { Devices = DeviceCookie.Read(http.Request) };
    }

    /// <summary>The language that the browser asks for first, or null.</summary>
    public static string? Language(HttpContext http) =>
        http.Request.GetTypedHeaders().AcceptLanguage.OrderByDescending(static language => language.Quality ?? 1).Select(static language => language.Value.Value).FirstOrDefault() is { } first
        && UserService.IsLanguage(first)
            ? first
            : null;
}
