using System.Text;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.WebSocket;

/// <summary>How large a message may be, in place of Autobahn's group 9, whose 16 MB no chat needs.</summary>
public sealed class LimitTests(PlainStage stage) : IClassFixture<PlainStage>
{
    private const string TooBig = "close 1009";

    public static TheoryData<string, int, int> Sizes
    {
        get
        {
            var sizes = new TheoryData<string, int, int>();
            foreach (var fragment in (int[])[65_537, 65_536, 65_535, 32_768, 1_000, 1])
            {
                // Each fragment is a frame of seven bytes more: 65,536 of them are enough for one way.
                sizes.Add(AutobahnCase.Accepted, 65_536, fragment);
                sizes.Add(TooBig, 65_537, fragment);
            }
            return sizes;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task A_message_has_at_most_65536_bytes_in_all_its_fragments_together(string answer, int bytes, int fragment)
    {
        await using var socket = await stage.Quiet();
        foreach (var write in AutobahnCase.Together(AutobahnCase.Fragments(AutobahnCase.CarrierOf(bytes), fragment))) await socket.Write(write);
        Assert.Equal(answer, await new SocketReader(socket).Answer());
        Assert.Empty(stage.Server.Log.Errors);
    }

    [Theory]
    [InlineData(65_537)]
    [InlineData(16 << 20)]
    [InlineData(1L << 40)]
    [InlineData(long.MaxValue)]
    public async Task A_length_is_judged_when_it_is_announced(long announced)
    {
        await using var alone = await stage.Quiet();
        await alone.Write(Announcing(TcpWebSocket.Text, announced));
        Assert.Equal(TooBig, await new SocketReader(alone).Answer());

        await using var second = await stage.Quiet();
        await second.Write([.. AutobahnCase.Text([(byte)'{'], fin: false), .. Announcing(TcpWebSocket.Continuation, announced - 1)]);
        Assert.Equal(TooBig, await new SocketReader(second).Answer());
    }

    [Fact]
    public async Task A_length_with_its_highest_bit_set_is_against_the_rules()
    {
        await using var socket = await stage.Quiet();
        await socket.Write(Announcing(TcpWebSocket.Text, long.MinValue));
        Assert.Equal(AutobahnCase.ProtocolError, await new SocketReader(socket).Answer());
    }

    [Fact]
    public async Task A_frame_without_a_mask_is_against_the_rules()
    {
        foreach (var opcode in (int[])[TcpWebSocket.Text, TcpWebSocket.Binary, TcpWebSocket.Ping, TcpWebSocket.Pong, TcpWebSocket.CloseFrame])
        {
            await using var socket = await stage.Quiet();
            await socket.Send(opcode, [], mask: false);
            Assert.Equal(AutobahnCase.ProtocolError, await new SocketReader(socket).Answer());
        }
    }

    /// <summary>A frame of which only the header and a beginning come.</summary>
    internal static byte[] Announcing(int opcode, long bytes)
    {
        var frame = TcpWebSocket.Frame(opcode, Encoding.ASCII.GetBytes("""{"type":"ping","nonce":"x1","pad":"""), announced: bytes < 0 ? long.MaxValue : bytes);
        if (bytes < 0) frame[2] = 0x80;
        return frame;
    }
}
