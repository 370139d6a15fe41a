using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Chatter.Bench;

/// <summary>The program as a process of its own, with its limits out of the way.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(120) };
    private readonly string _program;
    private Process? _process;

    public ServerProcess(string data)
    {
        Data = data;
        Port = FreePort();
        _http.BaseAddress = new Uri($"http://127.0.0.1:{Port}");
        _program = Repository.PathTo("Chatter.App", "bin", "Release", "net10.0", "Chatter.App.dll");
        if (!File.Exists(_program)) throw new FileNotFoundException("Build the server first: dotnet build -c Release Chatter.App", _program);
    }

    public int Port { get; }

    public string Data { get; }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> Start()
    {
        var since = Stopwatch.GetTimestamp();
        var start = new ProcessStartInfo("dotnet", [_program, "--urls", $"http://127.0.0.1:{Port}"])
        {
            WorkingDirectory = Path.GetDirectoryName(_program),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Staging",
            ["Chatter__DataPath"] = Data,
            ["Chatter__Accounts__PasswordLength"] = "8",
            ["Chatter__Limits__SendsPerSecond"] = "1000000",
            ["Chatter__Limits__SendBurst"] = "1000000",
            ["Chatter__Limits__ReadMarksPerSecond"] = "1000000",
            ["Chatter__Limits__ReadMarkBurst"] = "1000000",
            ["Chatter__Limits__FramesPerSecond"] = "1000000",
            ["Chatter__Limits__FrameBurst"] = "1000000",
            ["Chatter__Limits__SocketsPerUser"] = "1000000",
            ["Chatter__Limits__SocketsPerAddress"] = "1000000",
            ["Chatter__Limits__ConnectionsPerAddress"] = "1000000",
            ["Chatter__Limits__BytesPerSecond"] = "268435456",
            ["Chatter__Limits__RequestsPerSecond"] = "1000000",
            ["Chatter__Limits__RequestBurst"] = "1000000",
            ["Chatter__Limits__RequestsPerAddress"] = "1000000",
            ["Chatter__Limits__RegistrationsPerHour"] = "1000000",
            ["Chatter__Limits__LoginsPerMinute"] = "1000000",
        }) start.Environment[key] = value;
        _process = Process.Start(start) ?? throw new InvalidOperationException("The server did not start.");
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, line) =>
        {
            if (line.Data is not null) Console.Error.WriteLine(line.Data);
        };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        while (true)
        {
            if (_process.HasExited) throw new InvalidOperationException($"The server ended with exit code {_process.ExitCode}.");
            try
            {
                using var answer = await _http.GetAsync(new Uri("/health/ready", UriKind.Relative));
                if (answer.IsSuccessStatusCode) return Stopwatch.GetElapsedTime(since);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(10); // It doesn't listen yet.
            }
        }
    }

    /// <summary>Runs one of the program's commands to its end.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> Command(params string[] words)
    {
        var since = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo("dotnet", [_program, .. words]) { WorkingDirectory = Path.GetDirectoryName(_program), RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("The program did not start.");
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? Stopwatch.GetElapsedTime(since) : throw new InvalidOperationException($"{string.Join(' ', words)} ended with {process.ExitCode}: {said}");
    }

    public void Kill()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }

    /// <summary>Seconds of processor time since its start.</summary>
    public double CpuSeconds
    {
        get
        {
            _process!.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Memory of its own that is in use, in MiB: resident, without files that are mapped (the database is, by several connections).</summary>
    public double MemoryMiB => StatusMiB(_process!.Id, "RssAnon:");

    /// <summary>Memory that is resident, in MiB, files that are mapped included.</summary>
    public double ResidentMiB => StatusMiB(_process!.Id, "VmRSS:");

    /// <summary>A line of what the kernel says of a process, in MiB.</summary>
    public static double StatusMiB(int process, string kind)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(kind, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(kind.Length).Trim().TrimEnd("kB"), CultureInfo.InvariantCulture) / 1_024.0;
    }

    /// <summary>A port that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async Task<JsonElement> Call(HttpMethod method, string path, object? body, string? token)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null) request.Content = JsonContent.Create(body);
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new HttpRequestException(string.Create(CultureInfo.InvariantCulture, $"{method} {path}: {(int)answer.StatusCode} {text}"));
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    /// <summary>Registers somebody.</summary>
    /// <returns>His token.</returns>
    public async Task<string> Register(string name) =>
        (await Call(HttpMethod.Post, "/api/register", new { name, password = "a long enough pass phrase" }, null)).GetProperty("token").GetString()!;

    /// <summary>Creates a room.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> CreateRoom(string name, string token) => (await Call(HttpMethod.Post, "/api/rooms", new { name }, token)).GetProperty("id").GetString()!;

    public void Dispose()
    {
        Kill();
        _http.Dispose();
    }
}
