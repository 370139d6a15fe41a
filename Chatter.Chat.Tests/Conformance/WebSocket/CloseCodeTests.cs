using System.Globalization;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.WebSocket;

/// <summary>A client's own codes, 3000 to 4999 in whole, and what no client may send (RFC 6455 §7.4).</summary>
public sealed class CloseCodeTests(PlainStage stage) : IClassFixture<PlainStage>
{
    public static TheoryData<int> Good => [1000, 1003, 1007, 1012, 1013, 1014, 3000, 3001, 3999, 4000, 4400, 4401, 4408, 4409, 4410, 4429, 4500, 4998, 4999];

    public static TheoryData<int> Bad => [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1999, 2000, 2999, 5000, 9999, 32_768, 65_535];

    [Theory]
    [MemberData(nameof(Good))]
    public Task Is_answered_by_itself(int code) => Closes(code, string.Create(CultureInfo.InvariantCulture, $"close {code}"));

    [Theory]
    [MemberData(nameof(Bad))]
    public Task Is_against_the_rules(int code) => Closes(code, AutobahnCase.ProtocolError);

    [Fact]
    public async Task A_connection_without_a_close_frame_just_ends()
    {
        await using var socket = await stage.Quiet();
        await socket.StopSending();
        Assert.Equal(1006, await socket.Closed());
        Assert.Empty(stage.Server.Log.Errors);
    }

    private async Task Closes(int code, string answer)
    {
        await using var socket = await stage.Quiet();
        await socket.Write(ClosingCases.Close(code, "as I like"));
        Assert.Equal(answer, await new SocketReader(socket).Answer());
        await socket.StopSending();
        Assert.True(await socket.Ended());
    }
}
