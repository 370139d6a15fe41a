using System.IO.Pipelines;
using System.Net.Sockets;
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
    /// <summary>The connection as it came off the wire, where that may be written to.</summary>
    public static RawTransport? Of(HttpContext http) =>
        http.Features.Get<RawTransport>() is { } raw
        && ReferenceEquals(raw.Transport, http.Features.Get<IConnectionTransportFeature>()?.Transport)
        && HttpProtocol.IsHttp11(http.Request.Protocol)
            ? raw
            : null;
}

/// <summary>A connection as it came off the wire: a feature that the first connection middleware leaves (<see cref="PlainSockets"/>).</summary>
internal sealed record RawTransport(IDuplexPipe Transport, Socket Socket, PlainListener Listener);
