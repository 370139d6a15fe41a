using System.Diagnostics;
using System.Globalization;
using Chatter.App.Tests.Faults.History;
using Chatter.App.Tests.Startup;

namespace Chatter.App.Tests.Faults.Injection;

/// <summary>The real program on one address and one data folder, through any number of deaths.</summary>
internal sealed class ServerUnderTest(string folder, IReadOnlyList<(string, string)> environment) : IAsyncDisposable
{
    private static readonly (string, string)[] NoLimits =
    [
        ("Chatter__Limits__SendsPerSecond", "1000000"), ("Chatter__Limits__SendBurst", "1000000"),
        ("Chatter__Limits__ReadMarksPerSecond", "1000000"), ("Chatter__Limits__ReadMarkBurst", "1000000"), ("Chatter__Limits__FramesPerSecond", "1000000"), ("Chatter__Limits__FrameBurst", "1000000"),
        ("Chatter__Limits__SocketsPerUser", "10000"), ("Chatter__Limits__SocketsPerAddress", "100000"), ("Chatter__Limits__RegistrationsPerHour", "100000"),
        ("Chatter__Limits__LoginsPerMinute", "10000"),
        // Small enough that slow readers and resumes read the store, and that the write-ahead log is copied and begun anew all the time.
        ("Chatter__Engine__TailEvents", "64"), ("Chatter__Engine__CheckpointFrom", "262144"),
    ];

    private readonly int _port = Condition.FreePort();
    private ServerProcess? _process;

    public Uri Address => new($"http://127.0.0.1:{_port}");

    public string Database => Path.Combine(folder, "data", "chatter.db");

    /// <summary>What it said on standard error, of the process that runs or ran last.</summary>
    public string Errors => _process?.Errors ?? "";

    public string Output => _process?.Output ?? "";

    public int Id => Process.Id;

    private string[] Arguments => ["--urls", Address.ToString()];

    private ServerProcess Process => _process ?? throw new InvalidOperationException("The server isn't started.");

    public async Task Start(params (string, string)[] more) =>
        _process = await ServerProcess.Start(folder, Arguments, [.. NoLimits, .. environment, .. more]);

    /// <summary>Starts it, tells it to stop in the midst of that, and waits for its end.</summary>
    public async Task StartAndStop(TimeSpan after)
    {
        _process = ServerProcess.Launch(folder, Arguments, [.. NoLimits, .. environment]);
        await Task.Delay(after);
        await Signal("TERM");
        await Ended();
    }

    /// <summary>SIGKILL.</summary>
    public async Task Kill()
    {
        await Process.DisposeAsync();
        _process = null;
    }

    /// <summary>Waits for it to end by itself.</summary>
    public async Task<int> Ended()
    {
        var code = await Process.End();
        await Process.DisposeAsync();
        return code;
    }

    /// <summary>What the running process holds.</summary>
    public Resources Resources()
    {
        var status = File.ReadAllLines($"/proc/{Id}/status").Select(static line => line.Split(':', StringSplitOptions.TrimEntries)).ToDictionary(static line => line[0], static line => line[1]);
        return new Resources(
            Directory.GetFiles($"/proc/{Id}/fd").Length, int.Parse(status["Threads"], CultureInfo.InvariantCulture),
            long.Parse(status["RssAnon"].Split(' ')[0], CultureInfo.InvariantCulture) * 1_024, new FileInfo(Database + "-wal") is { Exists: true } log ? log.Length : 0);
    }

    public bool HasEnded => Process.HasEnded;

    /// <summary>SIGSTOP, SIGCONT, SIGTERM …</summary>
    public Task Signal(string name) => Run("kill", $"-{name}", Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Changes a limit of the running process, as <c>nofile</c>.</summary>
    public Task Limit(string what, string value) => Run("prlimit", "--pid", Id.ToString(CultureInfo.InvariantCulture), $"--{what}={value}");

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
    }

    private static async Task Run(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new ProcessStartInfo(program, arguments)) ?? throw new InvalidOperationException($"{program} doesn't start.");
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
