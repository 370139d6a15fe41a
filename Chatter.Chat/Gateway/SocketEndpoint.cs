using System.IO.Pipelines;
using System.Net.Sockets;
using Chatter.Chat.Broadcasting;
using Chatter.Chat.Settings;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Gateway;

/// <summary>
/// <c>GET /ws</c>: who may open a socket, and the opening handshake (RFC 6455 §4.2; over HTTP/2 RFC 8441). No extension is negotiated.
/// </summary>
internal sealed class SocketEndpoint(
    FrameDispatcher.Services services, SocketAdmission admission, IOptions<LimitsSettings> limits, IOptions<SocketSettings> settings,
    TimeProvider time, ILogger<SocketConnection> logger)
{
    // Waiting for bytes holds no buffer.
    private static readonly StreamPipeReaderOptions Reading = new(leaveOpen: true, useZeroByteReads: true);

    public async Task Handle(HttpContext http)
    {
        if (!IsHandshake(http, out var accept))
        {
            http.Response.Headers.Connection = "Upgrade";
            http.Response.Headers.Upgrade = "websocket";
            http.Response.Headers.SecWebSocketVersion = Handshake.Version;
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            await http.Response.WriteAsync("This address speaks WebSocket, version 13 (RFC 6455).\n", http.RequestAborted);
            return;
        }
        var (session, refusal) = await Callers.Identify(http, services.Sessions);
        if (refusal is not null)
        {
            services.Metrics.SocketRefused(refusal.Code);
            await Problems.Write(http, refusal);
            return;
        }
        using var place = admission.Enter(http.Connection.RemoteIpAddress, out refusal);
        if (place is null)
        {
            await Problems.Write(http, refusal!);
            return;
        }
        var raw = DirectSockets.Of(http);
        var wire = await Accept(http, accept);
        // Only at the very address that programs use: another spelling of it would leave every later socket of the listener on the longer way.
        if (raw is not null && http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget == Handshake.Target) raw.Listener.Prove();
        services.Metrics.SocketOpened(raw: false);
        var socket = http.Features.Get<IConnectionSocketFeature>()?.Socket;
        await Serve(new Way(PipeReader.Create(wire, Reading), new StreamWire(wire), raw is null ? null : new DirectWire(raw.Socket), socket, http.Abort, http.RequestAborted), session, place);
    }

    /// <summary>Serves an open socket until it is closed.</summary>
    /// <param name="way">Its bytes' way.</param>
    /// <param name="session">Whose it is, where the handshake said so.</param>
    /// <param name="place">Its place; the caller gives it back.</param>
    public async Task Serve(Way way, Session? session, SocketAdmission.SocketPlace place)
    {
        var socket = new OutboundSocket(way.Outgoing, way.Direct, way.Abort, settings.Value.AnswerBuffer)
        {
            Loop = services.Broadcaster.NextLoop(),
            Greeted = place.Greeted,
        };
        // What the kernel holds for a client that doesn't read is bounded, too.
        if (way.Socket is { } raw) raw.SendBufferSize = settings.Value.SendBuffer;
        place.Open(socket);
        using var connection = new SocketConnection(socket, way.Incoming, session, services, limits.Value, time, logger);
        await connection.Run(way.Aborted);
    }

    private static async Task<Stream> Accept(HttpContext http, string? accept)
    {
        // A slow reader is our own matter (stuck sockets are closed), not Kestrel's.
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
        var headers = http.Response.Headers;
        if (http.Request.Headers.SecWebSocketProtocol.SelectMany(static value => value?.Split(',', StringSplitOptions.TrimEntries) ?? []).Contains(Handshake.SubProtocol))
            headers.SecWebSocketProtocol = Handshake.SubProtocol;
        if (accept is null) return await http.Features.GetRequiredFeature<IHttpExtendedConnectFeature>().AcceptAsync();
        headers.Upgrade = "websocket";
        headers.Connection = "Upgrade";
        headers.SecWebSocketAccept = accept;
        return await http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
    }

    /// <param name="http">The request.</param>
    /// <param name="accept">The answer to the client's key; null over HTTP/2, which has none.</param>
    private static bool IsHandshake(HttpContext http, out string? accept)
    {
        accept = null;
        var headers = http.Request.Headers;
        if (headers.SecWebSocketVersion != Handshake.Version) return false;
        if (http.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
            return string.Equals(connect.Protocol, "websocket", StringComparison.OrdinalIgnoreCase);
        if (http.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true }) return false;
        if (!HttpMethods.IsGet(http.Request.Method) || !headers.Upgrade.Any(static value => string.Equals(value, "websocket", StringComparison.OrdinalIgnoreCase))) return false;
        accept = Handshake.Accept(headers.SecWebSocketKey.ToString());
        return accept is not null;
    }

    /// <summary>How bytes come and go.</summary>
    /// <param name="Incoming">Where they come from.</param>
    /// <param name="Outgoing">Where they go.</param>
    /// <param name="Direct">The shorter way there, where it is proved to be one.</param>
    /// <param name="Socket">The socket under it all, where there is one.</param>
    /// <param name="Abort">Resets the connection.</param>
    /// <param name="Aborted">The connection broke.</param>
    internal readonly record struct Way(PipeReader Incoming, IWire Outgoing, DirectWire? Direct, Socket? Socket, Action Abort, CancellationToken Aborted);
}
