using Chatter.Chat.Broadcasting;
using Chatter.Chat.RoomLog;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Chatter.Chat.Gateway;

/// <summary>The two questions that an orchestrator asks.</summary>
internal static class Health
{
    /// <summary>Would a restart help?</summary>
    public const string Live = "live";

    /// <summary>Should it get traffic?</summary>
    public const string Ready = "ready";
}

/// <summary>Live: the dispatch loops turn.</summary>
internal sealed class LoopsCheck(Broadcaster broadcaster) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(broadcaster.IsAlive ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("A dispatch loop has stalled."));
}

/// <summary>Ready: the last transaction went through, none hangs, and the writer isn't behind.</summary>
internal sealed class StoreCheck(EventWriter writer) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        !writer.IsHealthy ? HealthCheckResult.Unhealthy("The store failed or hangs.")
        : writer.IsBehind ? HealthCheckResult.Unhealthy("Writes have waited for more than a second.")
        : HealthCheckResult.Healthy());
}
