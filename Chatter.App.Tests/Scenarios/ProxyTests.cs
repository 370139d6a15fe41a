using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Parser;
using Chatter.App.Tests.Startup;
using Xunit;

namespace Chatter.App.Tests.Scenarios;

/// <summary>Chatter in Production behind nginx, HAProxy and Caddy as docs/operations.md sets them up: everybody is who they are, and pages work.</summary>
public sealed class ProxyTests : IDisposable
{
    private const string Password = "frost on the tomatoes";

    private static readonly IPAddress Stranger = IPAddress.Parse("127.0.0.77");
    private static readonly IPAddress Owner = IPAddress.Parse("127.0.0.78");

    private readonly string _folder = Directory.CreateTempSubdirectory("chatter-proxied-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    [InlineData("caddy")]
    public async Task Behind_a_real_proxy_everybody_is_who_they_are(string name)
    {
        // One failure a minute, so that a slow machine makes no difference.
        await using var server = await ServerProcess.Start(
            _folder, null, ("ASPNETCORE_ENVIRONMENT", "Production"), ("Chatter__Proxies__0", "127.0.0.1"), ("Chatter__Limits__LoginsPerMinute", "1"));
        await using var proxy = await RealProxy.Start(name, server.Address);
        using var stranger = proxy.Client(Stranger);
        var cookies = new CookieContainer();
        using var owner = proxy.Client(Owner, cookies);
        // On the page, so that the browser has its cookie.
        var registered = await PostForm(owner, "/register", ("Input.Name", "ada"), ("Input.Password", Password));
        AssertSecure(registered, "__Host-chatter");
        AssertSecure(registered, "__Host-chatter-device");

        // What strangers do, and what they say of themselves, is theirs alone.
        var refused = new List<HttpStatusCode>();
        for (var i = 0; i < 40; i++) refused.Add(await LogIn(stranger, $"nobody{i}", "a wrong password", ("X-Forwarded-For", $"198.51.100.{i}"), ("X-Forwarded-Proto", "http"), ("X-Forwarded-Host", "evil.example")));
        Assert.Contains(HttpStatusCode.TooManyRequests, refused);
        using var anywhere = proxy.Client(IPAddress.Parse("127.0.0.79"));
        Assert.Equal(HttpStatusCode.OK, await LogIn(anywhere, "ada", Password));

        // The one by the page, and the one from anywhere, each from where it was.
        var sessions = await owner.GetFromJsonAsync<JsonElement>("/api/me/sessions", Cancel);
        Assert.Equal(["127.0.0.78", "127.0.0.79"], sessions.GetProperty("sessions").EnumerateArray().Select(static session => session.GetProperty("address").GetString()).Order());

        await AssertSocketOpens(proxy, "/ws", cookies);
        await AssertCircuitOpens(proxy, owner, cookies);
        using var foreign = new ClientWebSocket();
        foreign.Options.SetRequestHeader("Cookie", cookies.GetCookieHeader(proxy.Address));
        foreign.Options.SetRequestHeader("Origin", "https://evil.example");
        await Assert.ThrowsAsync<WebSocketException>(() => foreign.ConnectAsync(Socket(proxy, "/ws"), new HttpMessageInvoker(proxy.Handler(Owner)), Cancel));
        Assert.DoesNotContain("looks like a proxy", server.Output, StringComparison.Ordinal);
    }

    private static async Task AssertSocketOpens(RealProxy proxy, string path, CookieContainer cookies)
    {
        using var socket = await Open(proxy, path, cookies);
        await socket.SendAsync("""{"type":"hello"}"""u8.ToArray(), WebSocketMessageType.Text, true, Cancel);
        Assert.Contains("\"welcome\"", await Read(socket), StringComparison.Ordinal);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancel);
    }

    /// <summary>The page comes, and its circuit's socket answers the hub's handshake.</summary>
    private static async Task AssertCircuitOpens(RealProxy proxy, HttpClient owner, CookieContainer cookies)
    {
        using var page = await owner.GetAsync("/", Cancel);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("blazor.web", await page.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var socket = await Open(proxy, "/_blazor", cookies);
        await socket.SendAsync("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"u8.ToArray(), WebSocketMessageType.Text, true, Cancel);
        Assert.Equal("{}\u001e", await Read(socket));
    }

    private static async Task<ClientWebSocket> Open(RealProxy proxy, string path, CookieContainer cookies)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", cookies.GetCookieHeader(proxy.Address));
        socket.Options.SetRequestHeader("Origin", proxy.Address.GetLeftPart(UriPartial.Authority));
        await socket.ConnectAsync(Socket(proxy, path), new HttpMessageInvoker(proxy.Handler(Owner)), Cancel);
        return socket;
    }

    private static Uri Socket(RealProxy proxy, string path) => new UriBuilder(proxy.Address) { Scheme = "wss", Path = path }.Uri;

    private static async Task<string> Read(WebSocket socket)
    {
        var buffer = new byte[65_536];
        var read = await socket.ReceiveAsync(buffer.AsMemory(), Cancel);
        return Encoding.UTF8.GetString(buffer, 0, read.Count);
    }

    private static async Task<HttpStatusCode> LogIn(HttpClient http, string name, string password, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/login") { Content = JsonContent.Create(new { name, password }) };
        foreach (var (header, value) in headers) request.Headers.Add(header, value);
        using var answer = await http.SendAsync(request, Cancel);
        return answer.StatusCode;
    }

    private static async Task<IReadOnlyList<string>> PostForm(HttpClient http, string path, params (string Name, string Value)[] fields)
    {
        var page = await new HtmlParser().ParseDocumentAsync(await http.GetStringAsync(path, Cancel), Cancel);
        var hidden = page.QuerySelectorAll("form[method=post] input[type=hidden]").Select(static input => (Name: input.GetAttribute("name") ?? "", Value: input.GetAttribute("value") ?? ""));
        using var content = new FormUrlEncodedContent([.. hidden.Concat(fields).Select(static field => KeyValuePair.Create(field.Name, field.Value))]);
        using var answer = await http.PostAsync(path, content, Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.Found, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Cancel)}");
        return [.. answer.Headers.GetValues("Set-Cookie")];
    }

    private static void AssertSecure(IReadOnlyList<string> cookies, string name)
    {
        var cookie = Assert.Single(cookies, cookie => cookie.StartsWith(name + "=", StringComparison.Ordinal));
        Assert.Contains("; secure", cookie, StringComparison.Ordinal);
        Assert.Contains("; httponly", cookie, StringComparison.Ordinal);
    }
}
