using Chatter.Chat.Broadcasting;
using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Gateway;

/// <summary>
/// Empties a stopping server: no new sockets, <c>goodbye</c> with a spread time to come back, then close with 1012. Who hasn't said <c>hello</c> yet, or says
/// it now, is closed, too. Kestrel tells upgraded connections nothing when it stops and would only wait for them, so this runs before it, in
/// <see cref="IHostApplicationLifetime.ApplicationStopping"/>.
/// </summary>
internal sealed class Drain : IHostedService
{
    private const int SpreadPerThousand = 1_000;
    private const int LongestSpread = 10_000;

    private readonly Connections _connections;
    private readonly Broadcaster _broadcaster;
    private readonly SocketAdmission _admission;
    private readonly SocketSettings _settings;

    public Drain(Connections connections, Broadcaster broadcaster, SocketAdmission admission, IOptions<SocketSettings> settings, IHostApplicationLifetime lifetime)
    {
        (_connections, _broadcaster, _admission, _settings) = (connections, broadcaster, admission, settings.Value);
        lifetime.ApplicationStopping.Register(Empty);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Empty()
    {
        _admission.Close();
        var spread = Math.Clamp(_connections.Count * SpreadPerThousand / 1_000, 100, LongestSpread);
        // Callbacks of ApplicationStopping are waited for, and the server stops after them.
        Task.WhenAll(_broadcaster.Loops.Select(loop => loop.Drain(Farewell))).Wait(_settings.DrainWithin);

        void Farewell(OutboundSocket socket)
        {
            // The close frame follows at once; a client that sees `goodbye` first knows when to come back. Before `welcome` nothing may be said.
            if (socket.State.Welcomed) socket.Post(new GoodbyeFrame(CloseCodes.Restart, Random.Shared.Next(spread), (int)_settings.DrainWithin.TotalMilliseconds));
            socket.Close(CloseCodes.Restart, "The server restarts.");
        }
    }
}
