using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Chatter.Chat.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Chatter.Chat.Tests.Client;

/// <summary>
/// A server on a real socket that speaks the protocol by script, one script per connection, for the faults that a right server doesn't have.
/// A script that expects something else than what comes fails its test in <see cref="Played"/>.
/// </summary>
internal sealed class ScriptedPeer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Func<PeerSocket, Task>> _scripts;
    private readonly TaskCompletionSource _played = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<long> _connectedAt = [];
    private int _toPlay;

    private ScriptedPeer(WebApplication app, IEnumerable<Func<PeerSocket, Task>> scripts)
    {
        (_app, _scripts) = (app, new ConcurrentQueue<Func<PeerSocket, Task>>(scripts));
        _toPlay = _scripts.Count;
    }

    public Uri Address { get; private set; } = new("http://unknown");

    /// <summary>When each connection came, as timestamps.</summary>
    public long[] ConnectedAt => [.. _connectedAt];

    /// <summary>Completes when all scripts have been played.</summary>
    public Task Played => _played.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

    public static Task<ScriptedPeer> Start(params Func<PeerSocket, Task>[] scripts) => Start(null, null, scripts);

    /// <param name="socketPath">A unix socket to listen on, in place of a port.</param>
    /// <param name="map">Further endpoints.</param>
    /// <param name="scripts">One per connection; beyond them a connection is refused with 503.</param>
    public static async Task<ScriptedPeer> Start(string? socketPath, Action<WebApplication>? map, params Func<PeerSocket, Task>[] scripts)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            if (socketPath is null) kestrel.Listen(IPAddress.Loopback, 0);
            else kestrel.ListenUnixSocket(socketPath);
        });
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(0.2));
        var app = builder.Build();
        app.UseWebSockets();
        var peer = new ScriptedPeer(app, scripts);
        app.Map("/ws", peer.Play);
        map?.Invoke(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        peer.Address = new Uri(socketPath is null ? address : "http://chatter");
        return peer;
    }

    /// <summary>A client of this peer, started.</summary>
    public ChatClient Connect(HttpMessageHandler? handler = null, Func<CancellationToken, ValueTask<string?>>? token = null)
    {
        var client = new ChatClient(new ChatClientOptions { Server = Address, Token = token ?? (static _ => ValueTask.FromResult<string?>("secret")), Handler = handler });
        client.Start();
        return client;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task Play(HttpContext http)
    {
        _connectedAt.Enqueue(TimeProvider.System.GetTimestamp());
        if (http.Request.QueryString.HasValue) _played.TrySetException(new InvalidOperationException("Nothing belongs into the query string."));
        if (!_scripts.TryDequeue(out var script))
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        try
        {
            using var socket = new PeerSocket(http);
            await script(socket);
        }
        catch (Exception failure)
        {
            _played.TrySetException(failure);
        }
        if (Interlocked.Decrement(ref _toPlay) == 0) _played.TrySetResult();
    }

    public static SocketsHttpHandler UnixHandler(string path) => new()
    {
        ConnectCallback = async (_, cancel) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };
}
