using System.Text;
using static Chatter.Chat.Tests.Conformance.WebSocket.AutobahnCase;

namespace Chatter.Chat.Tests.Conformance.WebSocket;

/// <summary>The groups 5 and 10: messages in fragments, with control frames between them, and continuations of nothing. In 5.15 a server is strict that answers the whole message before it closes.</summary>
internal static class FragmentCases
{
    private const string PingPayload = "ping payload";

    private static readonly byte[] Nothing = "non-continuation payload"u8.ToArray();

    private static byte[] Hello => Carrier("Hello, world!");

    private static string PongOfPing => PongOf(Encoding.ASCII.GetBytes(PingPayload));

    public static IEnumerable<AutobahnCase> All =>
    [
        new("5.1", [Ping("fragment1", fin: false), More("fragment2"u8.ToArray(), fin: true)], ProtocolError),
        new("5.2", [Pong("fragment1", fin: false), More("fragment2"u8.ToArray(), fin: true)], ProtocolError),
        new("5.3", Together(Split(Hello, 2)), Accepted, Normal),
        new("5.4", Split(Hello, 2), Accepted, Normal),
        new("5.5", Chop(1, Split(Hello, 2)), Accepted, Normal),
        new("5.6", Together(PingBetween), PongOfPing, Accepted, Normal),
        new("5.7", PingBetween, PongOfPing, Accepted, Normal),
        new("5.8", Chop(1, PingBetween), PongOfPing, Accepted, Normal),
        new("5.9", Together(More(Nothing, fin: true), Text(Hello)), ProtocolError),
        new("5.10", [More(Nothing, fin: true), Text(Hello)], ProtocolError),
        new("5.11", Chop(1, More(Nothing, fin: true), Text(Hello)), ProtocolError),
        new("5.12", Together(More(Nothing, fin: false), Text(Hello)), ProtocolError),
        new("5.13", [More(Nothing, fin: false), Text(Hello)], ProtocolError),
        new("5.14", Chop(1, More(Nothing, fin: false), Text(Hello)), ProtocolError),
        new("5.15", Together([.. Split(Hello, 2), More("fragment3"u8.ToArray(), fin: false), Text(Hello)]), Accepted, ProtocolError),
        new("5.16", [.. Twice([More("fragment1"u8.ToArray(), fin: false), .. Split(Hello, 2)])], ProtocolError),
        new("5.17", [.. Twice([More("fragment1"u8.ToArray(), fin: true), .. Split(Hello, 2)])], ProtocolError),
        new("5.18", Together(Text(Hello, fin: false), Text(Hello)), ProtocolError),
        new("5.19", Together(TwoPingsAmongFive), PongOf("pongme 1!"u8.ToArray()), PongOf("pongme 2!"u8.ToArray()), Accepted, Normal),
        new("5.20", TwoPingsAmongFive, PongOf("pongme 1!"u8.ToArray()), PongOf("pongme 2!"u8.ToArray()), Accepted, Normal),
        new("10.1.1", Fragments(CarrierOf(65_536), 1_300), Accepted, Normal),
    ];

    private static byte[][] PingBetween
    {
        get
        {
            var parts = Split(Hello, 2);
            return [parts[0], Ping(PingPayload), parts[1]];
        }
    }

    private static byte[][] TwoPingsAmongFive
    {
        get
        {
            var parts = Split(Hello, 5);
            return [.. parts[..2], Ping("pongme 1!"), .. parts[2..4], Ping("pongme 2!"), parts[4]];
        }
    }

    private static IEnumerable<byte[]> Twice(byte[][] frames) => [.. frames, .. frames];
}
