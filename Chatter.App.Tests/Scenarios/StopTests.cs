using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Chatter.App.Tests.Startup;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Chatter.App.Tests.Scenarios;

/// <summary>SIGTERM to the program itself (P3): everybody is told to go and when to come back, nothing accepted is lost, and it ends in time.</summary>
public sealed class StopTests
{
    private const string Password = "frost on the tomatoes";
    private const int Users = 50;
    private const int SocketsEach = 100;
    private const int Silent = 20;

    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(10);

    private static readonly (string, string)[] NoLimits =
    [
        ("Chatter__Limits__SendsPerSecond", "100000"), ("Chatter__Limits__SendBurst", "100000"), ("Chatter__Limits__RegistrationsPerHour", "100000"),
        ("Chatter__Limits__SocketsPerUser", "100000"), ("Chatter__Limits__SocketsPerAddress", "100000"), ("Chatter__Limits__ConnectionsPerAddress", "100000"),
    ];

    [Fact]
    public async Task P3_five_thousand_sockets_under_load_are_told_to_go_and_all_that_was_accepted_is_answered()
    {
        var cancel = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("chatter-stop-");
        using var http = new HttpClient();
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler());
        var peers = new ConcurrentBag<Peer>();
        var server = await ServerProcess.Start(folder.FullName, null, NoLimits);
        try
        {
            var rooms = new (string Token, string Room)[Users];
            for (var i = 0; i < Users; i++) rooms[i] = await Register(http, server.Address, $"user{i}", cancel);
            await Parallel.ForEachAsync(Enumerable.Range(0, Users * SocketsEach), new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = cancel }, async (i, _) =>
                peers.Add(await Peer.Open(server.Address, invoker, rooms[i % Users].Token, rooms[i % Users].Room)));
            var speakers = peers.DistinctBy(static peer => peer.Room).Take(5).ToArray();
            var silent = new List<Peer>();
            for (var i = 0; i < Silent; i++) silent.Add(await Peer.Open(server.Address, invoker, null, ""));

            using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var talking = speakers.Select(speaker => speaker.Talk(enough.Token)).ToArray();
            await Condition.Until(() => speakers.All(static speaker => speaker.Acknowledged.Count > 20), cancel);

            var since = Stopwatch.GetTimestamp();
            server.AskToStop();
            await speakers[0].SaidGoodbye.WaitAsync(EndsWithin, cancel);
            var toFirstGoodbye = Stopwatch.GetElapsedTime(since);
            // Once more, as impatient people and service managers do; and somebody comes although it stops.
            server.AskToStop();
            await Assert.ThrowsAnyAsync<WebSocketException>(() => Peer.Open(server.Address, invoker, rooms[0].Token, rooms[0].Room));
            Assert.Equal(0, await server.End());
            var took = Stopwatch.GetElapsedTime(since);
            TestContext.Current.TestOutputHelper?.WriteLine($"First goodbye after {toFirstGoodbye.TotalMilliseconds:0} ms, end after {took.TotalMilliseconds:0} ms.");
            Assert.InRange(took, TimeSpan.Zero, EndsWithin);
            await enough.CancelAsync();
            await Task.WhenAll(talking);
            await Task.WhenAll(peers.Concat(silent).Select(static peer => peer.Ended)).WaitAsync(EndsWithin, cancel);

            Assert.All(peers, static peer => Assert.Equal(1012, peer.CloseCode));
            Assert.All(peers, static peer => Assert.InRange(peer.ReconnectAfter ?? -1, 0, 10_000));
            Assert.InRange(peers.Select(static peer => peer.ReconnectAfter / 1_000).Distinct().Count(), 4, 10);
            Assert.All(silent, static peer => Assert.Equal((1012, null), (peer.CloseCode, peer.ReconnectAfter)));
            Assert.Empty(server.Errors);

            server = await Restart(server, folder.FullName);
            foreach (var speaker in speakers)
            {
                var (token, room) = rooms.First(r => r.Room == speaker.Room);
                Assert.Equal(speaker.Acknowledged.Order(StringComparer.Ordinal), (await Log(http, server.Address, token, room, cancel)).Order(StringComparer.Ordinal));
            }
            foreach (var peer in silent) peer.Dispose();
        }
        finally
        {
            foreach (var peer in peers) peer.Dispose();
            await server.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task P3_told_to_stop_while_it_starts_it_ends_without_a_word()
    {
        var folder = Directory.CreateTempSubdirectory("chatter-stop-");
        try
        {
            var data = folder.CreateSubdirectory("data").FullName;
            // The start has to wait for the database, and is told to stop meanwhile.
            await using var held = new SqliteConnection($"Data Source={Path.Combine(data, "chatter.db")};Pooling=False");
            await held.OpenAsync(TestContext.Current.CancellationToken);
            await Execute(held, "create table held (id integer)");
            await Execute(held, "begin exclusive");
            await using var server = ServerProcess.Launch(folder.FullName);
            await Condition.Until(() => File.Exists(Path.Combine(data, "chatter.lock")), TestContext.Current.CancellationToken);
            server.AskToStop();
            await Execute(held, "rollback");

            Assert.Equal(0, await server.End());
            Assert.Empty(server.Errors);
            Assert.DoesNotContain("listens on", server.Output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<ServerProcess> Restart(ServerProcess server, string folder)
    {
        await server.DisposeAsync();
        return await ServerProcess.Start(folder, null, NoLimits);
    }

    private static async Task<(string Token, string Room)> Register(HttpClient http, Uri address, string name, CancellationToken cancel)
    {
        using var registered = await http.PostAsJsonAsync(new Uri(address, "/api/register"), new { name, password = Password }, cancel);
        var token = (await registered.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("token").GetString()!;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/api/rooms")) { Content = JsonContent.Create(new { name = $"room of {name}" }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var created = await http.SendAsync(request, cancel);
        return (token, (await created.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("id").GetString()!);
    }

    private static async Task<List<string>> Log(HttpClient http, Uri address, string token, string room, CancellationToken cancel)
    {
        var nonces = new List<string>();
        for (var after = 0L; ;)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, $"/api/rooms/{room}/events?after={after}&limit=200"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var answer = await http.SendAsync(request, cancel);
            var page = await answer.Content.ReadFromJsonAsync<JsonElement>(cancel);
            foreach (var item in page.GetProperty("events").EnumerateArray())
            {
                after = item.GetProperty("seq").GetInt64();
                if (item.TryGetProperty("nonce", out var nonce)) nonces.Add(nonce.GetString()!);
            }
            if (!page.GetProperty("more").GetBoolean()) return nonces;
        }
    }

    private static async Task Execute(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants, above.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A socket that keeps what it is told when the server stops.</summary>
    private sealed class Peer : IDisposable
    {
        private readonly ClientWebSocket _socket = new();
        private readonly TaskCompletionSource _welcomed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _saidGoodbye = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private Peer(string room) => Room = room;

        public string Room { get; }

        public ConcurrentQueue<string> Acknowledged { get; } = new();

        public int? ReconnectAfter { get; private set; }

        public int CloseCode { get; private set; }

        public Task SaidGoodbye => _saidGoodbye.Task;

        public Task Ended { get; private set; } = Task.CompletedTask;

        /// <param name="address">The server.</param>
        /// <param name="invoker">Connects.</param>
        /// <param name="token">Null for one that says nothing.</param>
        /// <param name="room">Its room.</param>
        public static async Task<Peer> Open(Uri address, HttpMessageInvoker invoker, string? token, string room)
        {
            var peer = new Peer(room);
            peer._socket.Options.KeepAliveInterval = TimeSpan.Zero;
            await peer._socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws", Path = "/ws" }.Uri, invoker, TestContext.Current.CancellationToken);
            if (token is not null) await peer.Send(new { type = "hello", token });
            peer.Ended = peer.Read();
            if (token is not null) await peer._welcomed.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            return peer;
        }

        public async Task Talk(CancellationToken enough)
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            try
            {
                while (await timer.WaitForNextTickAsync(enough)) await Send(new { type = "send", room = Room, text = new string('x', 500), nonce = Guid.CreateVersion7().ToString() });
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
            {
                // The server is gone, or it is enough.
            }
        }

        public void Dispose() => _socket.Dispose();

        private Task Send(object frame) => _socket.SendAsync(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(frame)), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);

        private async Task Read()
        {
            var buffer = new byte[8_192];
            var length = 0;
            try
            {
                while (true)
                {
                    if (length == buffer.Length) Array.Resize(ref buffer, length * 2);
                    var part = await _socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                    if (part.MessageType == WebSocketMessageType.Close)
                    {
                        CloseCode = (int?)_socket.CloseStatus ?? 1005;
                        if (_socket.State == WebSocketState.CloseReceived) await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                        return;
                    }
                    length += part.Count;
                    if (!part.EndOfMessage) continue;
                    Handle(buffer.AsSpan(0, length));
                    length = 0;
                }
            }
            catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException)
            {
                if (CloseCode == 0) CloseCode = 1006;
            }
        }

        private void Handle(ReadOnlySpan<byte> message)
        {
            var frame = JsonElement.Parse(message);
            switch (frame.GetProperty("type").GetString())
            {
                case "welcome":
                    _welcomed.TrySetResult();
                    break;
                case "sent":
                    Acknowledged.Enqueue(frame.GetProperty("nonce").GetString()!);
                    break;
                case "goodbye":
                    ReconnectAfter = frame.GetProperty("reconnectAfter").GetInt32();
                    _saidGoodbye.TrySetResult();
                    break;
            }
        }
    }
}
