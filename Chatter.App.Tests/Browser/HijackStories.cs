using System.Net;
using System.Net.Sockets;
using System.Text;
using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using Xunit;

namespace Chatter.App.Tests.Browser;

/// <summary>No other page gets to see what the visitor's login may see, be it at another port of the same host or with another session's components.</summary>
public sealed class HijackStories(Chromium chromium) : Story(chromium)
{
    /// <summary>What the page at another port does: opens the circuit's hub with the visitor's cookie, and says what came of it.</summary>
    private const string Hijack = """
        address => new Promise(done => {
            const socket = new WebSocket(address);
            socket.onopen = () => { socket.send('{"protocol":"blazorpack","version":1}\u001e'); done('open'); };
            socket.onerror = () => done('refused');
        })
        """;

    [Fact]
    public async Task A_page_at_another_port_of_the_host_opens_neither_circuit_nor_socket()
    {
        var (ada, _, _) = await AloneIn("Hall ");
        using var elsewhere = new OnePage("<title>Elsewhere</title>");
        var page = await ada.Context.NewPageAsync();
        await page.GotoAsync(elsewhere.Address.ToString());
        foreach (var path in new[] { "/_blazor", "/ws" })
            Assert.Equal("refused", await page.EvaluateAsync<string>(Hijack, new UriBuilder(Site.Address) { Scheme = "ws", Path = path }.Uri.ToString()));
        // The same from the own page succeeds, so it is the page that makes the difference.
        Assert.Equal("open", await ada.Page.EvaluateAsync<string>(Hijack, new UriBuilder(Site.Address) { Scheme = "ws", Path = "/_blazor" }.Uri.ToString()));
    }

    [Fact]
    public async Task A_page_that_was_made_for_another_session_shows_nothing_and_is_loaded_again()
    {
        // Chromium takes a page that a test puts in the place of the server's for one from the internet, which may not call this machine.
        await StartBrowser("--disable-features=LocalNetworkAccessChecks");
        var mallory = await Site.Register(Site.Unique("mallory"));
        var adas = await Site.Register(Site.Unique("ada"));
        var name = Site.Unique("Hall ");
        var room = await adas.CreateRoom(name, isPrivate: true);
        await adas.Say(room, "for ada alone");
        // What a service worker asks for isn't seen by the route below.
        var ada = await Arrival(adas, with: static options => options.ServiceWorkers = ServiceWorkerPolicy.Block);
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        http.DefaultRequestHeaders.Add("Cookie", $"chatter={mallory.Token}");
        var hers = await http.GetStringAsync(new Uri(Site.Address, $"/rooms/{room}"), TestContext.Current.CancellationToken);
        Assert.Contains("<!--Blazor:", hers, StringComparison.Ordinal);

        // Once, the page that comes is mallory's, with the components of her session; what opens the circuit is ada's cookie.
        var loads = 0;
        await ada.Page.RouteAsync($"**/rooms/{room}", route => Interlocked.Increment(ref loads) == 1
            ? route.FulfillAsync(new RouteFulfillOptions { ContentType = "text/html; charset=utf-8", Body = hers, Headers = [KeyValuePair.Create("Cache-Control", "no-store")] })
            : route.ContinueAsync());
        await ada.Page.GotoAsync(new Uri(Site.Address, $"/rooms/{room}").ToString());

        await ada.IsIn(name);
        await ada.Sees("for ada alone");
        Assert.Equal(2, loads);
    }

    /// <summary>A web server at a port of its own that knows one page.</summary>
    private sealed class OnePage : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly byte[] _answer;

        public OnePage(string html)
        {
            _answer = Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {html.Length}\r\nConnection: close\r\n\r\n{html}");
            _listener.Start();
            _ = Serve();
        }

        public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

        public void Dispose() => _listener.Dispose();

        private async Task Serve()
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    var stream = client.GetStream();
                    var read = new StringBuilder();
                    var buffer = new byte[4096];
                    while (!read.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(buffer) is > 0 and var count) read.Append(Encoding.ASCII.GetString(buffer, 0, count));
                    await stream.WriteAsync(_answer);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Disposed of.
            }
        }
    }
}
