using System.Text.Json;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Fuzzing;

/// <summary>Sends mutated frames over real sockets and judges what comes back: an answer, or a close with a code that docs/protocol.md names.</summary>
internal sealed class SocketFuzzer(FuzzWorld world, TestUser user) : IAsyncDisposable
{
    /// <summary>The close codes of docs/protocol.md §4.5 that a client can have by what it sends, or by being slow about it. 1011 isn't among them.</summary>
    private static readonly int[] Codes = [1002, 1003, 1007, 1009, 1013, 4400, 4401, 4408, 4429];

    private static readonly HashSet<string> Types = ["welcome", "rooms", "event", "sent", "subscribed", "unsubscribed", "reset", "history", "typing", "read", "presence", "error", "pong", "goodbye"];

    /// <summary>The codes of docs/protocol.md §4.6 that an <c>error</c> may have.</summary>
    private static readonly HashSet<string> Errors =
    [
        "bad_frame", "unknown_type", "not_authenticated", "no_such_room", "not_a_member", "forbidden", "muted", "banned", "too_long", "invalid", "nonce_reused", "no_such_event", "no_such_user", "no_such_attachment",
        "conflict", "rate_limited", "out_of_order",
    ];

    private TcpWebSocket? _socket;

    private Vocabulary Words => world.Words with { Token = user.Token };

    /// <summary>A good message with a mutated frame in it: the socket goes on, unless it is closed for a reason.</summary>
    public async Task Payload(int input, Random random)
    {
        var payload = new JsonMutator(random).Mutate(new Corpus(random, Words).Frame());
        var bytes = new FrameMutator(random).Message(payload);
        try
        {
            _socket ??= random.Next(20) == 0 ? await TcpWebSocket.Connect(world.Server) : await TcpWebSocket.Hello(user);
            await _socket.Write(bytes);
            var nonce = $"after{input}";
            await _socket.Say(new { type = "ping", nonce });
            if (await Answered(_socket, nonce)) return;
        }
        catch (Exception e)
        {
            throw FuzzSeed.Failure("A message was answered wrongly.", input, payload, e);
        }
        await DisposeAsync();
    }

    /// <summary>Mutated framing on a connection of its own, since what follows it may belong to it; then our end, which has to lead to the server's.</summary>
    public async Task Stream(int input, Random random)
    {
        var bytes = new FrameMutator(random).Stream(() => new JsonMutator(random).Mutate(new Corpus(random, Words).Frame()));
        try
        {
            await using var socket = random.Next(2) == 0 ? await TcpWebSocket.Connect(world.Server) : await TcpWebSocket.Hello(user);
            try
            {
                foreach (var piece in bytes.Chunk(Math.Max(1, random.Next(bytes.Length)))) await socket.Write(piece);
                await socket.StopSending();
                while (true) Judge(await socket.Read(), ownCodes: true);
            }
            catch (IOException)
            {
                // The end of the connection, in whatever way: what was cut off in the middle needs no close frame.
            }
        }
        catch (Exception e)
        {
            throw FuzzSeed.Failure("Frames were answered wrongly.", input, bytes, e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_socket is not { } socket) return;
        _socket = null;
        await socket.DisposeAsync();
    }

    /// <returns>False where the socket was closed.</returns>
    private static async Task<bool> Answered(TcpWebSocket socket, string nonce)
    {
        while (true)
        {
            var read = await socket.Read();
            var frame = Judge(read, ownCodes: false);
            if (read.Opcode == TcpWebSocket.CloseFrame) return false;
            // Before `hello` the ping is refused, but answered.
            if (frame.ValueKind == JsonValueKind.Object && frame.Text("type") is "pong" or "error" && frame.Is("nonce", nonce)) return true;
        }
    }

    /// <param name="read">What the server sent.</param>
    /// <param name="ownCodes">Whether a close frame may be the answer to one that a mutation made.</param>
    private static JsonElement Judge((int Opcode, byte[] Payload) read, bool ownCodes)
    {
        switch (read.Opcode)
        {
            case TcpWebSocket.CloseFrame:
                var code = TcpWebSocket.Code(read.Payload);
                Assert.True(Codes.Contains(code) || ownCodes && IsClients(code), $"Closed with {code}");
                return default;
            case TcpWebSocket.Text:
                var frame = Json.Read(read.Payload);
                Assert.Contains(frame.Text("type"), Types);
                if (frame.Is("type", "error")) Assert.Contains(frame.Text("code"), Errors);
                return frame;
            default:
                Assert.Contains(read.Opcode, (int[])[TcpWebSocket.Ping, TcpWebSocket.Pong]);
                return default;
        }
    }

    private static bool IsClients(int code) => code is (>= 1000 and <= 1003) or 1005 or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);
}
