using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Chatter.App.Tests.Startup;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.App.Tests.Security;

/// <summary>The door of <c>/_blazor</c>: no circuit without a session, and no more of a user or an address than it may have.</summary>
public sealed class CircuitDoorTests : IAsyncLifetime
{
    private const int PerUser = 3;
    private const int PerAddress = 5;

    private readonly string _folder = Directory.CreateTempSubdirectory("chatter-door-").FullName;
    private readonly List<ClientWebSocket> _open = [];
    private ServerProcess? _server;

    private Uri Address => _server!.Address;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await ServerProcess.Start(
        _folder, null, ("Chatter__Ui__CircuitsPerUser", $"{PerUser}"), ("Chatter__Ui__CircuitsPerAddress", $"{PerAddress}"));

    public async ValueTask DisposeAsync()
    {
        _open.ForEach(static socket => socket.Dispose());
        if (_server is not null) await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Nobody_is_let_in_without_a_session()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await Knock(null));
        Assert.Equal(HttpStatusCode.Unauthorized, await Knock("no token of anybody's"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(null, "/_blazor/place"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(null, "/_blazor/negotiate?negotiateVersion=1"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(null, "/_BLAZOR?id=x"));
    }

    [Fact]
    public async Task A_session_that_has_ended_opens_the_door_no_more()
    {
        var ada = await Register("ada");
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await Knock(ada));
        using var http = new HttpClient { BaseAddress = Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", ada);
        (await http.PostAsync("/api/logout", null, Cancel)).EnsureSuccessStatusCode();

        Assert.Equal(HttpStatusCode.Unauthorized, await Knock(ada));
    }

    [Fact]
    public async Task The_pages_of_those_who_have_no_session_ask_for_no_circuit()
    {
        using var http = new HttpClient { BaseAddress = Address };
        foreach (var page in new[] { "/login", "/register", "/logout", "/error", "/not-found", "/nothing-here" })
            Assert.DoesNotContain("blazor.web.js", await (await http.GetAsync(page, Cancel)).Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_user_has_so_many_and_a_place_that_is_left_is_free()
    {
        var (ada, ben) = (await Register("ada"), await Register("ben"));
        Assert.Equal(HttpStatusCode.NoContent, await Ask(ada, "/_blazor/place"));
        for (var i = 0; i < PerUser; i++) Assert.Equal(HttpStatusCode.SwitchingProtocols, await Knock(ada));

        Assert.Equal(HttpStatusCode.TooManyRequests, await Knock(ada));
        Assert.Equal(HttpStatusCode.TooManyRequests, await Ask(ada, "/_blazor/place"));
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await Knock(ben));

        _open[0].Abort();
        await Eventually.Equal(HttpStatusCode.SwitchingProtocols, () => Knock(ada));
    }

    [Fact]
    public async Task One_address_has_so_many_of_all_its_users()
    {
        var (ada, ben) = (await Register("ada"), await Register("ben"));
        for (var i = 0; i < PerUser; i++) Assert.Equal(HttpStatusCode.SwitchingProtocols, await Knock(ada));
        for (var i = PerUser; i < PerAddress; i++) Assert.Equal(HttpStatusCode.SwitchingProtocols, await Knock(ben));

        Assert.Equal(HttpStatusCode.TooManyRequests, await Knock(ben));
    }

    private async Task<string> Register(string name)
    {
        using var http = new HttpClient { BaseAddress = Address };
        var answer = await http.PostAsJsonAsync("/api/register", new { name, password = "frost on the tomatoes" }, Cancel);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("token").GetString()!;
    }

    /// <summary>Opens a connection as a page does, and keeps it.</summary>
    private async Task<HttpStatusCode> Knock(string? session)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Origin", Address.GetLeftPart(UriPartial.Authority));
        if (session is not null) socket.Options.SetRequestHeader("Cookie", $"chatter={Uri.EscapeDataString(session)}");
        try
        {
            await socket.ConnectAsync(new UriBuilder(Address) { Scheme = "ws", Path = "/_blazor" }.Uri, Cancel);
            _open.Add(socket);
        }
        catch (WebSocketException) when (socket.HttpStatusCode != 0)
        {
            socket.Dispose();
        }
        return socket.HttpStatusCode;
    }

    /// <summary>Asks as a page does that isn't let in.</summary>
    private async Task<HttpStatusCode> Ask(string? session, string path)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Add("Origin", Address.GetLeftPart(UriPartial.Authority));
        if (session is not null) request.Headers.Add("Cookie", $"chatter={session}");
        return (await http.SendAsync(request, Cancel)).StatusCode;
    }
}
