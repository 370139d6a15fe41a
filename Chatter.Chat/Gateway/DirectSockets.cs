using System.IO.Pipelines;
using System.Net.Sockets;
using Chatter.Chat.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Gateway;

/// <summary>
/// Finds out which connections may be written to past the server. A raw socket is to be had under TLS and HTTP/2, too, where bytes of ours would garble
/// the stream, so it takes a proof: the first connection middleware notes the socket's own transport, and a request that is still served by that very
/// transport, as HTTP/1.1, has nothing in between. Whatever wraps a connection (TLS, a logger, a proxy's protocol) replaces its transport.
/// </summary>
internal static class DirectSockets
{
    public static void AddDirectSockets(this IServiceCollection services) =>
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<SocketSettings>>(static (kestrel, settings) =>
        {
            if (settings.Value.Direct) kestrel.ConfigureEndpointDefaults(static listen => listen.Use(Note));
        });

    /// <summary>The connection's socket, where it may be written to.</summary>
    public static Socket? Of(HttpContext http) =>
        http.Features.Get<RawTransport>() is { } raw
        && ReferenceEquals(raw.Transport, http.Features.Get<IConnectionTransportFeature>()?.Transport)
        && HttpProtocol.IsHttp11(http.Request.Protocol)
            ? raw.Socket
            : null;

    private static ConnectionDelegate Note(ConnectionDelegate next) => connection =>
    {
        if (connection.Features.Get<IConnectionSocketFeature>() is { Socket: var socket }) connection.Features.Set(new RawTransport(connection.Transport, socket));
        return next(connection);
    };

    private sealed record RawTransport(IDuplexPipe Transport, Socket Socket);
}
