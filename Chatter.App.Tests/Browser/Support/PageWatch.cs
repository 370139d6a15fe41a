using System.Collections.Concurrent;
using Microsoft.Playwright;
using Xunit;

namespace Chatter.App.Tests.Browser.Support;

/// <summary>
/// Notes whatever must never happen in any story: an error in the console or of a script, a violation of the content security policy, a dialog of the
/// browser, a request to another host, a circuit over anything but a WebSocket.
/// </summary>
internal sealed class PageWatch
{
    private const string Violations = """
        addEventListener('securitypolicyviolation', e => console.error(`CSP: ${e.violatedDirective} forbids ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
        """;

    private readonly Uri _server;
    private readonly ConcurrentQueue<string> _wrong = new();
    private volatile bool _outage;
    private volatile bool _broken;
    private volatile string? _absent;
    private volatile string? _refused;
    private volatile bool _socket;
    private volatile bool _interactive;

    private PageWatch(Uri server) => _server = server;

    public static async Task<PageWatch> Over(IPage page, Uri server)
    {
        var watch = new PageWatch(server);
        await page.AddInitScriptAsync(Violations);
        page.Console += (_, message) => watch.Console(message);
        page.PageError += (_, error) =>
        {
            if (!(watch._broken && (SaysThatAFileIsMissing(error) || SaysThatTheServerIsAway(error)))) watch._wrong.Enqueue($"script error: {error}");
        };
        page.Dialog += (_, dialog) =>
        {
            watch._wrong.Enqueue($"dialog: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        page.Request += (_, request) => watch.Request(request);
        page.WebSocket += (_, socket) => watch.Socket(socket);
        return watch;
    }

    /// <summary>From now on the browser may complain that the server is away. Nothing else becomes permitted.</summary>
    public void ExpectOutage() => _outage = true;

    public void OutageIsOver() => _outage = false;

    /// <summary>
    /// A wire that breaks at any byte breaks Blazor's own start as well, of which it complains, and has files come empty (<see cref="HeadCutter"/>), which those miss
    /// that need them; after each the page is loaded anew. What is wrong in our scripts themselves isn't permitted.
    /// </summary>
    public void ExpectBrokenWire() => (_outage, _broken) = (true, true);

    /// <summary>The browser may note that there is nothing at this one address, as it does of every 404.</summary>
    public void ExpectNothingAt(Uri address) => _absent = address.ToString();

    /// <summary>The browser may note that a request was answered with this status.</summary>
    public void ExpectRefusal(int status) => _refused = $"the server responded with a status of {status} ";

    /// <summary>Fails if anything was noted.</summary>
    public void AssertClean()
    {
        Assert.True(_wrong.IsEmpty, string.Join("\n", _wrong));
        Assert.True(_socket || !_interactive, "The page had no WebSocket.");
    }

    private void Console(IConsoleMessage message)
    {
        if (message.Type is not "error" || (_broken && message.Location.Contains("/_framework/blazor.web.js", StringComparison.Ordinal)) || (_outage && SaysThatTheServerIsAway(message.Text)) || SaysThatNothingIsThere(message) || (_refused is { } refused && message.Text.Contains(refused, StringComparison.Ordinal))) return;
        _wrong.Enqueue($"console: {message.Text}");
    }

    private static bool SaysThatAFileIsMissing(string error) =>
        error.Contains("/_framework/blazor.web.js", StringComparison.Ordinal) || error.Contains("Blazor is not defined", StringComparison.Ordinal)
        || error.Contains("does not provide an export named", StringComparison.Ordinal);

    private static bool SaysThatTheServerIsAway(string text) =>
        text.Contains("net::ERR_", StringComparison.Ordinal) || text.Contains("WebSocket", StringComparison.Ordinal) || text.Contains("Failed to fetch", StringComparison.Ordinal)
        || text.Contains("Failed to complete negotiation", StringComparison.Ordinal) || text.Contains("Failed to start the connection", StringComparison.Ordinal)
        || text.Contains("Connection disconnected", StringComparison.Ordinal) || text.Contains("Cannot send data if the connection is not in the 'Connected' State", StringComparison.Ordinal);

    private bool SaysThatNothingIsThere(IConsoleMessage message) =>
        _absent is { } absent && message.Location.StartsWith(absent + ":", StringComparison.Ordinal) && message.Text.Contains("the server responded with a status of 404", StringComparison.Ordinal);

    private void Request(IRequest request)
    {
        var url = new Uri(request.Url);
        if (url.Scheme is "data" or "about") return;
        if (url.Authority != _server.Authority) _wrong.Enqueue($"request to another host: {request.Url}");
        // Its WebSocket isn't told of as a request; what comes to this path is the way round it.
        if (url.AbsolutePath == "/_blazor") _wrong.Enqueue($"no WebSocket but {request.Method} {request.Url}");
        if (url.AbsolutePath.StartsWith("/_blazor", StringComparison.Ordinal)) _interactive = true;
    }

    private void Socket(IWebSocket socket)
    {
        _socket = true;
        if (new Uri(socket.Url).Authority != _server.Authority) _wrong.Enqueue($"WebSocket to another host: {socket.Url}");
    }
}
