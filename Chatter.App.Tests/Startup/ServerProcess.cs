using System.Diagnostics;
using System.Text;
using Xunit;

namespace Chatter.App.Tests.Startup;

/// <summary>The program itself, in a process of its own and a folder of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private bool _disposed;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(string folder, string[] arguments, (string Name, string Value)[] environment, string? program = null)
    {
        var start = new ProcessStartInfo("dotnet", [program ?? Environment.GetEnvironmentVariable("CHATTER_APP") ?? Path.Combine(AppContext.BaseDirectory, "Chatter.App.dll"), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var inherited in start.Environment.Keys.Where(static name => name.StartsWith("ASPNETCORE_", StringComparison.Ordinal) || name.StartsWith("Chatter__", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(inherited);
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Testing";
        start.Environment["Chatter__DataPath"] = Path.Combine(folder, "data");
        foreach (var (name, value) in environment) start.Environment[name] = value;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => _address.Task.Result;

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    public string Output => Kept(_output);

    public string Errors => Kept(_errors);

    /// <summary>A server that listens, on a port of the system's choice unless the arguments say otherwise.</summary>
    public static Task<ServerProcess> Start(string folder, string[]? arguments = null, params (string Name, string Value)[] environment) =>
        new ServerProcess(folder, arguments ?? ["--urls", "http://127.0.0.1:0"], environment).Listening();

    /// <summary>Another program that says where it listens.</summary>
    public static Task<ServerProcess> StartOther(string program, string folder) => new ServerProcess(folder, ["--urls", "http://127.0.0.1:0"], [], program).Listening();

    /// <summary>Runs one until it ends, or has said that.</summary>
    /// <returns>The exit code; null where it went on.</returns>
    public static async Task<(int? ExitCode, string Errors, string Output)> RunUntil(string folder, string said, params (string Name, string Value)[] environment)
    {
        await using var server = new ServerProcess(folder, ["--urls", "http://127.0.0.1:0"], environment);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!server.HasEnded && !server.Output.Contains(said, StringComparison.Ordinal)) await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        return (server.HasEnded ? await server.End() : null, server.Errors, server.Output);
    }

    /// <summary>A server that is starting.</summary>
    public static ServerProcess Launch(string folder, params (string Name, string Value)[] environment) => Launch(folder, ["--urls", "http://127.0.0.1:0"], environment);

    public static ServerProcess Launch(string folder, string[] arguments, params (string Name, string Value)[] environment) => new(folder, arguments, environment);

    /// <summary>Runs one that isn't expected to start.</summary>
    public static async Task<(int ExitCode, string Errors, string Output)> RunToEnd(string folder, string[]? arguments = null, params (string Name, string Value)[] environment)
    {
        await using var server = new ServerProcess(folder, arguments ?? ["--urls", "http://127.0.0.1:0"], environment);
        return (await server.End(), server.Errors.TrimEnd(), server.Output);
    }

    /// <summary>Sends SIGTERM and waits for the end.</summary>
    public async Task<int> Terminate()
    {
        AskToStop();
        return await End();
    }

    /// <summary>Sends SIGTERM.</summary>
    public void AskToStop()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Kills it, where it still runs. A second time does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    /// <summary>Waits for the end; gives the exit code.</summary>
    public async Task<int> End()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    private async Task<ServerProcess> Listening()
    {
        var exit = _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await Task.WhenAny(_address.Task, exit).WaitAsync(Patience, TestContext.Current.CancellationToken);
        if (_address.Task.IsCompleted) return this;
        await DisposeAsync();
        throw new InvalidOperationException($"The server ended: {Output}{Errors}");
    }

    private void Keep(StringBuilder into, string? line)
    {
        if (line is null) return;
        lock (into) into.AppendLine(line);
        const string Listens = "listens on";
        if (line.TrimStart().StartsWith(Listens, StringComparison.Ordinal)) _address.TrySetResult(new Uri(line.Trim()[Listens.Length..].Split(',')[0].Trim()));
    }

    private static string Kept(StringBuilder from)
    {
        lock (from) return from.ToString();
    }
}
