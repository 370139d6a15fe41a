using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Chatter.Chat.Broadcasting;
using Chatter.Chat.Storage;
using Chatter.Chat.Telemetry;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Gateway;

/// <summary>
/// Serves sockets on plain connections without the HTTP server, whose request costs more memory than all the rest of a socket. It takes over where that is
/// proved to make no difference: on a listener that has served a socket by HTTP with nothing between the server and the wire (<see cref="DirectSockets"/>),
/// for a request at the same address that is beyond doubt (<see cref="PlainHandshake"/>). All else, every refusal included, is left to the HTTP server.
/// </summary>
internal sealed class PlainSockets(IServiceProvider provider)
{
    /// <summary>How long the first bytes may take before the HTTP server, which has limits of its own, waits for them instead.</summary>
    internal static readonly TimeSpan BytesWithin = TimeSpan.FromSeconds(5);

    private readonly Lazy<Parts> _parts = new(() => new Parts(
        provider.GetRequiredService<SocketEndpoint>(), provider.GetRequiredService<SessionService>(), provider.GetRequiredService<SocketAdmission>(), provider.GetRequiredService<ChatterMetrics>(),
        provider.GetRequiredService<IOptions<HostFilteringOptions>>().Value.AllowedHosts is null or [] or ["*"]));

    /// <summary>The connection middleware; called once for each listener.</summary>
    public ConnectionDelegate Use(ConnectionDelegate next)
    {
        var listener = new PlainListener();
        return connection => Serve(connection, listener, next);
    }

    private async Task Serve(ConnectionContext connection, PlainListener listener, ConnectionDelegate next)
    {
        if (connection.Features.Get<IConnectionSocketFeature>() is { Socket: var socket })
        {
            connection.Features.Set(new RawTransport(connection.Transport, socket, listener));
            // A server that answers to some names only has to see the name.
            if (listener.IsProved && _parts.Value.AnyHost && await Take(connection) is { } taken)
            {
                using (taken.Place) await Serve(connection, socket, taken);
                return;
            }
        }
        await next(connection);
    }

    /// <summary>Looks at the first request, and takes it where it is one for a socket that may be opened. Otherwise nothing of it is consumed.</summary>
    private async ValueTask<Taken?> Take(ConnectionContext connection)
    {
        var input = connection.Transport.Input;
        ReadResult read;
        using (var patience = new CancellationTokenSource(BytesWithin))
        {
            try
            {
                read = await input.ReadAsync(patience.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // Late, or broken: both are the HTTP server's to deal with.
                return null;
            }
        }
        var handshake = read.Buffer.IsSingleSegment ? PlainHandshake.Read(read.Buffer.FirstSpan, Handshake.Target) : null;
        var taken = handshake is null ? null : await Enter(connection, handshake);
        input.AdvanceTo(taken is null ? read.Buffer.Start : read.Buffer.GetPosition(handshake!.Length));
        return taken;
    }

    private async ValueTask<Taken?> Enter(ConnectionContext connection, PlainHandshake handshake)
    {
        Session? session = null;
        try
        {
            if (handshake.Token is { } token && (session = await _parts.Value.Sessions.Authenticate(token, connection.ConnectionClosed)) is null) return null;
        }
        catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
        {
            return null;
        }
        return _parts.Value.Admission.TryEnter((connection.RemoteEndPoint as IPEndPoint)?.Address, out _) is { } place ? new Taken(handshake, session, place) : null;
    }

    private async Task Serve(ConnectionContext connection, Socket socket, Taken taken)
    {
        var (handshake, session, place) = taken;
        var accepted = await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {handshake.Accept}\r\n"
            + (handshake.OffersSubProtocol ? $"Sec-WebSocket-Protocol: {Handshake.SubProtocol}\r\n\r\n" : "\r\n")));
        if (accepted.IsCompleted) return;
        _parts.Value.Metrics.SocketOpened(raw: true);
        var outgoing = new StreamWire(connection.Transport.Output.AsStream());
        await _parts.Value.Endpoint.Serve(new SocketEndpoint.Way(connection.Transport.Input, outgoing, new DirectWire(socket), socket, connection.Abort, connection.ConnectionClosed), session, place);
    }

    private sealed record Parts(SocketEndpoint Endpoint, SessionService Sessions, SocketAdmission Admission, ChatterMetrics Metrics, bool AnyHost);

    private sealed record Taken(PlainHandshake Handshake, Session? Session, SocketAdmission.SocketPlace Place);
}

/// <summary>A listener with nothing between it and the wire, once that is proved.</summary>
internal sealed class PlainListener
{
    private volatile bool _isProved;

    /// <summary>Whether a socket was served by HTTP here, and nothing was in between.</summary>
    public bool IsProved => _isProved;

    /// <summary>Notes the proof, for as long as the process runs.</summary>
    public void Prove() => _isProved = true;
}
