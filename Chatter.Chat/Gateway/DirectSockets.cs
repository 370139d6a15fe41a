using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Chatter.Chat.Gateway;

/// <summary>
/// Finds out which connections may be written to past the server. A raw socket is to be had under TLS and HTTP/2, too, where bytes of ours would garble
/// the stream, so it takes a proof: the first connection middleware notes the socket's own transport, and a request that is still served by that very
/// transport, as HTTP/1.1, has nothing in between. Whatever wraps a connection (TLS, a logger, a proxy's protocol) replaces its transport.
/// </summary>
internal static class DirectSockets
{
    /// <summary>The connection's socket, where it may be written to.</summary>
    public static Socket? Of(HttpContext http) =>
        http.Features.Get<RawTransport>() is { } raw
        && ReferenceEquals(raw.Transport, http.Features.Get<IConnectionTransportFeature>()?.Transport)
        && HttpProtocol.IsHttp11(http.Request.Protocol)
            ? raw.Socket
            : null;

    /// <summary>The connection middleware that has to come first.</summary>
    public static ConnectionDelegate Note(ConnectionDelegate next) => connection =>
    {
        if (connection.Features.Get<IConnectionSocketFeature>() is { Socket: var socket }) connection.Features.Set(new RawTransport(connection.Transport, socket));
        return next(connection);
    };

    private sealed record RawTransport(IDuplexPipe Transport, Socket Socket);
}
