using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Chatter.Chat.Tests.Users;

/// <summary>What happens to a session's sockets, on a whole server.</summary>
public sealed class SessionSocketTests
{
    private const string Password = AccountsServer.Password;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Logging_out_closes_the_sessions_sockets_with_4401_and_no_other()
    {
        await using var server = await Server.Start("Off");
        var (first, second) = (await server.Token("register"), await server.Token("login"));
        using var closing = await server.Socket(first);
        using var staying = await server.Socket(second);

        (await server.Post("logout", first)).EnsureSuccessStatusCode().Dispose();

        Assert.Equal(4401, await CloseCode(closing));
        await Send(staying, """{"type":"ping"}""");
        Assert.Equal("pong", await TypeOfNext(staying));
    }

    [Fact]
    public async Task In_mode_Refuse_a_second_login_is_409_while_a_socket_of_the_first_is_open()
    {
        await using var server = await Server.Start("Refuse");
        using var socket = await server.Socket(await server.Token("register"));

        using var refused = await server.Post("login");
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancel);
        HttpStatusCode status;
        do
        {
            // The server notices the end of the socket on its own time.
            using var retried = await server.Post("login");
            status = retried.StatusCode;
        }
        while (status == HttpStatusCode.Conflict);

        Assert.Equal((HttpStatusCode.Conflict, "already_logged_in"), (refused.StatusCode, await AccountsServer.Code(refused)));
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public async Task In_mode_Replace_a_second_login_closes_the_first_ones_sockets_with_4409()
    {
        await using var server = await Server.Start("Replace");
        var token = await server.Token("register");
        using var socket = await server.Socket(token);

        using var login = await server.Post("login");
        using var old = await server.Post("logout", token);

        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
        Assert.Equal(4409, await CloseCode(socket));
        Assert.Equal(HttpStatusCode.Unauthorized, old.StatusCode);
    }

    private static async Task Send(ClientWebSocket socket, string frame) =>
        await socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, true, Cancel);

    private static async Task<string?> TypeOfNext(ClientWebSocket socket)
    {
        var buffer = new byte[65_536];
        var read = await socket.ReceiveAsync(buffer, Cancel);
        return JsonDocument.Parse(buffer.AsMemory(0, read.Count)).RootElement.GetProperty("type").GetString();
    }

    private static async Task<int?> CloseCode(ClientWebSocket socket)
    {
        var buffer = new byte[65_536];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        while ((await socket.ReceiveAsync(buffer, limit.Token)).MessageType != WebSocketMessageType.Close)
        {
            // Frames from before the end.
        }
        return (int?)socket.CloseStatus;
    }

    private sealed class Server(WebApplication app, string folder) : IAsyncDisposable
    {
        private readonly HttpClient _client = new() { BaseAddress = new Uri(app.Urls.First()) };

        public static async Task<Server> Start(string single)
        {
            var folder = Directory.CreateTempSubdirectory("chatter-accounts-").FullName;
            var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = folder });
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Chatter:DataPath"] = folder, ["Chatter:Sessions:Single"] = single, ["Chatter:Limits:LoginsPerMinute"] = "100000" });
            builder.Services.AddChatter(builder.Configuration);
            var app = builder.Build();
            app.UseWebSockets();
            app.UseAuthentication();
            app.UseAuthorization();
            app.MapChatter();
            await app.StartAsync(Cancel);
            return new Server(app, folder);
        }

        public async Task<HttpResponseMessage> Post(string call, string? token = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/{call}") { Content = JsonContent.Create(new { name = "ada", password = Password }) };
            if (token is not null) request.Headers.Authorization = new("Bearer", token);
            return await _client.SendAsync(request, Cancel);
        }

        public async Task<string> Token(string call)
        {
            using var response = await Post(call);
            return (await response.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("token").GetString()!;
        }

        public async Task<ClientWebSocket> Socket(string token)
        {
            var socket = new ClientWebSocket();
            await socket.ConnectAsync(new Uri($"ws{app.Urls.First()[4..]}/ws"), Cancel);
            await Send(socket, $$"""{"type":"hello","token":"{{token}}"}""");
            Assert.Equal("welcome", await TypeOfNext(socket));
            return socket;
        }

        public async ValueTask DisposeAsync()
        {
            _client.Dispose();
            await app.StopAsync(Cancel);
            await app.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }
}
