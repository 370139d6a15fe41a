using System.Globalization;
using System.Text;
using Chatter.Chat.Tests.Support;
using static Chatter.Chat.Tests.Conformance.WebSocket.AutobahnCase;

namespace Chatter.Chat.Tests.Conformance.WebSocket;

/// <summary>
/// Group 7: the closing handshake. Where the suite leaves the outcome open (7.1.6, a message over our limit before the close; 7.5.1, 1002 or 1007; 7.13,
/// codes that can't be), it is fixed here to what docs/protocol.md says.
/// </summary>
internal static class ClosingCases
{
    private static readonly int[] GoodCodes = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
    private static readonly int[] BadCodes = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];

    private static readonly byte[] NoUtf8 = Convert.FromHexString("cebae1bdb9cf83cebcceb5eda080656469746564");

    private static byte[] Hello => Carrier("Hello World!");

    public static IEnumerable<AutobahnCase> All =>
    [
        new("7.1.1", [Text(Hello), Close(1000)], Accepted, Normal),
        new("7.1.2", [Close(1000), CloseWith([])], Normal),
        new("7.1.3", [Close(1000), Ping()], Normal),
        new("7.1.4", [Close(1000), Text(Hello)], Normal),
        new("7.1.5", [Text(Hello[..20], fin: false), Close(1000), More(Hello[20..], fin: true)], Normal),
        new("7.1.6", [Text(CarrierOf(256 * 1024)), Text(Hello), Close(1000), Ping()], "close 1009"),
        new("7.3.1", [CloseWith([])], "close"),
        new("7.3.2", [CloseWith("a"u8.ToArray())], ProtocolError),
        new("7.3.3", [Close(1000)], Normal),
        new("7.3.4", [Close(1000, "Hello World!")], Normal),
        new("7.3.5", [Close(1000, new string('*', 123))], Normal),
        new("7.3.6", [Close(1000, new string('*', 124))], ProtocolError),
        new("7.5.1", [CloseWith([.. CodeBytes(1000), .. NoUtf8])], NotUtf8),
        .. GoodCodes.Select(static (code, i) => new AutobahnCase(Id("7.7", i), [Close(code)], string.Create(CultureInfo.InvariantCulture, $"close {code}"))),
        .. BadCodes.Select(static (code, i) => new AutobahnCase(Id("7.9", i), [Close(code)], ProtocolError)),
        new("7.13.1", [Close(5000)], ProtocolError),
        new("7.13.2", [Close(65_535)], ProtocolError),
    ];

    /// <summary>A close frame with a code and a reason.</summary>
    public static byte[] Close(int code, string reason = "") => CloseWith([.. CodeBytes(code), .. Encoding.ASCII.GetBytes(reason)]);

    private static byte[] CloseWith(byte[] payload) => TcpWebSocket.Frame(TcpWebSocket.CloseFrame, payload);

    private static byte[] CodeBytes(int code) => [(byte)(code >> 8), (byte)code];

    private static string Id(string group, int index) => string.Create(CultureInfo.InvariantCulture, $"{group}.{index + 1}");
}
