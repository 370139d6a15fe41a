using Chatter.Chat.Users;
using Microsoft.AspNetCore.SignalR;

namespace Chatter.App.Circuits;

/// <summary>
/// Sees each call of a browser before the framework does: counts the circuits that are started, and sets the pace. A connection's calls are taken one after the
/// other, so one that waits holds those behind it on the wire, and nothing piles up here.
/// </summary>
internal sealed class CircuitFilter(KnownCircuits circuits, TimeProvider time) : IHubFilter
{
    /// <summary>Calls that may come at once: more than a page makes when it is opened, or comes back.</summary>
    public const int Burst = 1_000;

    /// <summary>Calls a second that a page may make for ever: more than anybody types, scrolls and clicks.</summary>
    public const int PerSecond = 200;

    /// <summary>The framework's names of what makes a circuit and answers with its secret.</summary>
    private static readonly string[] Starting = ["StartCircuit", "ResumeCircuit"];

    private const string Connecting = "ConnectCircuit";

    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        if (Pace(invocationContext.Context).Wait() is { Ticks: > 0 } wait) await Task.Delay(wait, time, invocationContext.Context.ConnectionAborted);
        if (Starting.Contains(invocationContext.HubMethodName)) return await Start(invocationContext, next);
        var answer = await next(invocationContext);
        if (invocationContext is { HubMethodName: Connecting, HubMethodArguments: [string secret, ..], Context: { User: { } user } connection } && answer is true)
            circuits.Connect(user.UserId(), secret, connection.Abort);
        return answer;
    }

    private async ValueTask<object?> Start(HubInvocationContext call, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        // The door lets nobody else in; without it nothing may start either.
        if (call.Context.User is not { Identity.IsAuthenticated: true } user) throw new HubException("Log in first.");
        var circuit = circuits.Begin(user.UserId(), user);
        try
        {
            circuit.Secret = await next(call) as string;
            circuit.Abort = call.Context.Abort;
        }
        finally
        {
            if (circuit.Secret is null) circuits.Remove(circuit);
        }
        return circuit.Secret;
    }

    private CallPace Pace(HubCallerContext connection)
    {
        if (connection.Items.TryGetValue(typeof(CallPace), out var known)) return (CallPace)known!;
        var pace = new CallPace(time);
        connection.Items[typeof(CallPace)] = pace;
        return pace;
    }

    /// <summary>A bucket of calls. Not thread-safe: a connection's calls come one after the other.</summary>
    internal sealed class CallPace(TimeProvider time)
    {
        private double _left = Burst;
        private long _at = time.GetTimestamp();

        /// <summary>Takes a call.</summary>
        /// <returns>How long it has to wait.</returns>
        public TimeSpan Wait()
        {
            var now = time.GetTimestamp();
            _left = Math.Min(Burst, _left + (time.GetElapsedTime(_at, now).TotalSeconds * PerSecond)) - 1;
            _at = now;
            return _left >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_left / PerSecond);
        }
    }
}
