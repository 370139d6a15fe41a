using Chatter.Chat.Tests.Support;

namespace Chatter.Chat.Tests.Fuzzing;

/// <summary>Puts messages into frames of RFC 6455: well, in fragments with control frames between them, or against the rules.</summary>
internal sealed class FrameMutator(Random random)
{
    /// <summary>A whole message in frames as the standard allows them.</summary>
    public byte[] Message(byte[] payload)
    {
        if (random.Next(4) != 0) return TcpWebSocket.Frame(TcpWebSocket.Text, payload);
        var bytes = new List<byte>();
        var begun = false;
        for (var at = 0; ;)
        {
            var end = Math.Min(payload.Length, at + random.Next(1 + payload.Length / random.Next(1, 5)));
            var last = end == payload.Length && random.Next(4) != 0;
            bytes.AddRange(TcpWebSocket.Frame(begun ? TcpWebSocket.Continuation : TcpWebSocket.Text, payload[at..end], fin: last));
            if (last) return [.. bytes];
            (begun, at) = (true, end);
            if (random.Next(4) == 0) bytes.AddRange(Control(random.Next(126)));
        }
    }

    /// <summary>Some frames of which some may be anything: the bytes of a client that is broken, or means it.</summary>
    public byte[] Stream(Func<byte[]> payload)
    {
        var bytes = new List<byte>();
        for (var frames = random.Next(1, 6); frames > 0; frames--) bytes.AddRange(random.Next(2) == 0 ? Message(payload()) : Wrong(payload()));
        var result = bytes.ToArray();
        for (var times = random.Next(6) - 3; times > 0; times--) result[random.Next(result.Length)] ^= (byte)(1 << random.Next(8));
        return random.Next(4) == 0 ? result[..random.Next(result.Length)] : result;
    }

    private byte[] Wrong(byte[] payload) => random.Next(7) switch
    {
        0 => TcpWebSocket.Frame(random.Next(16), payload, fin: random.Next(2) == 0),
        1 => TcpWebSocket.Frame(TcpWebSocket.Text, payload, rsv: random.Next(8)),
        2 => TcpWebSocket.Frame(TcpWebSocket.Text, payload, mask: false),
        3 => TcpWebSocket.Frame(TcpWebSocket.Text, payload, announced: Announced(payload.Length)),
        4 => Control(random.Next(140)),
        5 => TcpWebSocket.Frame(TcpWebSocket.CloseFrame, [(byte)random.Next(24), (byte)random.Next(256), .. payload[..Math.Min(payload.Length, random.Next(130))]]),
        _ => TcpWebSocket.Frame(TcpWebSocket.Text, payload, fin: false),
    };

    private byte[] Control(int length)
    {
        var payload = new byte[length];
        random.NextBytes(payload);
        return TcpWebSocket.Frame(random.Next(2) == 0 ? TcpWebSocket.Ping : TcpWebSocket.Pong, payload);
    }

    private long Announced(int length) => random.Next(6) switch
    {
        0 => length + 1,
        1 => Math.Max(0, length - 1),
        2 => 65_536,
        3 => 65_537,
        4 => random.NextInt64(),
        _ => random.Next(70_000),
    };
}
