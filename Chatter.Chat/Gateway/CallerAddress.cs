using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chatter.Chat.Gateway;

/// <summary>
/// Makes a request the caller's that comes by a listed proxy: its address, scheme and host are then those that the proxy names. Runs before everything that
/// looks at them, the filter of hosts included. Others who send such headers are ignored, and a warning says so once: they are probably a proxy that was forgotten.
/// </summary>
internal sealed partial class CallerAddress(Proxies proxies, ILogger<CallerAddress> logger) : IStartupFilter
{
    private static readonly string[] Headers = ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded"];

    private int _warned;

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseWhen(IsProxied, listed => listed.UseForwardedHeaders(proxies.Options()));
        next(app);
    };

    private bool IsProxied(HttpContext http)
    {
        var peer = http.Connection.RemoteIpAddress;
        if (proxies.Contains(peer)) return true;
        if (Volatile.Read(ref _warned) == 0 && Array.Find(Headers, http.Request.Headers.ContainsKey) is { } header && Interlocked.Exchange(ref _warned, 1) == 0)
            Log.LooksLikeProxy(logger, peer?.ToString() ?? "A caller by a unix socket", header, peer?.ToString() ?? Settings.NetworksAttribute.UnixSocket);
        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Peer} sends {Header} and looks like a proxy. It isn't in Chatter:Proxies, so the header is ignored, and all who come by it count as one address. If it is yours, set Chatter__Proxies__0={Entry}")]
        public static partial void LooksLikeProxy(ILogger logger, string peer, string header, string entry);
    }
}
