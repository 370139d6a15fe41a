using System.Globalization;
using static Chatter.Chat.Tests.Conformance.WebSocket.AutobahnCase;

namespace Chatter.Chat.Tests.Conformance.WebSocket;

/// <summary>
/// Group 6: UTF-8, after Markus Kuhn's decoder stress test. In 6.4 the suite calls a server strict that closes at the very byte that makes the text
/// invalid; RFC 6455 §8.1 asks for it at the end of the message only, and that is what ours does.
/// </summary>
internal static class Utf8Cases
{
    private const string Greek = "cebae1bdb9cf83cebcceb5";
    private const string Edited = "656469746564";

    private static readonly string[] Unfinished = ["c0", "e080", "f08080", "f8808080", "fc80808080", "df", "efbf", "f7bfbf", "fbbfbfbf", "fdbfbfbfbf"];

    /// <summary>6.5 and on: sequences, with a minus before what isn't valid.</summary>
    private static readonly string[][] Sequences =
    [
        ["68656c6c6f24776f726c64", "68656c6c6fc2a2776f726c64", "68656c6c6fe282ac776f726c64", "68656c6c6ff0a4ada2776f726c64", Greek], // Some valid sequences
        [.. Enumerable.Range(1, 11).Select(static i => (i is 2 or 5 or 7 or 9 or 11 ? "" : "-") + Greek[..(2 * i)])], // All prefixes of a valid string
        ["00", "c280", "e0a080", "f0908080"], // First possible sequence of a certain length
        ["-f888808080", "-fc8480808080"], // … of length 5 and 6: no code points
        ["7f", "dfbf", "efbfbf", "f48fbfbf"], // Last possible sequence of a certain length
        ["-f7bfbfbf", "-fbbfbfbfbf", "-fdbfbfbfbfbf"], // … of length 4 to 6: no code points
        ["ed9fbf", "ee8080", "efbfbd", "f48fbfbf", "-f4908080"], // Other boundaries
        ["-80", "-bf", "-80bf", "-80bf80", "-80bf80bf", "-80bf80bf80", "-80bf80bf80bf", "-" + Range(0x80, 0xBF, "")], // Unexpected continuation bytes
        ["-" + Range(0xC0, 0xDF, "20"), "-" + Range(0xE0, 0xEF, "20"), "-" + Range(0xF0, 0xF7, "20"), "-" + Range(0xF8, 0xFB, "20"), "-" + Range(0xFC, 0xFD, "20")], // Lonely start bytes
        [.. Unfinished.Select(static sequence => "-" + sequence)], // The last continuation byte missing
        ["-" + string.Concat(Unfinished)], // Unfinished sequences in a row
        ["-fe", "-ff", "-fefeffff"], // Impossible bytes
        ["-c0af", "-e080af", "-f08080af", "-f8808080af", "-fc80808080af"], // An overlong slash
        ["-c1bf", "-e09fbf", "-f08fbfbf", "-f887bfbfbf", "-fc83bfbfbfbf"], // The longest overlong sequences
        ["-c080", "-e08080", "-f0808080", "-f880808080", "-fc8080808080"], // An overlong NUL
        ["-eda080", "-edadbf", "-edae80", "-edafbf", "-edb080", "-edbe80", "-edbfbf"], // Single surrogates
        ["-eda080edb080", "-eda080edbfbf", "-edadbfedb080", "-edadbfedbfbf", "-edae80edb080", "-edae80edbfbf", "-edafbfedb080", "-edafbfedbfbf"], // Paired surrogates
        ["efbfbe", "efbfbf", .. NonCharacters()], // Code points that are no characters, but valid
        ["efbfb9", "efbfba", "efbfbb", "efbfbc", "efbfbd", "efbfbe", "efbfbf"], // Specials, such as the replacement character
    ];

    public static IEnumerable<AutobahnCase> All => [.. Fragmented, .. Cut, .. Sequences.SelectMany(Cases)];

    private static IEnumerable<AutobahnCase> Fragmented =>
    [
        new("6.1.1", [Text([])], BadFrame, Normal),
        new("6.1.2", [Text([], fin: false), More([], fin: false), More([], fin: true)], BadFrame, Normal),
        new("6.1.3", [Text([], fin: false), More(Carrier("middle frame payload"), fin: false), More([], fin: true)], Accepted, Normal),
        new("6.2.1", [Text(Carrier("Hello-µ@ßöäüàá-UTF-8!!"))], Accepted, Normal),
        new("6.2.2", [Text(CutOff("Hello-µ@ßöä"u8.ToArray()), fin: false), More([.. "üàá-UTF-8!!"u8, .. "\"}"u8], fin: true)], Accepted, Normal),
        new("6.2.3", Fragments(Carrier("Hello-µ@ßöäüàá-UTF-8!!"), 1), Accepted, Normal),
        new("6.2.4", Fragments(Carrier(Bytes(Greek)), 1), Accepted, Normal),
        new("6.3.1", [Text(CutOff(Bytes(Greek + "eda080" + Edited)))], NotUtf8),
        new("6.3.2", Fragments(CutOff(Bytes(Greek + "eda080" + Edited)), 1), NotUtf8),
    ];

    /// <summary>Invalid from the twelfth byte on. Where fragments allow it, a ping shows that the valid part was taken.</summary>
    private static IEnumerable<AutobahnCase> Cut =>
    [
        new("6.4.1", [Text(CutOff(Bytes(Greek)), fin: false), Ping("valid so far"), More(Bytes("f4908080"), fin: false), More(Bytes(Edited), fin: true)], PongOf("valid so far"u8.ToArray()), NotUtf8),
        new("6.4.2", [Text(CutOff(Bytes(Greek + "f4")), fin: false), Ping("valid so far"), More(Bytes("90"), fin: false), More(Bytes("8080" + Edited), fin: true)], PongOf("valid so far"u8.ToArray()), NotUtf8),
        new("6.4.3", InPieces(Text(CutOff(Bytes(Greek + "f4908080" + Edited))), 10, 6), NotUtf8),
        new("6.4.4", InPieces(Text(CutOff(Bytes(Greek + "f4908080" + Edited))), 9, 8), NotUtf8),
    ];

    private static IEnumerable<AutobahnCase> Cases(string[] sequences, int group) => sequences.Select((sequence, i) =>
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"6.{group + 5}.{i + 1}");
        if (sequence[0] == '-') return new AutobahnCase(id, [Text(CutOff(Bytes(sequence[1..])))], NotUtf8);
        // A control character is good UTF-8, but has to be escaped in JSON.
        return new AutobahnCase(id, [Text(Carrier(Bytes(sequence)))], sequence == "00" ? BadFrame : Accepted, Normal);
    });

    /// <summary>A frame in three writes, told by how far from its end the second and third begin.</summary>
    private static byte[][] InPieces(byte[] frame, int second, int third) => [frame[..^second], frame[^second..^third], frame[^third..]];

    /// <summary>The last two code points of each plane from 1 to 16, as the suite lists them.</summary>
    private static IEnumerable<string> NonCharacters() =>
        from first in (int[])[0xF0, 0xF1, 0xF2, 0xF3, 0xF4]
        from second in (int[])[0x8F, 0x9F, 0xAF, 0xBF]
        from last in (int[])[0xBE, 0xBF]
        where (first, second) != (0xF0, 0x8F) && (first != 0xF4 || second == 0x8F)
        select string.Create(CultureInfo.InvariantCulture, $"{first:x2}{second:x2}bf{last:x2}");

    /// <summary>Bytes in a row but for the last, as the suite has them.</summary>
    private static string Range(int first, int last, string between) =>
        string.Concat(Enumerable.Range(first, last - first).Select(value => value.ToString("x2", CultureInfo.InvariantCulture) + between));

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex);
}
