using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Chatter.App.Tests.Browser.Support;

/// <summary>A room in which much was said: filled by a socket of its own, as quickly as the server takes it.</summary>
internal static class Archive
{
    /// <summary>What a server allows to whom fills one.</summary>
    public static readonly (string, string)[] NoLimits =
    [
        .. Site.ManyFromOneAddress,
        ("Chatter__Limits__ReadMarksPerSecond", "1000000"), ("Chatter__Limits__ReadMarkBurst", "1000000"), ("Chatter__Limits__FramesPerSecond", "1000000"), ("Chatter__Limits__FrameBurst", "1000000"), ("Chatter__Limits__BytesPerSecond", "268435456"),
        ("Chatter__Limits__SendsPerSecond", "1000000"), ("Chatter__Limits__SendBurst", "1000000"),
    ];

    /// <summary>Says so many messages, and waits until all are committed.</summary>
    public static async Task Fill(Site site, Account account, Guid room, int count, Func<int, string> text)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(site.Address) { Scheme = "ws", Path = "/ws" }.Uri, cancel);
        await Send(new { type = "hello", token = account.Token });
        var counting = Task.Run(Count, cancel);
        for (var i = 1; i <= count && !counting.IsCompleted; i++) await Send(new { type = "send", room, text = text(i), nonce = $"{i}" });
        await counting;
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancel);

        async Task Send(object frame) => await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame), WebSocketMessageType.Text, endOfMessage: true, cancel);

        // Read while sending: who doesn't take answers isn't heard any further.
        async Task Count()
        {
            var (buffer, frame) = (new byte[65_536], new MemoryStream());
            for (var sent = 0; sent < count;)
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(), cancel);
                Assert.True(read.MessageType == WebSocketMessageType.Text, $"The server closed: {socket.CloseStatus} {socket.CloseStatusDescription}");
                frame.Write(buffer, 0, read.Count);
                if (!read.EndOfMessage) continue;
                var said = Encoding.UTF8.GetString(frame.GetBuffer(), 0, (int)frame.Length);
                frame.SetLength(0);
                Assert.DoesNotContain("\"type\":\"error\"", said, StringComparison.Ordinal);
                if (said.Contains("\"type\":\"sent\"", StringComparison.Ordinal)) sent++;
            }
        }
    }
}
