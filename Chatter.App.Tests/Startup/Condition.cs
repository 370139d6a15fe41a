using System.Net;
using System.Net.Sockets;

namespace Chatter.App.Tests.Startup;

/// <summary>What tests of real processes wait for and need.</summary>
internal static class Condition
{
    /// <summary>Waits for a condition, up to a minute.</summary>
    /// <exception cref="OperationCanceledException">It didn't come.</exception>
    public static async Task Until(Func<bool> condition, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition()) await timer.WaitForNextTickAsync(limit.Token);
    }

    /// <summary>A port that was free just now, for a server that has to come back on the same one.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
