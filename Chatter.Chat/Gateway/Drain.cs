using System.Diagnostics;
using Chatter.Chat.Broadcasting;
using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Settings;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Gateway;

/// <summary>
/// Empties a stopping server: no new sockets, <c>goodbye</c> with a spread time to come back, answers to all that was accepted, then close with 1012. Who
/// hasn't said <c>hello</c> yet, or says it now, is closed, too. Kestrel tells upgraded connections nothing when it stops and would only wait for them,
/// so this runs before it, in <see cref="IHostApplicationLifetime.ApplicationStopping"/>.
/// </summary>
internal sealed class Drain : IHostedService
{
    private const int SpreadPerThousand = 1_000;
    private const int LongestSpread = 10_000;

    private readonly Connections _connections;
    private readonly Broadcaster _broadcaster;
    private readonly EventWriter _writer;
    private readonly SocketAdmission _admission;
    private readonly SocketSettings _settings;
    private readonly ChatterMetrics _metrics;
    private volatile bool _started;

    public Drain(
        Connections connections, Broadcaster broadcaster, EventWriter writer, SocketAdmission admission, IOptions<SocketSettings> settings, ChatterMetrics metrics,
        IHostApplicationLifetime lifetime)
    {
        (_connections, _broadcaster, _writer, _admission, _settings, _metrics) = (connections, broadcaster, writer, admission, settings.Value, metrics);
        lifetime.ApplicationStopping.Register(Empty);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _started = true;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Empty()
    {
        _admission.Close();
        // Told to stop while it starts: the loops and the writer may not run yet, and there are no sockets.
        if (!_started) return;
        var since = Stopwatch.GetTimestamp();
        // Callbacks of ApplicationStopping are waited for, and the server stops after them.
        Empty(since).Wait(_settings.DrainWithin);
        _metrics.Drained(since);
    }

    private async Task Empty(long since)
    {
        var spread = Math.Clamp(_connections.Count * SpreadPerThousand / 1_000, 100, LongestSpread);
        await Task.WhenAll(_broadcaster.Loops.Select(loop => Told(loop, SayGoodbye)));
        // Operations are answered in their order, so behind this one nobody waits for an answer any more.
        var left = _settings.DrainWithin / 2 - Stopwatch.GetElapsedTime(since);
        if (left > TimeSpan.Zero) await Task.WhenAny(_writer.Do(new Nothing()), Task.Delay(left));
        await Task.WhenAll(_broadcaster.Loops.Select(static loop => loop.Drain(static socket => socket.Close(CloseCodes.Restart, "The server restarts."))));

        void SayGoodbye(OutboundSocket socket)
        {
            // The close frame follows soon; a client that sees `goodbye` first knows when to come back. Before `welcome` nothing may be said.
            if (socket.State.Welcomed) socket.Post(new GoodbyeFrame(CloseCodes.Restart, Random.Shared.Next(spread), (int)_settings.DrainWithin.TotalMilliseconds));
            socket.Leave();
        }
    }

    /// <summary>Has a loop say something to all its sockets, and to those that still come; completes when it is said.</summary>
    private static Task Told(DispatchLoop loop, Action<OutboundSocket> farewell)
    {
        _ = loop.Drain(farewell);
        var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Do(said.SetResult);
        return said.Task;
    }

    private sealed class Nothing : WriteOperation<bool>
    {
        protected override Outcome<bool> Decide(WriteBatch batch) => true;
    }
}
