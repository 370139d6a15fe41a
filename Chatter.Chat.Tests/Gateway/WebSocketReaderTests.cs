using System.Buffers.Binary;
using System.Text;
using Chatter.Chat.Gateway;
using Chatter.Chat.Protocol;
using CsCheck;
using Xunit;

namespace Chatter.Chat.Tests.Gateway;

/// <summary>RFC 6455 §5 on bytes; cut anywhere, since a network may cut anywhere.</summary>
public sealed class WebSocketReaderTests
{
    private const int Max = 65_536;

    [Fact]
    public void Messages_arrive_whole_however_they_are_fragmented_and_cut() =>
        Gen.Select(Gen.String[0, 300].Array[1, 6], Gen.Int[1, 5], Gen.Int[1, 700], Gen.Bool, Gen.OneOf(Gen.Const(16), Gen.Const(64), Gen.Const(4_096))).Sample(
            (texts, fragments, cut, pings, segment) =>
            {
                texts = [.. texts.Select(static text => new string([.. text.Where(static c => !char.IsSurrogate(c))]))];
                var bytes = new List<byte>();
                foreach (var text in texts)
                {
                    var payload = Encoding.UTF8.GetBytes(text);
                    var size = Math.Max(1, payload.Length / fragments);
                    for (var at = 0; at == 0 || at < payload.Length; at += size)
                    {
                        var part = payload[at..Math.Min(payload.Length, at + size)];
                        bytes.AddRange(Frame(at == 0 ? 1 : 0, part, final: at + size >= payload.Length));
                        if (pings) bytes.AddRange(Frame(9, "p"u8.ToArray()));
                    }
                }
                var incoming = ReadAll([.. bytes], cut, segment);
                Assert.Equal(texts, incoming.Where(static i => i.Opcode == 1).Select(static i => Encoding.UTF8.GetString(i.Payload)));
                Assert.All(incoming.Where(static i => i.Opcode == 9), static i => Assert.Equal("p"u8.ToArray(), i.Payload));
                Assert.Equal(CloseCodes.Abnormal, incoming[^1].Violation);
            },
            iter: 300);

    [Theory]
    [InlineData(65_536, 0)]
    [InlineData(65_537, CloseCodes.TooBig)]
    [InlineData(125, 0)]
    [InlineData(126, 0)]
    [InlineData(0, 0)]
    public void A_message_is_judged_by_its_length(int length, int violation)
    {
        var read = ReadAll(Frame(1, new byte[length].Select(static _ => (byte)'a').ToArray()), 1_000);
        Assert.Equal(violation == 0 ? CloseCodes.Abnormal : violation, read[^1].Violation);
        if (violation == 0) Assert.Equal(length, read[0].Payload.Length);
    }

    [Fact]
    public void Fragments_are_judged_by_their_sum()
    {
        byte[] part = [.. Enumerable.Repeat((byte)'a', 40_000)];
        Assert.Equal(CloseCodes.TooBig, ReadAll([.. Frame(1, part, final: false), .. Frame(0, part)], 4_096)[^1].Violation);
    }

    [Fact]
    public void A_length_that_is_only_announced_is_judged_before_anything_arrives()
    {
        var header = new byte[14];
        header[0] = 0x81;
        header[1] = 0xFF;
        BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(2), 16_000_000);
        Assert.Equal(CloseCodes.TooBig, ReadAll(header, 14)[^1].Violation);
    }

    [Theory]
    [InlineData(new byte[] { 0x81, 0x01, 0x61 }, CloseCodes.ProtocolError)] // not masked
    [InlineData(new byte[] { 0xC1, 0x80, 0, 0, 0, 0 }, CloseCodes.ProtocolError)] // RSV1 without an extension
    [InlineData(new byte[] { 0x91, 0x80, 0, 0, 0, 0 }, CloseCodes.ProtocolError)] // RSV3
    [InlineData(new byte[] { 0x83, 0x80, 0, 0, 0, 0 }, CloseCodes.ProtocolError)] // reserved opcode
    [InlineData(new byte[] { 0x8B, 0x80, 0, 0, 0, 0 }, CloseCodes.ProtocolError)] // reserved control opcode
    [InlineData(new byte[] { 0x09, 0x80, 0, 0, 0, 0 }, CloseCodes.ProtocolError)] // a ping in fragments
    [InlineData(new byte[] { 0x89, 0xFE, 0, 126 }, CloseCodes.ProtocolError)] // a ping of 126 bytes
    [InlineData(new byte[] { 0x80, 0x80, 0, 0, 0, 0 }, CloseCodes.ProtocolError)] // a continuation of nothing
    [InlineData(new byte[] { 0x01, 0x80, 0, 0, 0, 0, 0x81, 0x80, 0, 0, 0, 0 }, CloseCodes.ProtocolError)] // a message inside a message
    [InlineData(new byte[] { 0x81, 0x82, 0, 0, 0, 0, 0xC3, 0x28 }, CloseCodes.InvalidPayload)] // no UTF-8
    [InlineData(new byte[] { 0x81, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0 }, CloseCodes.ProtocolError)] // a length with its top bit set
    public void What_is_against_the_standard_ends_the_connection(byte[] bytes, int violation) => Assert.Equal(violation, ReadAll(bytes, 3)[^1].Violation);

    [Theory]
    [InlineData(new byte[0], CloseCodes.NoStatus)]
    [InlineData(new byte[] { 3 }, CloseCodes.ProtocolError)]
    [InlineData(new byte[] { 0x03, 0xE8 }, 1000)]
    [InlineData(new byte[] { 0x03, 0xED }, CloseCodes.ProtocolError)] // 1005
    [InlineData(new byte[] { 0x03, 0xE7 }, CloseCodes.ProtocolError)] // 999
    [InlineData(new byte[] { 0x07, 0xD0 }, CloseCodes.ProtocolError)] // 2000
    [InlineData(new byte[] { 0x11, 0x30 }, 4400)]
    [InlineData(new byte[] { 0x03, 0xE8, 0xFF }, CloseCodes.InvalidPayload)]
    public void A_close_frame_is_answered_by_its_code_or_by_what_is_wrong_with_it(byte[] payload, int answer) => Assert.Equal(answer, CloseFrame.Answer(payload));

    private static List<(byte Opcode, byte[] Payload, ushort Violation)> ReadAll(byte[] bytes, int cut, int segment = 4_096) => IncomingFrames.ReadAll(bytes, Max, () => cut, segment);

    private static byte[] Frame(int opcode, byte[] payload, bool final = true)
    {
        byte[] mask = [1, 2, 3, 4];
        var first = (byte)((final ? 0x80 : 0) | opcode);
        byte[] length = payload.Length < 126 ? [(byte)(0x80 | payload.Length)]
            : payload.Length < 65_536 ? [0xFE, (byte)(payload.Length >> 8), (byte)payload.Length]
            : [0xFF, 0, 0, 0, 0, (byte)(payload.Length >> 24), (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length];
        return [first, .. length, .. mask, .. payload.Select((value, i) => (byte)(value ^ mask[i & 3]))];
    }
}
