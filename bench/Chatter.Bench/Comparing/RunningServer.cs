using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Chatter.Bench.Comparing;

/// <summary>A contestant's server as a process that listens.</summary>
internal abstract class RunningServer : IDisposable
{
    public abstract int Port { get; }

    public abstract Dialect Dialect { get; }

    /// <summary>Seconds of processor time since its start, its own and the kernel's for it.</summary>
    public abstract double CpuSeconds { get; }

    /// <summary>Memory that is resident, in MiB.</summary>
    public abstract double ResidentMiB { get; }

    /// <summary>Looks at what the server kept of what was said.</summary>
    /// <returns>What is wrong with it.</returns>
    public virtual Task<IReadOnlyList<string>> Verify(IReadOnlyList<long> saidIn) => Task.FromResult<IReadOnlyList<string>>([]);

    public abstract void Dispose();
}

/// <summary>A server that is a program with a port as its last argument, and keeps nothing.</summary>
internal sealed class PeerServer : RunningServer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;

    private PeerServer(Process process, int port, Dialect dialect) => (_process, Port, Dialect) = (process, port, dialect);

    public override int Port { get; }

    public override Dialect Dialect { get; }

    public override double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    public override double ResidentMiB => ServerProcess.StatusMiB(_process.Id, "VmRSS:");

    /// <summary>Starts it and waits until it listens.</summary>
    public static async Task<RunningServer> Start(Dialect dialect, string program, params string[] arguments)
    {
        var port = ServerProcess.FreePort();
        var start = new ProcessStartInfo(program, [.. arguments, port.ToString(CultureInfo.InvariantCulture)]);
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var server = new PeerServer(process, port, dialect);
        for (var since = Stopwatch.GetTimestamp(); ; await Task.Delay(20))
        {
            if (process.HasExited) throw new InvalidOperationException($"{program} ended with exit code {process.ExitCode}.");
            if (await Listens(port)) return server;
            if (Stopwatch.GetElapsedTime(since) < Patience) continue;
            server.Dispose();
            throw new TimeoutException($"{program} doesn't listen.");
        }
    }

    public override void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<bool> Listens(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
