using System.Text;
using Chatter.Chat.Tests.Support;

namespace Chatter.Chat.Tests.Conformance.WebSocket;

/// <summary>
/// One case of the Autobahn test-suite (crossbario/autobahn-testsuite), under its own number. The suite tests servers that echo; here a <c>ping</c> of
/// the protocol carries what it sends, and the <c>pong</c> says that it was accepted.
/// </summary>
/// <param name="Id">The suite's number of the case.</param>
/// <param name="Writes">What is sent, write by write.</param>
/// <param name="Answers">What has to come, in this order and nothing else, the close included.</param>
internal sealed record AutobahnCase(string Id, IReadOnlyList<byte[]> Writes, params IReadOnlyList<string> Answers)
{
    /// <summary>The carrier was taken for a message.</summary>
    public const string Accepted = "accepted";

    /// <summary>What was sent is a message, but no frame of the protocol.</summary>
    public const string BadFrame = "bad_frame";

    /// <summary>A good end; where no case asked for it, the runner does.</summary>
    public const string Normal = "close 1000";

    /// <summary>Against the framing rules.</summary>
    public const string ProtocolError = "close 1002";

    /// <summary>Not UTF-8.</summary>
    public const string NotUtf8 = "close 1007";

    /// <summary>All cases of the groups 1 to 7 and 10. Group 9 is about sizes beyond our limit, 12 and 13 about an extension that isn't negotiated.</summary>
    public static IReadOnlyList<AutobahnCase> All { get; } = [.. FramingCases.All, .. FragmentCases.All, .. Utf8Cases.All, .. ClosingCases.All];

    /// <summary>Whether the case itself ends the connection: by what it does wrong, or by the close frame that is the subject of group 7.</summary>
    public bool Ends => Answers[^1] != Normal || Id.StartsWith("7.", StringComparison.Ordinal);

    /// <summary>A control frame's answer.</summary>
    public static string PongOf(byte[] payload) => "pong " + Convert.ToHexStringLower(payload);

    /// <summary>A carrier of some bytes.</summary>
    public static byte[] Carrier(params byte[] content) => [.. Opening, .. content, .. "\"}"u8];

    /// <summary>A carrier of a text.</summary>
    public static byte[] Carrier(string content) => Carrier(Encoding.UTF8.GetBytes(content));

    /// <summary>A carrier that is exactly so long.</summary>
    public static byte[] CarrierOf(int bytes) => Carrier(new string('*', bytes - Carrier("").Length));

    /// <summary>A carrier that ends with some bytes, as the suite's messages do: a character that is cut off there has no chance to go on.</summary>
    public static byte[] CutOff(params byte[] content) => [.. Opening, .. content];

    /// <summary>A message, or its beginning.</summary>
    public static byte[] Text(byte[] payload, bool fin = true, int rsv = 0) => TcpWebSocket.Frame(TcpWebSocket.Text, payload, fin, rsv);

    /// <summary>A message's next fragment.</summary>
    public static byte[] More(byte[] payload, bool fin) => TcpWebSocket.Frame(TcpWebSocket.Continuation, payload, fin);

    public static byte[] Ping(string payload = "", bool fin = true) => TcpWebSocket.Frame(TcpWebSocket.Ping, Encoding.ASCII.GetBytes(payload), fin);

    public static byte[] Pong(string payload = "", bool fin = true) => TcpWebSocket.Frame(TcpWebSocket.Pong, Encoding.ASCII.GetBytes(payload), fin);

    /// <summary>A message in fragments of that size.</summary>
    public static byte[][] Fragments(byte[] message, int size)
    {
        var parts = message.Chunk(size).ToArray();
        return [.. parts.Select((part, i) => i == 0 ? Text(part, fin: parts.Length == 1) : More(part, fin: i == parts.Length - 1))];
    }

    /// <summary>A message in that many fragments.</summary>
    public static byte[][] Split(byte[] message, int fragments) => Fragments(message, (message.Length + fragments - 1) / fragments);

    /// <summary>Frames in pieces of that size.</summary>
    public static byte[][] Chop(int size, params byte[][] frames) => [.. Together(frames)[0].Chunk(size)];

    /// <summary>Frames in one write.</summary>
    public static byte[][] Together(params byte[][] frames) => [[.. frames.SelectMany(static frame => frame)]];

    private static byte[] Opening => "{\"type\":\"ping\",\"nonce\":\"x1\",\"pad\":\""u8.ToArray();
}
