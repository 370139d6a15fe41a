using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.WebSocket;

/// <summary>Plays a case, and requires its answers and an end behind which nothing comes.</summary>
internal static class AutobahnRun
{
    public static async Task Quiet(Stage stage, AutobahnCase one)
    {
        await using var socket = await stage.Quiet();
        var reader = new SocketReader(socket);
        await Play(stage, one, socket, reader);
        Assert.Equal(0, reader.Events);
    }

    public static async Task Listening(Stage stage, AutobahnCase one)
    {
        await using var socket = await stage.Listening();
        var reader = new SocketReader(socket);
        // Without an event on its way the case would prove nothing more than on a quiet socket.
        await reader.Event();
        await Play(stage, one, socket, reader);
    }

    private static async Task Play(Stage stage, AutobahnCase one, TcpWebSocket socket, SocketReader reader)
    {
        var answers = new List<string> { one.Id };
        foreach (var write in one.Writes) await socket.Write(write);
        if (!one.Ends)
        {
            while (answers.Count < one.Answers.Count) answers.Add(await reader.Answer());
            await socket.Write(ClosingCases.Close(1000));
        }
        while (!answers[^1].StartsWith("close", StringComparison.Ordinal)) answers.Add(await reader.Answer());
        Assert.Equal([one.Id, .. one.Answers], answers);
        await socket.StopSending();
        Assert.True(await socket.Ended(), $"{one.Id}: something came behind the close frame.");
        Assert.Empty(stage.Server.Log.Errors);
    }
}
