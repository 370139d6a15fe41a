using System.Text;
using Chatter.Chat.Settings;

namespace Chatter.App.Session;

/// <summary>
/// The unix socket by which the pages' own clients reach this host: whatever address, TLS or proxy the browser sees, and without counting as one address.
/// Who opens it still has to show a token.
/// </summary>
internal sealed class PrivateListener : IHostedService
{
    // sun_path holds 108 bytes on Linux and 104 elsewhere, its ending NUL included.
    private const int LongestPath = 100;
    private const string DefaultUrl = "http://localhost:8080";
    private const string ProductionUrl = "http://*:8080";

    private readonly DirectoryInfo? _folder;

    public PrivateListener(string dataPath)
    {
        var full = System.IO.Path.GetFullPath(System.IO.Path.Combine(dataPath, "chatter.sock"));
        if (Encoding.UTF8.GetByteCount(full) <= LongestPath)
        {
            Path = full;
            return;
        }
        // A folder of its own, that nobody else may enter: a name that can be told beforehand could be taken by others.
        _folder = Directory.CreateTempSubdirectory("chatter-");
        Path = System.IO.Path.Combine(_folder.FullName, "chatter.sock");
    }

    public string Path { get; }

    /// <summary>Listens on the addresses configured, or the default, and on the socket beside them.</summary>
    public static void Add(WebApplicationBuilder builder)
    {
        var settings = builder.Configuration.GetSection(ServerSettings.Section).Get<ServerSettings>() ?? new ServerSettings();
        var listener = new PrivateListener(System.IO.Path.Combine(builder.Environment.ContentRootPath, settings.DataPath));
        builder.Services.AddSingleton(listener);
        builder.Services.AddHostedService(static provider => provider.GetRequiredService<PrivateListener>());
        // Kestrel takes its endpoints from one source only: from its own section if there is one, else from the addresses.
        if (builder.Configuration.GetSection("Kestrel:Endpoints").Exists()) builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(listener.Path));
        else builder.WebHost.UseUrls([.. Urls(builder), "http://unix:" + listener.Path]);
    }

    private static IEnumerable<string> Urls(WebApplicationBuilder builder)
    {
        if (builder.Configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } urls) return urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var ports = Ports(WebHostDefaults.HttpPortsKey, "http").Concat(Ports(WebHostDefaults.HttpsPortsKey, "https")).ToList();
        return ports.Count > 0 ? ports : [builder.Environment.IsProduction() ? ProductionUrl : DefaultUrl];

        IEnumerable<string> Ports(string key, string scheme) =>
            (builder.Configuration[key] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(port => $"{scheme}://*:{port}");
    }

    /// <summary>A process that was killed leaves its socket behind. The data folder is ours by now, so nobody listens on it.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        File.Delete(Path);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        if (_folder is not null && Directory.Exists(_folder.FullName)) _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }
}
