using System.Security.Cryptography;
using System.Text;
using Chatter.Chat.Broadcasting;
using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Users;
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
    FrameDispatcher.Services services, SocketAdmission admission, Origins origins, IOptions<LimitsSettings> limits, IOptions<SocketSettings> settings,
    TimeProvider time, ILogger<SocketConnection> logger)
{
    private const string SubProtocol = "chatter.v1.json";

    // RFC 6455 §1.3.
    private const string HandshakeGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    public async Task Handle(HttpContext http)
    {
        if (!IsHandshake(http, out var accept))
        {
            http.Response.Headers.Connection = "Upgrade";
            http.Response.Headers.Upgrade = "websocket";
            http.Response.Headers.SecWebSocketVersion = "13";
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            await http.Response.WriteAsync("This address speaks WebSocket, version 13 (RFC 6455).\n", http.RequestAborted);
            return;
        }
        if (origins.IsForeign(http.Request))
        {
            services.Metrics.SocketRefused("origin");
            await Problems.Write(http, new Refusal(ErrorCodes.Origin, "This page may not open a socket with the browser's cookie. Its origin has to be in Chatter:AllowedOrigins."));
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
        await Serve(http, session, place, await Accept(http, accept));
    }

    private async Task Serve(HttpContext http, Session? session, SocketAdmission.SocketPlace place, Stream wire)
    {
        var direct = DirectSockets.Of(http) is { } raw ? new DirectWire(raw) : null;
        var socket = new OutboundSocket(new StreamWire(wire), direct, http.Abort, settings.Value.AnswerBuffer)
        {
            Loop = services.Broadcaster.NextLoop(),
            Greeted = place.Greeted,
        };
        place.Open(socket);
        using var connection = new SocketConnection(socket, wire, session, services, limits.Value, time, logger);
        await connection.Run(http.RequestAborted);
    }

    private async Task<Stream> Accept(HttpContext http, string? accept)
    {
        // A slow reader is our own matter (stuck sockets are closed), not Kestrel's.
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
        // What the kernel holds for a client that doesn't read is bounded, too.
        if (http.Features.Get<Microsoft.AspNetCore.Connections.Features.IConnectionSocketFeature>() is { } raw) raw.Socket.SendBufferSize = settings.Value.SendBuffer;
        var headers = http.Response.Headers;
        if (http.Request.Headers.SecWebSocketProtocol.SelectMany(static value => value?.Split(',', StringSplitOptions.TrimEntries) ?? []).Contains(SubProtocol))
            headers.SecWebSocketProtocol = SubProtocol;
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
        if (headers.SecWebSocketVersion != "13") return false;
        if (http.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
            return string.Equals(connect.Protocol, "websocket", StringComparison.OrdinalIgnoreCase);
        if (http.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true }) return false;
        if (!HttpMethods.IsGet(http.Request.Method) || !headers.Upgrade.Any(static value => string.Equals(value, "websocket", StringComparison.OrdinalIgnoreCase))) return false;
        var key = headers.SecWebSocketKey.ToString();
        Span<byte> bytes = stackalloc byte[24];
        if (key.Length != 24 || !Convert.TryFromBase64String(key, bytes, out var length) || length != 16) return false;
#pragma warning disable CA5350 // RFC 6455 §4.2.2: a proof of having read the request, not a secret.
        accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + HandshakeGuid)));
#pragma warning restore CA5350
        return true;
    }
}
