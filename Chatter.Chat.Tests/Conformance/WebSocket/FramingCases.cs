using System.Globalization;
using System.Text;
using Chatter.Chat.Tests.Support;
using static Chatter.Chat.Tests.Conformance.WebSocket.AutobahnCase;

namespace Chatter.Chat.Tests.Conformance.WebSocket;

/// <summary>
/// The groups 1 to 4: lengths, pings and pongs, reserved bits, reserved opcodes. The suite calls a server non-strict that doesn't answer a message
/// before it closes for what came behind it (3.2 to 3.4, 4.1.3 to 4.1.5, 4.2.3 to 4.2.5); ours has to.
/// </summary>
internal static class FramingCases
{
    /// <summary>Binary is for another sub-protocol (docs/protocol.md §4.5).</summary>
    private const string NoBinary = "close 1003";

    private static readonly byte[] Odd = [0x00, 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0x00, 0xFF];
    private static readonly byte[] Longest = [.. Enumerable.Repeat((byte)0xFE, 125)];
    private static readonly string[] TenPings = [.. Enumerable.Range(0, 10).Select(static i => string.Create(CultureInfo.InvariantCulture, $"payload-{i}"))];

    private static byte[] Hello => Carrier("Hello, world!");

    private static string[] TenPongs => [.. TenPings.Select(static payload => PongOf(Encoding.ASCII.GetBytes(payload)))];

    public static IEnumerable<AutobahnCase> All => [.. Lengths, .. Pings, .. ReservedBits, .. ReservedOpcodes];

    private static IEnumerable<AutobahnCase> Lengths =>
    [
        new("1.1.1", [Text([])], BadFrame, Normal),
        new("1.1.2", [Text(CarrierOf(125))], Accepted, Normal),
        new("1.1.3", [Text(CarrierOf(126))], Accepted, Normal),
        new("1.1.4", [Text(CarrierOf(127))], Accepted, Normal),
        new("1.1.5", [Text(CarrierOf(128))], Accepted, Normal),
        new("1.1.6", [Text(CarrierOf(65_535))], Accepted, Normal),
        new("1.1.7", [Text(CarrierOf(65_536))], Accepted, Normal),
        new("1.1.8", Chop(997, Text(CarrierOf(65_536))), Accepted, Normal),
        new("1.2.1", [Binary(0)], NoBinary),
        new("1.2.2", [Binary(125)], NoBinary),
        new("1.2.3", [Binary(126)], NoBinary),
        new("1.2.4", [Binary(127)], NoBinary),
        new("1.2.5", [Binary(128)], NoBinary),
        new("1.2.6", [Binary(65_535)], NoBinary),
        new("1.2.7", [Binary(65_536)], NoBinary),
        new("1.2.8", Chop(997, Binary(65_536)), NoBinary),
    ];

    private static IEnumerable<AutobahnCase> Pings =>
    [
        new("2.1", [Ping()], PongOf([]), Normal),
        new("2.2", [Ping("Hello, world!")], PongOf("Hello, world!"u8.ToArray()), Normal),
        new("2.3", [Frame(TcpWebSocket.Ping, Odd)], PongOf(Odd), Normal),
        new("2.4", [Frame(TcpWebSocket.Ping, Longest)], PongOf(Longest), Normal),
        new("2.5", [Frame(TcpWebSocket.Ping, [.. Longest, 0xFE])], ProtocolError),
        new("2.6", Chop(1, Frame(TcpWebSocket.Ping, Longest)), PongOf(Longest), Normal),
        new("2.7", [Pong()], Normal),
        new("2.8", [Pong("unsolicited pong payload")], Normal),
        new("2.9", [Pong("unsolicited pong payload"), Ping("ping payload")], PongOf("ping payload"u8.ToArray()), Normal),
        new("2.10", [.. TenPings.Select(static payload => Ping(payload))], [.. TenPongs, Normal]),
        new("2.11", Chop(1, [.. TenPings.Select(static payload => Ping(payload))]), [.. TenPongs, Normal]),
    ];

    private static IEnumerable<AutobahnCase> ReservedBits =>
    [
        new("3.1", [Text(Hello, rsv: 1)], ProtocolError),
        new("3.2", Together(Text(Hello), Text(Hello, rsv: 2), Ping()), Accepted, ProtocolError),
        new("3.3", [Text(Hello), Text(Hello, rsv: 3), Ping()], Accepted, ProtocolError),
        new("3.4", Chop(1, Text(Hello), Text(Hello, rsv: 4), Ping()), Accepted, ProtocolError),
        new("3.5", [Frame(TcpWebSocket.Binary, Odd, 5)], ProtocolError),
        new("3.6", [Frame(TcpWebSocket.Binary, "Hello, world!"u8.ToArray(), 6)], ProtocolError),
        new("3.7", [Frame(TcpWebSocket.CloseFrame, [], 7)], ProtocolError),
    ];

    private static IEnumerable<AutobahnCase> ReservedOpcodes =>
    [
        new("4.1.1", [Frame(3, [])], ProtocolError),
        new("4.1.2", [Frame(4, "reserved opcode payload"u8.ToArray())], ProtocolError),
        new("4.1.3", Together(Text(Hello), Frame(5, []), Ping()), Accepted, ProtocolError),
        new("4.1.4", Together(Text(Hello), Frame(6, Hello), Ping()), Accepted, ProtocolError),
        new("4.1.5", Chop(1, Text(Hello), Frame(7, Hello), Ping()), Accepted, ProtocolError),
        new("4.2.1", [Frame(11, [])], ProtocolError),
        new("4.2.2", [Frame(12, "reserved opcode payload"u8.ToArray())], ProtocolError),
        new("4.2.3", Together(Text(Hello), Frame(13, []), Ping()), Accepted, ProtocolError),
        new("4.2.4", Together(Text(Hello), Frame(14, Hello), Ping()), Accepted, ProtocolError),
        new("4.2.5", Chop(1, Text(Hello), Frame(15, Hello), Ping()), Accepted, ProtocolError),
    ];

    private static byte[] Binary(int bytes) => Frame(TcpWebSocket.Binary, [.. Enumerable.Repeat((byte)0xFE, bytes)]);

    private static byte[] Frame(int opcode, byte[] payload, int rsv = 0) => TcpWebSocket.Frame(opcode, payload, rsv: rsv);
}
