using System.Net;
using System.Net.Sockets;
using Chatter.Chat.Gateway;
using Chatter.Chat.Settings;
using Chatter.Chat.Telemetry;
using Chatter.Chat.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace Chatter.Chat.Tests.Gateway;

/// <summary>Which connections may be written to past the server: only those with nothing in between.</summary>
public sealed class DirectSocketsTests : IDisposable
{
    private readonly string _unix = Path.Combine(Path.GetTempPath(), $"chatter-{Guid.NewGuid():N}.sock");

    [Fact]
    public async Task A_plain_connection_may()
    {
        Assert.Equal("True", await Ask("http://localhost", HttpVersion.Version11, static kestrel => kestrel.Listen(IPAddress.Loopback, 0)));
        Assert.Equal("True", await Ask("http://localhost", HttpVersion.Version11, kestrel => kestrel.ListenUnixSocket(_unix), unix: _unix));
    }

    [Fact]
    public async Task One_on_an_address_given_as_text_may()
    {
        Assert.Equal("True", await Ask("http://localhost", HttpVersion.Version11, static _ => { }, urls: "http://127.0.0.1:0"));
    }

    [Fact]
    public async Task One_under_TLS_may_not()
    {
        using var certificate = ChatServer.SelfSigned();
        Assert.Equal("False", await Ask("https://localhost", HttpVersion.Version11, kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate))));
        Assert.Equal("False", await Ask("https://localhost", HttpVersion.Version20, kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate))));
    }

    [Fact]
    public async Task One_over_HTTP_2_may_not()
    {
        Assert.Equal("False", await Ask("http://localhost", HttpVersion.Version20, static kestrel => kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2)));
    }

    [Fact]
    public async Task One_that_something_else_listens_to_may_not()
    {
        Assert.Equal("False", await Ask("http://localhost", HttpVersion.Version11, static kestrel => kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.UseConnectionLogging())));
    }

    [Fact]
    public async Task None_may_where_it_is_switched_off()
    {
        Assert.Equal("False", await Ask("http://localhost", HttpVersion.Version11, static kestrel => kestrel.Listen(IPAddress.Loopback, 0), direct: false));
    }

    public void Dispose() => File.Delete(_unix);

    private static async Task<string> Ask(string scheme, Version version, Action<KestrelServerOptions> listen, string? urls = null, string? unix = null, bool direct = true)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<SocketSettings>(settings => settings.Direct = direct);
        builder.Services.AddSingleton<ChatterMetrics>().AddSingleton<Proxies>().AddSingleton<IConfigureOptions<KestrelServerOptions>, ConnectionAdmission>();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(listen);
        if (urls is not null) builder.WebHost.UseUrls(urls);
        await using var app = builder.Build();
        app.MapGet("/", static (HttpContext http) => (DirectSockets.Of(http) is not null).ToString());
        await app.StartAsync(TestContext.Current.CancellationToken);
        var port = unix is null ? new Uri(app.Urls.First()).Port : 80;
        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = ChatServer.OurCertificate,
            ConnectCallback = async (context, cancel) =>
            {
                var socket = unix is null ? new Socket(SocketType.Stream, ProtocolType.Tcp) : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(unix is null ? new IPEndPoint(IPAddress.Loopback, port) : new UnixDomainSocketEndPoint(unix), cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { Timeout = Patience.Call };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{scheme}:{port}/") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
