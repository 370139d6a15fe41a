using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Server.Kestrel.Core;
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
    private const string CertificateName = "CN=chatter-tests";

    private static readonly Dictionary<string, string?> Generous = new()
    {
        ["Chatter:Accounts:PasswordLength"] = "8",
        ["Chatter:Accounts:HashesAtOnce"] = "2",
        ["Chatter:Accounts:HashesWaiting"] = "10000",
        ["Chatter:Limits:SendsPerSecond"] = "100000",
        ["Chatter:Limits:SendBurst"] = "100000",
        ["Chatter:Limits:ReadMarksPerSecond"] = "100000",
        ["Chatter:Limits:ReadMarkBurst"] = "100000",
        ["Chatter:Limits:FramesPerSecond"] = "100000",
        ["Chatter:Limits:FrameBurst"] = "100000",
        ["Chatter:Limits:SocketsPerUser"] = "10000",
        ["Chatter:Limits:SocketsPerAddress"] = "100000",
        ["Chatter:Limits:RegistrationsPerHour"] = "1000000",
        ["Chatter:Limits:LoginsPerMinute"] = "1000000",
        ["Chatter:Limits:RequestsPerSecond"] = "100000",
        ["Chatter:Limits:RequestBurst"] = "100000",
        ["Chatter:Limits:RequestsPerAddress"] = "10000",
        ["Chatter:Limits:RequestsAtOnce"] = "10000",
        ["Chatter:Limits:ConnectionsPerAddress"] = "100000",
        ["Chatter:Limits:BytesPerSecond"] = "268435456",
    };

    private readonly Dictionary<string, string?> _settings = new(Generous);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, SslOptions = OurCertificate }) { Timeout = Patience.Call };
    private readonly X509Certificate2? _certificate;
    private readonly bool _onlyHttp2;
    private WebApplication? _app;

    private ChatServer(Action<IDictionary<string, string?>>? settings, bool tls, bool onlyHttp2)
    {
        if (tls) _certificate = SelfSigned();
        _onlyHttp2 = onlyHttp2;
        DataPath = Directory.CreateTempSubdirectory("chatter-test-").FullName;
        _settings["Chatter:DataPath"] = DataPath;
        settings?.Invoke(_settings);
    }

    public string DataPath { get; }

    public MovableTime Time { get; } = new();

    public ServerLog Log { get; } = new();

    /// <summary>Where it listens now; another port after <see cref="Restart"/>.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    public Uri SocketAddress => new UriBuilder(Address) { Scheme = _certificate is null ? "ws" : "wss", Path = "/ws" }.Uri;

    /// <summary>Takes the certificate of a server under test, which nobody signed.</summary>
    public static SslClientAuthenticationOptions OurCertificate => new() { RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate?.Subject == CertificateName };

    public static async Task<ChatServer> Start(Action<IDictionary<string, string?>>? settings = null, bool tls = false, bool onlyHttp2 = false)
    {
        var server = new ChatServer(settings, tls, onlyHttp2);
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

    /// <summary>What it measures from now on.</summary>
    public Measurements Measure() => new(_app!.Services.GetRequiredService<IMeterFactory>());

    /// <summary>A part of it, for what can't be asked from outside.</summary>
    public T Part<T>() where T : notnull => _app!.Services.GetRequiredService<T>();

    /// <summary>Registers somebody new; the names of different calls never collide.</summary>
    public Task<TestUser> User(string? name = null, string password = TestUser.GoodPassword) => TestUser.Register(this, name ?? Unique.Name(), password);

    public async Task<Reply> Call(HttpMethod method, string path, object? body = null, string? token = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, path));
        if (_onlyHttp2) (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
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
            _certificate?.Dispose();
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
        if (_certificate is not null) builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_certificate)));
        else if (_onlyHttp2) builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2));
        else builder.WebHost.UseUrls("http://127.0.0.1:0");
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
        Address = app.Urls.Select(static url => new Uri(url)).First(static url => IPAddress.TryParse(url.Host, out _));
    }

    public static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(CertificateName, key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
