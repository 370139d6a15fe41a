using Chatter.Chat.Broadcasting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chatter.Chat.Users;

/// <summary>Writes in the background what sessions need written, so that authenticating never waits for the store: their uses, and when somebody's last socket closed, many in one commit.</summary>
internal sealed partial class SessionUpkeep(SessionService sessions, Connections connections, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<SessionUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan DeleteEvery = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        connections.LastClosed += Saw;
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        connections.LastClosed -= Saw;
        try
        {
            await Try(sessions.SaveSeen, cancellationToken);
        }
        catch (OperationCanceledException e)
        {
            // The host has run out of patience. What isn't written down is a minute or two of when sessions were used, and no reason to end with an error.
            Log.Failed(logger, e);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        var deleteAt = DateTimeOffset.MinValue;
        try
        {
            // Once it serves: the first use of the model builds it, for about a second, which neither the start nor the first login should have to wait for.
            await Started(stoppingToken);
            do
            {
                await Try(sessions.SaveSeen, stoppingToken);
                if (time.GetUtcNow() < deleteAt) continue;
                deleteAt = time.GetUtcNow() + DeleteEvery;
                await Try(sessions.DeleteEnded, stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping; what is left is written by StopAsync.
        }
    }

    private void Saw(OutboundSocket last) => sessions.Saw(last.SessionId);

    private async Task Started(CancellationToken cancel)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancel);
    }

    /// <summary>A store that fails is tried again at the next tick, when it may have recovered; nobody is logged out by that.</summary>
    private async Task Try(Func<CancellationToken, Task> work, CancellationToken cancel)
    {
        try
        {
            await work(cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.Failed(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The use of sessions could not be written down; it is tried again")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
