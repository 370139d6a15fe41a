using System.Net;
using System.Net.Sockets;
using System.Text;
using Chatter.App.Tests.Components.Pages;
using Xunit;

namespace Chatter.App.Tests.Security;

/// <summary>Which pages may open a circuit with the browser's cookie: every transport of <c>/_blazor</c>, and every origin an attacker may have.</summary>
public sealed class CircuitOriginTests(RunningApp app) : IClassFixture<RunningApp>
{
    public static TheoryData<string> ForeignOrigins =>
        ["https://evil.example", "null", "", "http://127.0.0.1", "http://127.0.0.1:1", "https://{host}", "http://{host}.evil.example", "http://evil.{host}", "HTTP://{host}", "http://{host}/"];

    private static readonly string[] Upgrade = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="];

    /// <summary>The transports of SignalR: WebSockets with and without negotiating, server-sent events, long polling's requests.</summary>
    private static readonly (string Request, string[] Headers)[] Doors =
    [
        ("GET /_blazor", Upgrade),
        ("GET /_blazor?id=unknown", Upgrade),
        ("GET /_BLAZOR", Upgrade),
        ("POST /_blazor/negotiate?negotiateVersion=1", ["Content-Length: 0"]),
        ("GET /_blazor?id=unknown", ["Accept: text/event-stream"]),
        ("GET /_blazor?id=unknown", []),
        ("POST /_blazor?id=unknown", ["Content-Length: 0"]),
        ("DELETE /_blazor?id=unknown", []),
        ("POST /_blazor/disconnect", ["Content-Length: 0"]),
        ("GET /_blazor/initializers", []),
    ];

    [Theory]
    [MemberData(nameof(ForeignOrigins))]
    public async Task No_foreign_page_gets_through_any_door_by_cookie(string origin)
    {
        var cookie = await Cookie();
        foreach (var (request, headers) in Doors)
        {
            foreach (var site in new[] { null, "same-site", "same-origin" })
            {
                string[] sent = [.. headers, cookie, $"Origin: {origin.Replace("{host}", app.Address.Authority, StringComparison.Ordinal)}", .. site is null ? Array.Empty<string>() : [$"Sec-Fetch-Site: {site}"]];
                var answer = await Ask(request, sent);
                Assert.True(answer.StartsWith("HTTP/1.1 403 ", StringComparison.Ordinal), $"{request} from '{origin}', {site}: {answer}");
                Assert.Contains("\"code\":\"origin\"", answer, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_cookie_without_an_origin_opens_none()
    {
        var cookie = await Cookie();
        // A browser adds no Origin to its own page's reads, which need the id of a connection that was negotiated.
        foreach (var (request, headers) in Doors.Where(static door => door.Headers == Upgrade || !door.Request.StartsWith("GET ", StringComparison.Ordinal)))
            Assert.StartsWith("HTTP/1.1 403 ", await Ask(request, [.. headers, cookie]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_browser_ascribes_to_another_page_is_refused()
    {
        var cookie = await Cookie();
        foreach (var (request, headers) in Doors)
        {
            foreach (var site in new[] { "same-site", "cross-site" })
                Assert.StartsWith("HTTP/1.1 403 ", await Ask(request, [.. headers, cookie, $"Sec-Fetch-Site: {site}"]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_own_page_opens_them()
    {
        string[] own = [await Cookie(), $"Origin: http://{app.Address.Authority}", "Sec-Fetch-Site: same-origin"];
        Assert.StartsWith("HTTP/1.1 101 ", await Ask("GET /_blazor", [.. Upgrade, .. own]), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 ", await Ask("POST /_blazor/negotiate?negotiateVersion=1", ["Content-Length: 0", .. own]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_and_their_files_may_not_be_embedded_by_other_pages()
    {
        foreach (var path in new[] { "/login", "/", "/nowhere", "/css/base.css", "/_framework/blazor.web.js", "/favicon.svg", "/api/me" })
            Assert.Contains("Cross-Origin-Resource-Policy: same-origin", await Ask($"GET {path}", []), StringComparison.OrdinalIgnoreCase);
    }

    private async Task<string> Cookie()
    {
        using var member = await app.Member();
        return $"Cookie: chatter={member.Session}";
    }

    /// <summary>One request, exactly as it stands here; gives the answer's head and as much of its body as came with it.</summary>
    private async Task<string> Ask(string request, string[] headers)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Parse(app.Address.Host), app.Address.Port, cancel);
        var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Join("\r\n", [$"{request} HTTP/1.1", $"Host: {app.Address.Authority}", .. headers, "", ""])), cancel);
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        while (!IsWhole(answer.ToString()) && await stream.ReadAsync(buffer, cancel) is > 0 and var read) answer.Append(Encoding.UTF8.GetString(buffer, 0, read));
        return answer.ToString();
    }

    /// <summary>The head, and of a refusal the body, which is small.</summary>
    private static bool IsWhole(string answer) =>
        answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) is > 0 and var head && (!answer.StartsWith("HTTP/1.1 403", StringComparison.Ordinal) || answer.IndexOf('}', head) > 0);
}
