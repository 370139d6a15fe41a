using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Chatter.Chat.Tests.Support;

/// <summary>
/// A real server: Kestrel on a port of the system's choice over a data folder of its own, spoken to only by HTTP and WebSocket.
/// Its limits are out of the way unless a test brings them back.
/// </summary>
internal sealed class ChatServer : IAsyncDisposable
{
    private static readonly Dictionary<string, string?> Generous = new()
    {
        ["Chatter:Accounts:PasswordLength"] = "8",
        ["Chatter:Accounts:HashesAtOnce"] = "2",
        ["Chatter:Accounts:HashesWaiting"] = "10000",
        ["Chatter:Limits:SendsPerSecond"] = "100000",
        ["Chatter:Limits:SendBurst"] = "100000",
        ["Chatter:Limits:FramesPerSecond"] = "100000",
        ["Chatter:Limits:FrameBurst"] = "100000",
        ["Chatter:Limits:SocketsPerUser"] = "10000",
        ["Chatter:Limits:SocketsPerAddress"] = "100000",
        ["Chatter:Limits:RegistrationsPerHour"] = "1000000",
        ["Chatter:Limits:LoginsPerMinute"] = "1000000",
        ["Chatter:Limits:RequestsPerSecond"] = "100000",
    };

    private readonly Dictionary<string, string?> _settings = new(Generous);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { Timeout = Patience.Call };
    private WebApplication? _app;

    private ChatServer(Action<IDictionary<string, string?>>? settings)
    {
        DataPath = Directory.CreateTempSubdirectory("chatter-test-").FullName;
        _settings["Chatter:DataPath"] = DataPath;
        settings?.Invoke(_settings);
    }

    public string DataPath { get; }

    public MovableTime Time { get; } = new();

    public ServerLog Log { get; } = new();

    /// <summary>Where it listens now; another port after <see cref="Restart"/>.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    public Uri SocketAddress => new UriBuilder(Address) { Scheme = "ws", Path = "/ws" }.Uri;

    public static async Task<ChatServer> Start(Action<IDictionary<string, string?>>? settings = null)
    {
        var server = new ChatServer(settings);
        await server.Run();
        return server;
    }

    /// <summary>Stops it as SIGTERM does, and starts it again on the same data.</summary>
    public async Task Restart()
    {
        await Stop();
        await Run();
    }

    public async Task Stop()
    {
        if (_app is not { } app) return;
        _app = null;
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }

    /// <summary>Registers somebody new; the names of different calls never collide.</summary>
    public Task<TestUser> User(string? name = null, string password = TestUser.GoodPassword) => TestUser.Register(this, name ?? Unique.Name(), password);

    public async Task<Reply> Call(HttpMethod method, string path, object? body = null, string? token = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, path));
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        request.Content = body switch
        {
            null => null,
            HttpContent content => content,
            string raw => new StringContent(raw, Encoding.UTF8, "application/json"),
            _ => new StringContent(Json.Write(body), Encoding.UTF8, "application/json"),
        };
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Reply((int)response.StatusCode, text, response.Headers, response.Content.Headers);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Stop();
        }
        finally
        {
            _http.Dispose();
            Directory.Delete(DataPath, recursive: true);
        }
    }

    private async Task Run()
    {
        // Without reloading, since each watcher of a configuration file costs one of the few inotify instances.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
            EnvironmentName = Environments.Production,
            ContentRootPath = DataPath,
        });
        builder.Logging.ClearProviders().AddProvider(Log);
        builder.Configuration.AddInMemoryCollection(_settings);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddChatter(builder.Configuration);
        // What the hash costs is the subject of other tests; here it would be most of what is waited for.
        builder.Services.Configure<PasswordHasherOptions>(static hasher => hasher.IterationCount = 1_000);
        builder.Services.AddSingleton<TimeProvider>(Time);
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapChatter();
        await app.StartAsync(TestContext.Current.CancellationToken);
        _app = app;
        Address = app.Urls.Select(static url => new Uri(url)).First(static url => url.Scheme == Uri.UriSchemeHttp && IPAddress.TryParse(url.Host, out _));
    }
}
