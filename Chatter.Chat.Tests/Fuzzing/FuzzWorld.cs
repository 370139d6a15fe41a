using System.Net;
using System.Net.NetworkInformation;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Fuzzing;

/// <summary>
/// A server that is fuzzed, and two people on it who talk meanwhile in a private room and share a public one with who fuzzes. They must not notice, but
/// for good messages in the public room.
/// </summary>
internal sealed class FuzzWorld : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly List<string> _said = [];
    private readonly SemaphoreSlim _heard = new(0);
    private readonly Dictionary<string, long> _seqs = [];
    private TcpWebSocket _ear = null!;
    private TcpWebSocket _mouth = null!;
    private TestUser _ben = null!;
    private string _private = "";
    private Task _talking = Task.CompletedTask;
    private Task _listening = Task.CompletedTask;
    private long _messages;
    private int _atFirst;

    private FuzzWorld(ChatServer server) => Server = server;

    public ChatServer Server { get; }

    /// <summary>Who sends what no good client would.</summary>
    public required IReadOnlyList<TestUser> Fuzzers { get; init; }

    /// <summary>What the fuzzers may name: their own rooms, the shared one, and the private one that they know only the id of.</summary>
    public required Vocabulary Words { get; init; }

    /// <summary>How many messages the bystanders have exchanged.</summary>
    public long Messages => Volatile.Read(ref _messages);

    public static async Task<FuzzWorld> Start(int fuzzers)
    {
        var server = await ChatServer.Start(static settings => settings["Chatter:Limits:RoomsPerUser"] = "100000");
        var (ada, ben) = (await server.User(), await server.User());
        var (secret, shared) = (await ada.CreateRoom(isPrivate: true), await ada.CreateRoom());
        await ben.Join(secret, await ada.Invite(secret));
        await ben.Join(shared);
        var users = new List<TestUser>();
        for (var i = 0; i < fuzzers; i++) users.Add(await server.User());
        var own = await users[0].CreateRoom();
        foreach (var user in users.Skip(1)) await user.Join(own);
        foreach (var user in users) await user.Join(shared);
        var first = await users[0].Connect();
        var epoch = first.Welcome.Text("epoch");
        await first.Close();
        await first.DisposeAsync();
        var world = new FuzzWorld(server)
        {
            Fuzzers = users,
            Words = new("", epoch, [own, shared, secret, Guid.CreateVersion7().ToString()], [.. users.Select(static user => user.Id), ada.Id, ben.Id]),
        };
        world._private = secret;
        world._ben = ben;
        (world._mouth, world._ear) = (await TcpWebSocket.Hello(ada), await TcpWebSocket.Hello(ben));
        foreach (var entry in world._ear.Welcome.List("rooms")) world._seqs[entry.Field("room").Text("id")] = entry.Number("last");
        world._atFirst = world.Established();
        world._listening = world.Listen();
        world._talking = world.Talk();
        return world;
    }

    /// <summary>
    /// The managed heap once nobody but the bystanders is connected. The sockets of who fuzzed have to go by themselves: none is known to the server by
    /// anything but its connection.
    /// </summary>
    public async Task<long> Settle()
    {
        await Eventually.Equal(true, () => Task.FromResult(Established() <= _atFirst));
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    /// <summary>Requires that the bystanders' conversation is what they said and nothing else, and that the server complained of nothing.</summary>
    public async Task Unharmed()
    {
        Assert.False(_listening.IsCompleted, $"The listener has ended: {_listening.Exception}");
        Assert.False(_talking.IsCompleted, $"The talker has ended: {_talking.Exception}");
        await _end.CancelAsync();
        await _talking;
        var log = await _ben.Log(_private);
        Assert.Equal(Enumerable.Range(1, log.Count).Select(static i => (long)i), log.Select(static e => e.Number("seq")));
        Assert.Equal(_said, log.Where(static e => e.Is("kind", "message")).Select(static e => e.Text("text")));
        Assert.All(log, static e => Assert.Contains(e.Text("kind"), (string[])["message", "joined"]));
        Assert.Empty(Server.Log.Errors);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        try
        {
            await _talking;
        }
        finally
        {
            await _mouth.DisposeAsync();
            await _ear.DisposeAsync();
            await Assert.ThrowsAnyAsync<Exception>(() => _listening);
            await Server.DisposeAsync();
            _end.Dispose();
            _heard.Dispose();
        }
    }

    /// <summary>Connections to the server that are open on its side.</summary>
    private int Established() => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
        .Count(c => c.LocalEndPoint.Equals(new IPEndPoint(IPAddress.Loopback, Server.Address.Port)) && c.State is TcpState.Established or TcpState.CloseWait);

    private async Task Talk()
    {
        for (var i = 0; !_end.IsCancellationRequested; i++)
        {
            var text = $"between us, {i}";
            _said.Add(text);
            await _mouth.Say(new { type = "send", room = _private, text, nonce = $"b{i}" });
            await _mouth.Next("sent");
            Assert.True(await _heard.WaitAsync(Patience.Frame), $"{text} wasn't heard.");
        }
    }

    private async Task Listen()
    {
        while (true)
        {
            var (opcode, payload) = await _ear.Read();
            if (opcode != TcpWebSocket.Text) continue;
            var frame = Json.Read(payload);
            switch (frame.Text("type"))
            {
                case "event":
                    var room = frame.Text("room");
                    Assert.Equal(_seqs[room] + 1, frame.Number("seq"));
                    _seqs[room]++;
                    if (room != _private) break;
                    Assert.Equal(_said[(int)_messages], frame.Text("text"));
                    Interlocked.Increment(ref _messages);
                    _heard.Release();
                    break;
                case "typing":
                    Assert.Contains(frame.Text("room"), _seqs.Keys);
                    break;
                case "presence":
                    break;
                default:
                    throw new Xunit.Sdk.XunitException($"This is nothing for a bystander: {frame}");
            }
        }
    }
}
