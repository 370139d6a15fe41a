using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Chatter.Chat.Broadcasting;
using Chatter.Chat.Gateway;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Chatter.Chat.Tests.Users;

/// <summary>A real Kestrel with accounts and nothing else, on a real SQLite file and a clock that only the test moves.</summary>
internal sealed class AccountsServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly bool _keep;

    private AccountsServer(WebApplication app, string folder, bool keep)
    {
        (_app, Folder, _keep) = (app, folder, keep);
        Time = (FakeTimeProvider)app.Services.GetRequiredService<TimeProvider>();
        Client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public const string Password = "three blue whales sing";

    public string Folder { get; }

    /// <summary>A client without cookies, which is another device each time.</summary>
    public HttpClient Client { get; }

    public FakeTimeProvider Time { get; }

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    public static async Task<AccountsServer> Start(Action<IServiceCollection>? configure = null, string? folder = null, bool keep = false, FakeTimeProvider? time = null)
    {
        folder ??= Directory.CreateTempSubdirectory("chatter-accounts-").FullName;
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = folder, EnvironmentName = "Production" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<ServerSettings>(server => server.DataPath = folder);
        builder.Services.AddSingleton<TimeProvider>(time ?? new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero)));
        builder.Services.AddSingleton<Database>().AddSingleton<Connections>();
        builder.Services.AddUsers().AddChatterAuthentication();
        // The tests are about what is hashed and how often, not about how long it takes.
        builder.Services.Configure<Microsoft.AspNetCore.Identity.PasswordHasherOptions>(static hasher => hasher.IterationCount = 1_000);
        builder.Services.Configure<LimitsSettings>(static limits => (limits.LoginsPerMinute, limits.RegistrationsPerHour) = (10_000, 10_000));
        configure?.Invoke(builder.Services);

        var app = builder.Build();
        app.Use(static (http, next) =>
        {
            // Stands for TLS and for other addresses, neither of which a loopback client has.
            if (http.Request.Headers["Test-Scheme"] is [{ } scheme]) http.Request.Scheme = scheme;
            if (http.Request.Headers["Test-Address"] is [{ } address]) http.Connection.RemoteIpAddress = IPAddress.Parse(address);
            return next(http);
        });
        app.UseAuthentication();
        app.UseAuthorization();
        var api = app.MapGroup("/api").Guard();
        api.MapUsersApi();
        api.MapGet("/whoami", static (HttpContext http) => Results.Text(http.User.UserName())).RequireAuthorization();
        api.MapPost("/change", static () => Results.NoContent()).RequireAuthorization();
        app.MapGet("/page", static (HttpContext http, IAntiforgery antiforgery) => Results.Text(antiforgery.GetAndStoreTokens(http).RequestToken)).RequireAuthorization();
        app.MapPost("/sign-in", static async (HttpContext http, UserService users) =>
        {
            var outcome = await users.LogIn(http.Request.Query["name"], Password, new ClientInfo(null, null), http.RequestAborted);
            if (outcome.Is(out var signedIn, out _)) SessionCookie.Append(http, signedIn);
        });
        try
        {
            await app.Services.GetRequiredService<DatabaseMigrator>().Migrate(CancellationToken.None);
            await app.StartAsync();
            return new AccountsServer(app, folder, keep);
        }
        catch
        {
            await app.DisposeAsync();
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>A client with cookies of its own.</summary>
    public HttpClient Open() => new() { BaseAddress = new Uri(_app.Urls.First()) };

    /// <summary>Calls as somebody at an address, with a device's cookie where there is one.</summary>
    public async Task<HttpResponseMessage> LogInOn(string? device, string name, string password = Password, string? address = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/login") { Content = JsonContent.Create(new { name, password }) };
        if (device is not null) request.Headers.Add("Cookie", $"chatter-device={device}");
        if (address is not null) request.Headers.Add("Test-Address", address);
        return await Client.SendAsync(request);
    }

    /// <summary>What an answer has the device keep.</summary>
    public static string? DeviceOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.Select(static cookie => cookie.Split(';')[0]).Where(static cookie => cookie.StartsWith("chatter-device=", StringComparison.Ordinal)).Select(static cookie => cookie["chatter-device=".Length..]).SingleOrDefault() : null;

    public Task<HttpResponseMessage> Register(string name, string password = Password, string? address = null) =>
        Post("/api/register", new { name, password }, address: address);

    public Task<HttpResponseMessage> LogIn(string name, string password = Password, string? address = null) =>
        Post("/api/login", new { name, password }, address: address);

    public async Task<string> Token(string name, bool register = true)
    {
        using var response = register ? await Register(name) : await LogIn(name);
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    public Task<HttpResponseMessage> Post(string path, object? body = null, string? token = null, string? address = null) =>
        Send(HttpMethod.Post, path, body is null ? null : JsonContent.Create(body), token, address);

    public Task<HttpResponseMessage> WhoAmI(string? token) => Send(HttpMethod.Get, "/api/whoami", null, token);

    public async Task<HttpResponseMessage> Send(HttpMethod method, string path, HttpContent? content, string? token = null, string? address = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        if (address is not null) request.Headers.Add("Test-Address", address);
        return await Client.SendAsync(request);
    }

    public static async Task<string?> Code(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (!_keep) Directory.Delete(Folder, recursive: true);
    }
}
