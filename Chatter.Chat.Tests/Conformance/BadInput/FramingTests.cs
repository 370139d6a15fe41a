using System.Buffers.Binary;
using System.Text;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.BadInput;

/// <summary>
/// RFC 6455 byte by byte, with the case numbers of the Autobahn test-suite where one is the model. A <c>pong</c> is what shows that a message was
/// accepted; unknown fields carry sizes and characters.
/// </summary>
public sealed class FramingTests(Neighbourhood neighbourhood) : IClassFixture<Neighbourhood>, IAsyncLifetime
{
    private Scene _scene = null!;
    private TcpWebSocket _socket = null!;

    public async ValueTask InitializeAsync()
    {
        _scene = await neighbourhood.Scene();
        _socket = await TcpWebSocket.Hello(_scene.User);
    }

    public async ValueTask DisposeAsync()
    {
        await _socket.DisposeAsync();
        await _scene.DisposeAsync();
    }

    /// <summary>A <c>ping</c> of the protocol that is exactly so long.</summary>
    private static byte[] Message(int bytes, string nonce = "n", string pad = "")
    {
        var start = $$"""{"type":"ping","nonce":"{{nonce}}","pad":"{{pad}}""";
        return Encoding.UTF8.GetBytes(start + new string('x', bytes - Encoding.UTF8.GetByteCount(start) - 2) + "\"}");
    }

    private async Task Accepted(string nonce = "n")
    {
        await _socket.Next("pong", f => f.Is("nonce", nonce));
        await _scene.Unharmed();
    }

    private async Task ClosesWith(params int[] codes)
    {
        Assert.Contains(await _socket.Closed(), codes);
        await _scene.Unharmed();
    }

    [Theory]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public async Task Case_1_1_a_message_of_any_length_up_to_the_limit(int bytes)
    {
        await _socket.Send(TcpWebSocket.Text, Message(bytes));
        await Accepted();
    }

    [Fact]
    public async Task Case_1_1_8_byte_by_byte()
    {
        foreach (var b in TcpWebSocket.Frame(TcpWebSocket.Text, Message(300))) await _socket.Write([b]);
        await Accepted();
    }

    [Fact]
    public async Task A_message_over_the_limit_is_too_big()
    {
        await _socket.Send(TcpWebSocket.Text, Message(65_537));
        await ClosesWith(1009);
    }

    [Theory]
    [InlineData(65_536, true)]
    [InlineData(65_537, false)]
    public async Task The_limit_goes_for_all_fragments_together(int bytes, bool passes)
    {
        var message = Message(bytes);
        for (var i = 0; i < message.Length; i += 16_384)
        {
            var end = Math.Min(i + 16_384, message.Length);
            await _socket.Send(i == 0 ? TcpWebSocket.Text : TcpWebSocket.Continuation, message[i..end], fin: end == message.Length);
        }
        if (passes) await Accepted();
        else await ClosesWith(1009);
    }

    [Fact]
    public async Task Case_1_2_binary_is_not_understood()
    {
        await _socket.Send(TcpWebSocket.Binary, Message(200));
        await ClosesWith(1003);
    }

    [Fact]
    public async Task Case_1_2_1_empty_binary_is_not_understood()
    {
        await _socket.Send(TcpWebSocket.Binary, []);
        await ClosesWith(1003);
    }

    [Fact]
    public async Task Case_1_1_1_an_empty_message_is_a_bad_frame()
    {
        await _socket.Send(TcpWebSocket.Text, []);
        Assert.Equal("bad_frame", (await _socket.Next("error")).Text("code"));
        await _scene.Unharmed();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    public async Task Case_2_a_ping_is_answered_with_its_payload(int bytes)
    {
        var payload = Enumerable.Range(0, bytes).Select(static i => (byte)(i * 3)).ToArray();
        await _socket.Send(TcpWebSocket.Ping, payload);
        var (opcode, answer) = await _socket.Read();
        Assert.Equal(TcpWebSocket.Pong, opcode);
        Assert.Equal(payload, answer);
    }

    [Fact]
    public async Task Case_2_5_a_ping_of_126_bytes_is_against_the_rules()
    {
        await _socket.Send(TcpWebSocket.Ping, new byte[126]);
        await ClosesWith(1002);
    }

    [Fact]
    public async Task Case_2_7_a_pong_unasked_for_is_ignored()
    {
        await _socket.Send(TcpWebSocket.Pong, [1, 2, 3]);
        await _socket.Send(TcpWebSocket.Text, Message(100));
        await Accepted();
    }

    [Fact]
    public async Task Case_2_10_pings_in_a_row_are_answered()
    {
        for (var i = 0; i < 10; i++) await _socket.Send(TcpWebSocket.Ping, [(byte)i]);
        var last = -1;
        while (last != 9)
        {
            var (opcode, payload) = await _socket.Read();
            Assert.Equal(TcpWebSocket.Pong, opcode);
            Assert.True(payload[0] > last);
            last = payload[0];
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    public async Task Case_3_reserved_bits_are_against_the_rules(int rsv)
    {
        await _socket.Send(TcpWebSocket.Text, Message(100), rsv: rsv);
        await ClosesWith(1002);
    }

    [Fact]
    public async Task Case_3_5_reserved_bits_on_a_ping_too()
    {
        await _socket.Send(TcpWebSocket.Ping, [1], rsv: 4);
        await ClosesWith(1002);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(15)]
    public async Task Case_4_unknown_opcodes_are_against_the_rules(int opcode)
    {
        await _socket.Send(opcode, []);
        await ClosesWith(1002);
    }

    [Fact]
    public async Task A_frame_without_mask_is_against_the_rules()
    {
        await _socket.Send(TcpWebSocket.Text, Message(100), mask: false);
        await ClosesWith(1002);
    }

    [Theory]
    [InlineData(TcpWebSocket.Ping)]
    [InlineData(TcpWebSocket.Pong)]
    [InlineData(TcpWebSocket.CloseFrame)]
    public async Task Case_5_1_control_frames_are_not_fragmented(int opcode)
    {
        await _socket.Send(opcode, [], fin: false);
        await ClosesWith(1002);
    }

    [Fact]
    public async Task Case_5_3_to_5_8_fragments_with_pings_between()
    {
        var message = Message(300);
        await _socket.Send(TcpWebSocket.Text, message[..100], fin: false);
        await _socket.Send(TcpWebSocket.Ping, [1]);
        await _socket.Send(TcpWebSocket.Continuation, [], fin: false);
        await _socket.Send(TcpWebSocket.Continuation, message[100..200], fin: false);
        await _socket.Send(TcpWebSocket.Ping, [2]);
        await _socket.Send(TcpWebSocket.Continuation, message[200..]);
        // A later pong may stand for an earlier one (RFC 6455 §5.5.3).
        var (opcode, payload) = await _socket.Read();
        Assert.Equal(TcpWebSocket.Pong, opcode);
        Assert.Contains(payload.Single(), (byte[])[1, 2]);
        await Accepted();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Case_5_9_a_continuation_without_a_start_is_against_the_rules(bool fin)
    {
        await _socket.Send(TcpWebSocket.Continuation, Message(100), fin);
        await ClosesWith(1002);
    }

    [Fact]
    public async Task Case_5_18_a_new_message_within_a_message_is_against_the_rules()
    {
        await _socket.Send(TcpWebSocket.Text, Message(100)[..50], fin: false);
        await _socket.Send(TcpWebSocket.Text, Message(100)[50..]);
        await ClosesWith(1002);
    }

    [Theory]
    [InlineData("κόσμε")]
    [InlineData("\u0080\u07ff\u0800\uffff")]
    [InlineData("𐀀\U0010FFFF\uFEFF\uFFFD\u202e")]
    public async Task Case_6_text_cut_anywhere_within_its_characters(string text)
    {
        var message = Message(200, pad: text);
        for (var i = 0; i < message.Length; i++)
        {
            await _socket.Send(i == 0 ? TcpWebSocket.Text : TcpWebSocket.Continuation, [message[i]], fin: i == message.Length - 1);
        }
        await Accepted();
    }

    [Theory]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0xBF, 0xBF })]
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0xC3, 0x28 })]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xC1, 0xBF })]
    [InlineData(new byte[] { 0xE0, 0x80, 0xAF })]
    [InlineData(new byte[] { 0xE2, 0x82 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xED, 0xBF, 0xBF })]
    [InlineData(new byte[] { 0xF0, 0x80, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xF8, 0x88, 0x80, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xFE })]
    [InlineData(new byte[] { 0xFF })]
    public async Task Case_6_text_that_is_not_UTF8(byte[] bytes)
    {
        await _socket.Send(TcpWebSocket.Text, [.. "{\"type\":\"ping\",\"nonce\":\"n\",\"pad\":\""u8, .. bytes, .. "\"}"u8]);
        await ClosesWith(1007);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(1002)]
    [InlineData(1003)]
    [InlineData(1007)]
    [InlineData(1011)]
    [InlineData(3000)]
    [InlineData(3999)]
    [InlineData(4000)]
    [InlineData(4401)]
    [InlineData(4999)]
    public async Task Case_7_7_a_good_close_is_answered(int code)
    {
        await _socket.Send(TcpWebSocket.CloseFrame, Close(code, "goodbye"));
        await ClosesWith(code, 1000);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(999)]
    [InlineData(1004)]
    [InlineData(1005)]
    [InlineData(1006)]
    [InlineData(1015)]
    [InlineData(1016)]
    [InlineData(1100)]
    [InlineData(2000)]
    [InlineData(2999)]
    [InlineData(5000)]
    [InlineData(65_535)]
    public async Task Case_7_9_a_close_with_a_code_that_is_none(int code)
    {
        await _socket.Send(TcpWebSocket.CloseFrame, Close(code, ""));
        await ClosesWith(1002);
    }

    [Fact]
    public async Task Case_7_3_1_a_close_without_a_code()
    {
        await _socket.Send(TcpWebSocket.CloseFrame, []);
        await ClosesWith(1000, 1005);
    }

    [Fact]
    public async Task Case_7_3_2_a_close_with_half_a_code()
    {
        await _socket.Send(TcpWebSocket.CloseFrame, [3]);
        await ClosesWith(1002);
    }

    [Fact]
    public async Task Case_7_3_6_a_close_with_too_long_a_reason()
    {
        await _socket.Send(TcpWebSocket.CloseFrame, Close(1000, new string('x', 124)));
        await ClosesWith(1002);
    }

    [Fact]
    public async Task Case_7_5_1_a_close_with_a_reason_that_is_not_UTF8()
    {
        await _socket.Send(TcpWebSocket.CloseFrame, [.. Close(1000, "x"), 0xC3, 0x28]);
        await ClosesWith(1007);
    }

    [Fact]
    public async Task Case_7_1_nothing_is_answered_after_a_close()
    {
        await _socket.Send(TcpWebSocket.CloseFrame, Close(1000, ""));
        await _socket.Send(TcpWebSocket.Text, Message(100));
        var (opcode, _) = await _socket.Read();
        Assert.Equal(TcpWebSocket.CloseFrame, opcode);
        await _scene.Unharmed();
    }

    private static byte[] Close(int code, string reason)
    {
        var payload = new byte[2 + reason.Length];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        Encoding.ASCII.GetBytes(reason, payload.AsSpan(2));
        return payload;
    }
}
