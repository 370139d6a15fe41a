using System.Globalization;
using System.Text.Json;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.WebSocket;

/// <summary>
/// Reads all that a server sends on a socket and holds it against what must always be so, whatever the client does: frames are whole, control frames
/// short, text is one JSON object, a room's seq rises by exactly 1, and behind the close frame comes nothing.
/// </summary>
internal sealed class SocketReader
{
    private readonly TcpWebSocket _socket;
    private readonly Dictionary<string, long> _seqs;

    public SocketReader(TcpWebSocket socket)
    {
        _socket = socket;
        _seqs = socket.Welcome.List("rooms").ToDictionary(static entry => entry.Field("room").Text("id"), static entry => entry.Number("last"));
    }

    /// <summary>Events so far.</summary>
    public int Events { get; private set; }

    /// <summary>Waits for a further event.</summary>
    public async Task Event()
    {
        for (var before = Events; Events == before;) Assert.Null(await Frame());
    }

    /// <summary>The next frame that is an answer, by the names of <see cref="AutobahnCase"/>.</summary>
    public async Task<string> Answer()
    {
        while (true)
            if (await Frame() is { } answer) return answer;
    }

    private async Task<string?> Frame()
    {
        var (opcode, payload) = await _socket.Read();
        if (opcode >= TcpWebSocket.CloseFrame) Assert.InRange(payload.Length, 0, 125);
        switch (opcode)
        {
            case TcpWebSocket.Text:
                return Text(Json.Read(payload));
            case TcpWebSocket.Pong:
                return AutobahnCase.PongOf(payload);
            case TcpWebSocket.CloseFrame when payload.Length == 0:
                return "close";
            case TcpWebSocket.CloseFrame:
                Assert.True(payload.Length >= 2);
                return string.Create(CultureInfo.InvariantCulture, $"close {TcpWebSocket.Code(payload)}");
            default:
                return string.Create(CultureInfo.InvariantCulture, $"opcode {opcode}");
        }
    }

    private string? Text(JsonElement frame)
    {
        switch (frame.Text("type"))
        {
            case "event":
                var room = frame.Text("room");
                Assert.Equal(_seqs[room] + 1, frame.Number("seq"));
                _seqs[room]++;
                Events++;
                return null;
            case "presence":
                return null;
            case "pong":
                return frame.Is("nonce", "x1") ? AutobahnCase.Accepted : frame.GetRawText();
            case "error":
                return frame.Text("code");
            default:
                return frame.GetRawText();
        }
    }
}
