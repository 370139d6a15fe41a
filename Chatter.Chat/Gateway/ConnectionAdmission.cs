using System.Net;
using Chatter.Chat.Settings;
using Chatter.Chat.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Gateway;

/// <summary>
/// Bounds the network connections in all and of each address, before a byte of them is read: those that send nothing, and those that keep alive what
/// they don't use, cost memory too. One too many is closed without an answer. A listed proxy's connections are many callers', so they count in all only.
/// </summary>
internal sealed class ConnectionAdmission : IConfigureOptions<KestrelServerOptions>
{
    private readonly Places _places;
    private readonly SocketSettings _sockets;
    private readonly ChatterMetrics _metrics;
    private readonly PlainSockets _plain;
    private readonly Proxies _proxies;

    public ConnectionAdmission(IOptions<LimitsSettings> limits, IOptions<SocketSettings> sockets, Proxies proxies, ChatterMetrics metrics, IServiceProvider provider)
    {
        _proxies = proxies;
        _plain = new PlainSockets(provider);
        // Whoever allows more sockets means their connections, too.
        _places = new Places(limits.Value.Sockets + limits.Value.Connections, limits.Value.SocketsPerAddress + limits.Value.ConnectionsPerAddress);
        (_sockets, _metrics) = (sockets.Value, metrics);
        metrics.ObserveConnections(() => _places.Count);
    }

    /// <summary>All that is done to every connection stands here: what is configured for all endpoints a second time replaces the first.</summary>
    public void Configure(KestrelServerOptions options) => options.ConfigureEndpointDefaults(listen =>
    {
        listen.Use(next => connection => Serve(connection, next));
        if (_sockets.Direct) listen.Use(_plain.Use);
    });

    private Task Serve(ConnectionContext connection, ConnectionDelegate next)
    {
        var peer = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        var place = _places.Enter(_proxies.Contains(peer) ? null : peer, out var addressIsFull);
        if (place is not null) return Hold(place, connection, next);
        _metrics.LimitHit(addressIsFull ? nameof(LimitsSettings.ConnectionsPerAddress) : nameof(LimitsSettings.Connections));
        connection.Abort();
        return Task.CompletedTask;
    }

    private static async Task Hold(IDisposable place, ConnectionContext connection, ConnectionDelegate next)
    {
        using (place) await next(connection);
    }
}
